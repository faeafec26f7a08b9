"""credits:Cancel."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.serials import Range, RangeState, end, require_holder
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_pieces,
    quantity_of,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import Text
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsCancelled


class CancelOrder(Order, frozen=True, kw_only=True):
    """Own units that are given up without a claim."""

    pieces: Pieces
    reason: Text


@transaction("credits:Cancel", roles=HOLDING_ROLES)
async def cancel(tx: Tx, order: CancelOrder) -> CreditsCancelled:
    """Take own free units out of use for good, for nobody's benefit."""
    holder = tx.caller.organisation

    def cancelled(piece: Range) -> Range:
        require_holder(piece, holder)
        return end(piece, RangeState.CANCELLED)

    ranges = await change_pieces(tx, order.pieces, cancelled)
    return CreditsCancelled(
        holder=holder, ranges=as_effect(ranges), quantity_kg=quantity_of(ranges), reason=order.reason
    )
