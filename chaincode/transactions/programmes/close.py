"""programmes:Close."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.programmes.drafting import change_state
from tanhui.chaincode.transactions.programmes.orders import ProgrammeOrder
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ProgrammeStatusChanged


@transaction("programmes:Close", roles={Role.REGULATOR})
async def close(tx: Tx, order: ProgrammeOrder) -> ProgrammeStatusChanged:
    """End a programme for good. Points can still be redeemed, cancelled and expire; nothing is issued."""
    return await change_state(tx, order.programme, allowed=("in_force", "suspended"), to="closed")
