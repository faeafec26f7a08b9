"""budgets:Close."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.record import year_key
from tanhui.chaincode.transactions.budgets.status import BudgetOrder, move_budget
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import BudgetStatusChanged


@transaction("budgets:Close", roles={Role.REGULATOR})
async def close(tx: Tx, order: BudgetOrder) -> BudgetStatusChanged:
    """Close a year's budget: every conflict of readings decided, every red card cleared."""
    at = (order.institution, year_key(order.year))
    budget = await tx.energy_budgets.get(*at)
    if budget.unsettled:
        raise codes.UNSETTLED.at("year", budget.unsettled)
    card = await tx.red_cards.find(*at)
    if card is not None and card.status != "cleared":
        raise codes.OPEN_CARD.at("year", card.status)
    return await move_budget(tx, order, "closed")
