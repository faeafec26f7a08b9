"""budgets:SubmitRectification."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.status import CardOrder, move_card
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import RedCardChanged


@transaction("budgets:SubmitRectification", roles={Role.PUBLIC_INSTITUTION})
async def submit_rectification(tx: Tx, order: CardOrder) -> RedCardChanged:
    """Submit evidence that the plan was carried out."""
    tx.require_own(order.institution, "institution")
    return await move_card(tx, order, "evidenced")
