"""programmes:Revise."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import programmes as codes
from tanhui.chaincode.rules.programmes import Rules
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.programmes.drafting import (
    put_draft,
    require_rules,
    require_state,
    rules_in_force,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ProgrammeStatusChanged


class ReviseOrder(Order, frozen=True, kw_only=True):
    """The whole rules of the next version."""

    programme: Slug
    rules: Rules


@transaction("programmes:Revise", roles={Role.REGULATOR})
async def revise(tx: Tx, order: ReviseOrder) -> ProgrammeStatusChanged:
    """Draft the next version of a programme's rules; the one in force stays until two persons change it."""
    programme = await tx.programmes.get(order.programme)
    require_state(programme, "draft", "in_force", "suspended")
    if order.rules == await rules_in_force(tx, programme):
        raise codes.RULES_UNCHANGED.at("rules", programme.in_force)
    await require_rules(tx, programme, order.rules)
    return put_draft(tx, programme, order.rules)
