"""budgets:PutInForce."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.status import BudgetOrder, move_budget
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import BudgetStatusChanged


@transaction("budgets:PutInForce", roles={Role.REGULATOR})
async def put_in_force(tx: Tx, order: BudgetOrder) -> BudgetStatusChanged:
    """Put an approved budget in force; readings are reckoned against it from now on."""
    return await move_budget(tx, order, "in_force")
