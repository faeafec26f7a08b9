"""budgets:Approve."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.status import BudgetOrder, move_budget
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import BudgetStatusChanged


@transaction("budgets:Approve", roles={Role.REGULATOR})
async def approve(tx: Tx, order: BudgetOrder) -> BudgetStatusChanged:
    """Approve a drafted budget."""
    return await move_budget(tx, order, "approved")
