"""programmes:Suspend."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.programmes.drafting import change_state
from tanhui.chaincode.transactions.programmes.orders import ProgrammeOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ProgrammeStatusChanged


@transaction("programmes:Suspend", roles={Role.REGULATOR})
async def suspend(tx: Tx, order: ProgrammeOrder) -> ProgrammeStatusChanged:
    """Stop a programme: no issue, transfer or conversion; what people hold can be spent, and expires."""
    return await change_state(tx, order.programme, allowed=("in_force",), to="suspended")
