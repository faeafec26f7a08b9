"""recalls:Announce, by two persons."""

from datetime import date

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date, to_date
from tanhui.chaincode.rules.errors import recalls as codes
from tanhui.chaincode.rules.recalls import scope_quantity
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.credits.record import BatchId
from tanhui.chaincode.transactions.fields import HexHash, Text
from tanhui.chaincode.transactions.recalls.dues import RecallOrder
from tanhui.chaincode.transactions.recalls.record import Recall, RecallGround, Scopes
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.parts import SerialRange
from tanhui.proofs.effects.recalls import RecallAnnounced


class AnnounceRecallOrder(RecallOrder, frozen=True, kw_only=True):
    """Which serials of which batch, on what ground, and until when they are to be replaced."""

    batch: BatchId
    ground: RecallGround
    document: HexHash
    scope: Scopes
    replace_by: date
    reason: Text


@transaction("recalls:Announce", roles={Role.REGULATOR}, persons=2)
async def announce(tx: Tx, order: AnnounceRecallOrder) -> RecallAnnounced:
    """Announce what is recalled. It is marked range by range afterwards (recalls:Mark), whoever has it by then."""
    if await tx.recalls.find(order.recall) is not None:
        raise codes.EXISTS.at("recall", order.recall)
    if from_date(order.replace_by) <= tx.day:
        raise codes.DEADLINE.at("replace_by", order.replace_by.isoformat(), today=day_text(tx.day))
    batch = await tx.batches.get(order.batch)
    quantity = scope_quantity(order.scope, batch.quantity)
    recall = Recall(
        id=order.recall,
        batch=batch.id,
        project=batch.project,
        ground=order.ground,
        document=order.document,
        reason=order.reason,
        scope=order.scope,
        quantity=Amount(quantity),
        marked=Amount(0),
        held=Amount(0),
        announced=to_date(tx.day),
        replace_by=order.replace_by,
    )
    tx.recalls.put(recall, recall.id)
    return RecallAnnounced(
        recall=recall.id,
        ground=recall.ground,
        project=recall.project,
        ranges=tuple(SerialRange(batch.id, int(one.first), int(one.last)) for one in order.scope),
        quantity_kg=quantity,
        replace_by=recall.replace_by.isoformat(),
        document=bytes.fromhex(recall.document),
        reason=recall.reason,
    )
