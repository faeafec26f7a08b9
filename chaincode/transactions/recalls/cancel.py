"""recalls:Cancel."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.recalls import cancel
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_pieces, quantity_of
from tanhui.chaincode.transactions.recalls.dues import RecallPiecesOrder, add_due
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsCancelled


class CancelRecalledOrder(RecallPiecesOrder, frozen=True, kw_only=True):
    """Which units under the recall's hold."""


@transaction("recalls:Cancel", roles={Role.REGULATOR})
async def cancel_recalled(tx: Tx, order: CancelRecalledOrder) -> tuple[CreditsCancelled, ...]:
    """Cancel recalled active units and note what their holders are owed.

    An offer, lien, trade or trust on them ends first, by who placed it; until then the recall's hold keeps them.
    """
    recall = await tx.recalls.get(order.recall)
    ranges = await change_pieces(tx, order.pieces, lambda one: cancel(one, recall.id))
    for one in ranges:
        await add_due(tx, recall.id, one.holder, "", one.quantity)
    held = Amount(recall.held - quantity_of(ranges))
    tx.recalls.put(msgspec.structs.replace(recall, held=held), recall.id)
    return tuple(
        CreditsCancelled(
            holder=one.holder,
            ranges=as_effect((one,)),
            quantity_kg=one.quantity,
            reason=f"recall {recall.id}",
        )
        for one in ranges
    )
