"""budgets:Adjust."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.energy import require_thresholds
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ENERGY_BUDGET as MACHINE
from tanhui.chaincode.transactions.budgets.record import Thresholds, year_key
from tanhui.chaincode.transactions.budgets.status import CardOrder, put_budget
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import BudgetStatusChanged


class AdjustBudgetOrder(CardOrder, frozen=True, kw_only=True):
    """New limits of a budget in force, and the document that grants them."""

    energy_gce: PositiveAmount
    carbon_g: PositiveAmount
    thresholds: Thresholds


@transaction("budgets:Adjust", roles={Role.REGULATOR}, persons=2)
async def adjust(tx: Tx, order: AdjustBudgetOrder) -> BudgetStatusChanged:
    """Give a budget in force new limits as its next version. A red card that was shown stays."""
    require_thresholds(order.thresholds)
    budget = await tx.energy_budgets.get(order.institution, year_key(order.year))
    MACHINE.require_move(budget.status, "adjusted")
    adjusted = msgspec.structs.replace(
        budget,
        status="adjusted",
        version=budget.version + 1,
        energy_gce=Amount(order.energy_gce),
        carbon_g=Amount(order.carbon_g),
        thresholds=order.thresholds,
        document=order.document,
    )
    return put_budget(tx, adjusted, order.reason)
