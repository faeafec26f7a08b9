"""budgets:PlanRectification."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.status import CardOrder, move_card
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import RedCardChanged


@transaction("budgets:PlanRectification", roles={Role.PUBLIC_INSTITUTION})
async def plan_rectification(tx: Tx, order: CardOrder) -> RedCardChanged:
    """Answer a red card with a rectification plan (整改方案)."""
    tx.require_own(order.institution, "institution")
    return await move_card(tx, order, "planned")
