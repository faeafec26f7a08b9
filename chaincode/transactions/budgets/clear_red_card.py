"""budgets:ClearRedCard."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.budgets.status import CardOrder, move_card
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.budgets import RedCardChanged


@transaction("budgets:ClearRedCard", roles={Role.REGULATOR})
async def clear_red_card(tx: Tx, order: CardOrder) -> RedCardChanged:
    """Clear a red card upon evidence; no retirement of credits takes its place."""
    return await move_card(tx, order, "cleared")
