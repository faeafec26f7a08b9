"""budgets:ReturnRectification."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.status import CardOrder, move_card
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import RedCardChanged


@transaction("budgets:ReturnRectification", roles={Role.REGULATOR})
async def return_rectification(tx: Tx, order: CardOrder) -> RedCardChanged:
    """Send evidence that does not convince back; the document is the plan as amended."""
    return await move_card(tx, order, "planned")
