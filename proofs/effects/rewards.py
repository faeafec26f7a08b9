"""Effects of the rewards lane. A unit of stock is one number of one year; points burnt stand in points.redeemed."""

from dataclasses import dataclass
from typing import Literal

from tanhui.proofs.effects.parts import PointsLot
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Quantity


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of stock, and the commitment of the voucher for it."""

    number: Quantity
    commitment: Digest | None = None
    """Absent for a donation, which nobody opens."""


@effect("rewards.changed")
class RewardChanged(Effect):
    """A reward reached a status, with these terms."""

    programme: Id
    reward: Id
    funder: Id
    status: Literal["offered", "on_sale", "suspended", "withdrawn"]
    terms: Digest
    """SHA-256 of the terms' canonical JSON."""
    price: Quantity
    units_per_year: Amount
    """0: without limit."""
    reason: Note | None = None


@effect("rewards.share_changed")
class RewardShareChanged(Effect):
    """A reward stands in another programme's catalogue too, at a price in that programme's points."""

    catalogue: Id
    reward: Id
    programme: Id
    price: Quantity
    status: Literal["offered", "on_sale", "ended"]


@effect("rewards.attribute_attested")
class AttributeAttested(Effect):
    """Somebody vouches that an account fulfils a condition, until a day; a day that is past ends it."""

    programme: Id
    account: Id
    attribute: Id
    attester: Id
    until: Day


@effect("rewards.taken")
class RewardTaken(Effect):
    """Units of a reward's stock went to an account."""

    catalogue: Id
    reward: Id
    programme: Id
    """Whose account and points."""
    account: Id
    year: Id
    units: tuple[Unit, ...]
    until: Day
    """The last day on which the vouchers can be opened."""
    draw: Id | None = None
    """The draw in which it was won."""


@effect("rewards.voucher_opened")
class VoucherOpened(Effect):
    """A merchant took a voucher: its commitment is opened, once."""

    catalogue: Id
    reward: Id
    year: Id
    number: Quantity
    merchant: Id
    region: Id


@effect("rewards.voucher_refunded")
class VoucherRefunded(Effect):
    """A voucher that was not opened is void; its points are back with their issue and expiry."""

    catalogue: Id
    reward: Id
    year: Id
    number: Quantity
    programme: Id
    account: Id
    lots: tuple[PointsLot, ...]
    debt_repaid: Amount
    reason: Note


@effect("rewards.draw_changed")
class DrawChanged(Effect):
    """A draw reached a status; once it is closed, its entrants are fixed."""

    programme: Id
    draw: Id
    reward: Id
    status: Literal["announced", "open", "closed", "decided", "void"]
    operator_commitment: Digest
    funder_commitment: Digest | None = None
    entrants: Amount | None = None
    entrants_hash: Digest | None = None


@effect("rewards.draw_entered")
class DrawEntered(Effect):
    """An account takes part in a draw."""

    programme: Id
    draw: Id
    account: Id


@effect("rewards.seed_revealed")
class SeedRevealed(Effect):
    """One side's seed of a draw is known."""

    programme: Id
    draw: Id
    organisation: Id
    seed: Digest


@effect("rewards.draw_decided")
class DrawDecided(Effect):
    """Who won, in the order in which they were drawn; anybody computes it again from seeds and entrants."""

    programme: Id
    draw: Id
    seed: Digest
    entrants_hash: Digest
    winners: tuple[Id, ...]


@effect("rewards.entry_refunded")
class EntryRefunded(Effect):
    """The price of entering a draw that became void is back."""

    programme: Id
    draw: Id
    account: Id
    lots: tuple[PointsLot, ...]
    debt_repaid: Amount
