"""recalls:Replace."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.recalls.dues import RecallPiecesOrder, source_of
from tanhui.chaincode.transactions.recalls.making_good import heir_of, replace_under
from tanhui.chaincode.transactions.retirements.record import RetirementId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.recalls import RecallReplaced


class ReplaceRecalledOrder(RecallPiecesOrder, frozen=True, kw_only=True):
    """Under which retirement the caller's own units replace what was recalled."""

    retirement: RetirementId


@transaction("recalls:Replace", roles=HOLDING_ROLES)
async def replace_retired(tx: Tx, order: ReplaceRecalledOrder) -> RecallReplaced:
    """Retire own free units under a recalled certificate, as the project's owner, from its buffer, or as who retired.

    Once nothing is missing the certificate says "recalled and replaced". It stays one certificate.
    """
    recall = await tx.recalls.get(order.recall)
    retirement = await tx.retirements.get(order.retirement)
    source = await source_of(tx, recall, {await heir_of(tx, retirement.holder): "holder"})
    return await replace_under(tx, recall, retirement, source, order.pieces)
