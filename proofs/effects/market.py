"""Effects of the market lane. Quantities are kilograms CO2e, money fen, prices fen for a tonne."""

from typing import Literal

from tanhui.proofs.effects.parts import SerialRange, check_ranges
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Quantity, Version


@effect("market.intent_changed")
class IntentChanged(Effect):
    """An intent to buy units that do not exist yet: no units, so nothing to transfer or to retire."""

    intent: Id
    buyer: Id
    seller: Id
    status: Literal["offered", "signed", "fulfilled", "lapsed", "withdrawn"]
    quantity_kg: Quantity
    price_fen: Quantity
    delivered_kg: Amount
    document: Digest


@effect("market.listing_changed")
class ListingChanged(Effect):
    """Units for sale: an invitation, no hold."""

    listing: Id
    seller: Id
    batch: Id
    status: Literal["open", "closed"]
    available_kg: Amount
    price_fen: Quantity
    until: Day


@effect("market.trade_changed")
class TradeChanged(Effect):
    """A bilateral trade reached a status; its units are held from its proposal to its end."""

    trade: Id
    seller: Id
    buyer: Id
    status: Literal["proposed", "agreed", "settled", "withdrawn", "rejected", "defaulted"]
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity
    amount_fen: Quantity
    payment: Id | None = None
    document: Digest | None = None

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("market.price_changed")
class ReferencePriceChanged(Effect):
    """A version of a reference price; `citations` is the hash of the prices that it cites."""

    product: Id
    version: Version
    status: Literal["proposed", "approved", "rejected"]
    price_fen: Quantity
    valid_from: Day
    valid_until: Day
    citations: Digest


@effect("market.graded")
class ParticipantGraded(Effect):
    """A participant's credit grade by a standard, for a time."""

    participant: Id
    issuer: Id
    standard: Id
    grade: Id
    valid_from: Day
    valid_until: Day
    report: Digest


@effect("market.label_kind_changed")
class LabelKindChanged(Effect):
    """A label and the criteria by which it is given."""

    label: Id
    issuer: Id
    status: Literal["open", "closed"]
    criteria: Digest


@effect("market.labelled")
class OrganisationsLabelled(Effect):
    """Organisations carry a label, for a time."""

    label: Id
    organisations: tuple[Id, ...]
    valid_from: Day
    valid_until: Day


@effect("market.label_revoked")
class LabelRevoked(Effect):
    """An organisation carries a label no longer."""

    label: Id
    organisation: Id
    day: Day
