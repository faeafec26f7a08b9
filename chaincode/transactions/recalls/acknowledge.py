"""recalls:Acknowledge."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import to_date
from tanhui.chaincode.rules.errors import recalls as codes
from tanhui.chaincode.rules.names import ID_LENGTH_MAX
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.recalls.dues import RecallOrder, due_of, put_due
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.recalls import RecallAcknowledged


class AcknowledgeRecallOrder(RecallOrder, frozen=True, kw_only=True):
    """Which notice: of a retirement, or (empty) of units that were cancelled."""

    retirement: Annotated[
        str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9._-]*)?$(?!\n)", max_length=ID_LENGTH_MAX)
    ] = ""


@transaction("recalls:Acknowledge", roles=HOLDING_ROLES)
async def acknowledge(tx: Tx, order: AcknowledgeRecallOrder) -> RecallAcknowledged:
    """Say, as the holder, that a notice was seen; what is due stays due."""
    holder = tx.caller.organisation
    due = await due_of(tx, order.recall, holder, order.retirement)
    if due.acknowledged is not None:
        raise codes.ACKNOWLEDGED.at("recall", due.acknowledged.isoformat())
    put_due(tx, msgspec.structs.replace(due, acknowledged=to_date(tx.day)))
    return RecallAcknowledged(recall=due.recall, holder=holder, retirement=due.retirement or None)
