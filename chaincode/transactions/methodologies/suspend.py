"""methodologies:Suspend."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.methodologies.status import StatusOrder, pinned, put_status
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import MethodologyStatusChanged


@transaction("methodologies:Suspend", roles={Role.REGULATOR})
async def suspend(tx: Tx, order: StatusOrder) -> MethodologyStatusChanged:
    """Stop issuing by a filed version until it is filed again or retired; what was issued stays."""
    return put_status(tx, await pinned(tx, order), "suspended", note=order.note)
