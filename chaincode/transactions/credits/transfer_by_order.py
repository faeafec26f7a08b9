"""credits:TransferByOrder, by two persons."""

from typing import Literal, TypeAlias

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import credits as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, move, require_holder
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_pieces,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import CitedOrder, HexHash, OrganisationId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred, OrderCarriedOut

Ground: TypeAlias = Literal["judgment", "inheritance", "enforcement"]
"""Why units change hands without their holder: a judgment, succession to a holder that ended, or enforcement."""


class TransferCreditsByOrderOrder(Order, frozen=True, kw_only=True):
    """Whose frozen units go to whom, and the order that is carried out with its document's hash."""

    order: CitedOrder
    ground: Ground
    document: HexHash
    holder: OrganisationId
    receiver: OrganisationId
    pieces: Pieces


@transaction("credits:TransferByOrder", roles={Role.REGULATOR}, persons=2)
async def transfer_by_order(
    tx: Tx, order: TransferCreditsByOrderOrder
) -> tuple[OrderCarriedOut, CreditsTransferred]:
    """Hand over units that this order froze before, whoever holds them: first freeze, then hear, then transfer.

    Another order's freeze, a lien or an offer on any of them stops the whole: who holds that right is heard first.
    """
    if order.receiver == order.holder:
        raise codes.SAME_HOLDER.at("receiver", order.receiver)
    await require_receiver(tx, order.receiver)
    hold = Hold(HoldKind.FREEZE, order.order)

    def handed_over(piece: Range) -> Range:
        require_holder(piece, order.holder)
        return move(piece, order.receiver, hold)

    ranges = await change_pieces(tx, order.pieces, handed_over)
    quantity = quantity_of(ranges)
    carried_out = OrderCarriedOut(
        order=order.order,
        ground=order.ground,
        document=bytes.fromhex(order.document),
        holder=order.holder,
        receiver=order.receiver,
        quantity_kg=quantity,
    )
    moved = CreditsTransferred(
        sender=order.holder,
        receiver=order.receiver,
        ranges=as_effect(ranges),
        quantity_kg=quantity,
        transfer=order.order,
    )
    return carried_out, moved
