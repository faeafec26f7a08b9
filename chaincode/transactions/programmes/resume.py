"""programmes:Resume."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.programmes.drafting import change_state
from tanhui.chaincode.transactions.programmes.orders import ProgrammeOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ProgrammeStatusChanged


@transaction("programmes:Resume", roles={Role.REGULATOR})
async def resume(tx: Tx, order: ProgrammeOrder) -> ProgrammeStatusChanged:
    """Let a suspended programme go on under the version that was in force."""
    return await change_state(tx, order.programme, allowed=("suspended",), to="in_force")
