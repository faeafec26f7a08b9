"""What the three answers to an offer have in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import credits as codes
from tanhui.chaincode.rules.serials import Hold, HoldKind, release
from tanhui.chaincode.rules.states import OFFER as MACHINE
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_spans, quantity_of
from tanhui.chaincode.transactions.credits.record import Offer, OfferId, OfferStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased


class AnswerOrder(Order, frozen=True, kw_only=True):
    """Which offer is answered."""

    offer: OfferId


def require_party(tx: Tx, offer: Offer, party: str) -> None:
    """Refuse a caller who is not the party that this answer belongs to.

    Raises:
        Refusal: credits.offer_party.
    """
    if party != tx.caller.organisation:
        raise codes.OFFER_PARTY.at("offer", offer.id, party=party)


def put_answer(tx: Tx, offer: Offer, to: OfferStatus) -> None:
    """Write the offer with its answer; an offer is answered once.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(offer.status, to)
    tx.offers.put(msgspec.structs.replace(offer, status=to), offer.id)


async def end_offer(tx: Tx, offer: Offer, to: OfferStatus) -> CreditsReleased:
    """Withdraw or reject: the units stay where they are, under whatever other holds they have."""
    put_answer(tx, offer, to)
    hold = Hold(HoldKind.OFFER, offer.id)
    ranges = await change_spans(tx, offer.spans, lambda part: release(part, hold))
    return CreditsReleased(
        hold="offer",
        reference=offer.id,
        holder=offer.sender,
        ranges=as_effect(ranges),
        quantity_kg=quantity_of(ranges),
    )
