"""credits:CancelByOrder, by two persons."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, RangeState, end, release
from tanhui.chaincode.transactions.credits.freeze import CitedOrder
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_pieces
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsCancelled


class CancelByOrderOrder(Order, frozen=True, kw_only=True):
    """Others' units that an order takes out of use."""

    order: CitedOrder
    pieces: Pieces
    reason: Text


@transaction("credits:CancelByOrder", roles={Role.REGULATOR}, persons=2)
async def cancel_by_order(tx: Tx, order: CancelByOrderOrder) -> tuple[CreditsCancelled, ...]:
    """Cancel units that this order froze before, whoever holds them: first freeze, then hear, then cancel."""
    hold = Hold(HoldKind.FREEZE, order.order)

    def cancelled(piece: Range) -> Range:
        return end(release(piece, hold), RangeState.CANCELLED)

    ranges = await change_pieces(tx, order.pieces, cancelled)
    reason = f"{order.order}: {order.reason}"
    return tuple(
        CreditsCancelled(holder=one.holder, ranges=as_effect((one,)), quantity_kg=one.quantity, reason=reason)
        for one in ranges
    )
