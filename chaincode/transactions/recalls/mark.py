"""recalls:Mark."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.recalls import mark
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import RangeState
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_pieces, quantity_of
from tanhui.chaincode.transactions.recalls.dues import RecallPiecesOrder, add_due
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.recalls import RecallMarked


class MarkRecallOrder(RecallPiecesOrder, frozen=True, kw_only=True):
    """Which recorded ranges of the recall's scope are marked now."""


@transaction("recalls:Mark", roles={Role.REGULATOR})
async def mark_recalled(tx: Tx, order: MarkRecallOrder) -> tuple[RecallMarked, ...]:
    """Mark ranges of an announced scope, in whatever state and hands they are; each one once.

    Active units stand still at once. For retired ones their certificate is recalled from this transaction on.
    Each entry of the effects is the notice to one holder.
    """
    recall = await tx.recalls.get(order.recall)
    ranges = await change_pieces(tx, order.pieces, lambda one: mark(one, recall.id, recall.scope))
    held = sum(one.quantity for one in ranges if one.state is RangeState.ACTIVE)
    for one in ranges:
        if one.retirement:
            await add_due(tx, recall.id, one.holder, one.retirement, one.quantity)
    marked = Amount(recall.marked + quantity_of(ranges))
    tx.recalls.put(msgspec.structs.replace(recall, marked=marked, held=Amount(recall.held + held)), recall.id)
    return tuple(
        RecallMarked(
            recall=recall.id,
            holder=one.holder,
            state=one.state.value,
            ranges=as_effect((one,)),
            quantity_kg=one.quantity,
            replace_by=recall.replace_by.isoformat(),
            retirement=one.retirement or None,
        )
        for one in ranges
    )
