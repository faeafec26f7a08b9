"""recalls:Compensate."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.recalls.dues import RecallPiecesOrder, source_of
from tanhui.chaincode.transactions.recalls.making_good import give_units
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.recalls import RecallCompensated


class CompensateRecallOrder(RecallPiecesOrder, frozen=True, kw_only=True):
    """Whose cancelled units are made good with the caller's own."""

    holder: OrganisationId


@transaction("recalls:Compensate", roles=HOLDING_ROLES)
async def compensate(tx: Tx, order: CompensateRecallOrder) -> tuple[RecallCompensated, CreditsTransferred]:
    """Give a holder free units for those that a recall cancelled, as the project's owner or from its buffer."""
    recall = await tx.recalls.get(order.recall)
    source = await source_of(tx, recall, {})
    return await give_units(tx, recall, order.holder, source, order.pieces)
