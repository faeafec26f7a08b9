"""budgets:Draft."""

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.energy import require_thresholds
from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.record import EnergyBudget, Thresholds, Year, year_key
from tanhui.chaincode.transactions.budgets.status import put_budget
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import BudgetStatusChanged


class DraftBudgetOrder(Order, frozen=True, kw_only=True):
    """Grams of coal equivalent and of CO2 for a year, and where to alert, in basis points of them."""

    year: Year
    energy_gce: PositiveAmount
    carbon_g: PositiveAmount
    thresholds: Thresholds
    document: HexHash


@transaction("budgets:Draft", roles={Role.PUBLIC_INSTITUTION})
async def draft(tx: Tx, order: DraftBudgetOrder) -> BudgetStatusChanged:
    """Draft the caller's own budget of a year, or draft it again while it is not approved."""
    institution = tx.caller.organisation
    require_thresholds(order.thresholds)
    await tx.institution_years.get(institution, year_key(order.year))
    before = await tx.energy_budgets.find(institution, year_key(order.year))
    if before is not None and before.status != "draft":
        raise codes.EXISTS.at("year", order.year)
    budget = EnergyBudget(
        institution=institution,
        year=order.year,
        version=1,
        energy_gce=Amount(order.energy_gce),
        carbon_g=Amount(order.carbon_g),
        thresholds=order.thresholds,
        document=order.document,
        status="draft",
        drawn_gce=Amount(0),
        drawn_g=Amount(0),
        unsettled=0,
    )
    return put_budget(tx, budget, None)
