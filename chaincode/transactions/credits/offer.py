"""credits:Offer."""

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import credits as codes
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, place, require_free, require_holder
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
    spans_of,
)
from tanhui.chaincode.transactions.credits.record import Offer, OfferId, Pieces
from tanhui.chaincode.transactions.fields import OrderReference, OrganisationId
from tanhui.chaincode.transactions.recognition.uses import require_use
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsHeld


class OfferOrder(Order, frozen=True, kw_only=True):
    """Which units go to whom, and against what."""

    offer: OfferId
    receiver: OrganisationId
    pieces: Pieces
    payment: OrderReference = ""
    retire_on_receipt: bool = False
    """Whether the receiver takes them only by retiring them (credits:AcceptAndRetire)."""


@transaction("credits:Offer", roles=HOLDING_ROLES)
async def offer(tx: Tx, order: OfferOrder) -> CreditsHeld:
    """Offer own free units to another organisation. They are held until it accepts, or the offer ends."""
    sender = tx.caller.organisation
    if order.receiver == sender:
        raise codes.SAME_HOLDER.at("receiver", order.receiver)
    if await tx.offers.find(order.offer) is not None:
        raise codes.OFFER_EXISTS.at("offer", order.offer)
    await require_receiver(tx, order.receiver)
    hold = Hold(HoldKind.OFFER, order.offer)

    def held(piece: Range) -> Range:
        require_holder(piece, sender)
        require_free(piece)
        return place(piece, hold)

    await require_use(tx, order.pieces, "market")
    ranges = await change_pieces(tx, order.pieces, held)
    quantity = Amount(quantity_of(ranges))
    tx.offers.put(
        Offer(
            id=order.offer,
            sender=sender,
            receiver=order.receiver,
            spans=spans_of(ranges),
            quantity=quantity,
            payment=order.payment,
            status="offered",
            retire_on_receipt=order.retire_on_receipt,
        ),
        order.offer,
    )
    return CreditsHeld(
        hold="offer",
        reference=order.offer,
        holder=sender,
        ranges=as_effect(ranges),
        quantity_kg=int(quantity),
    )
