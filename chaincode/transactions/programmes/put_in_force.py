"""programmes:PutInForce, by two persons."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import programmes as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.programmes.drafting import require_rules, require_state, status_effect
from tanhui.chaincode.transactions.programmes.record import version_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ProgrammeStatusChanged


class PutInForceOrder(Order, frozen=True, kw_only=True):
    """The drafted version, which must be the newest."""

    programme: Slug
    version: Annotated[int, msgspec.Meta(ge=1, le=999_999)]


@transaction("programmes:PutInForce", roles={Role.REGULATOR}, persons=2)
async def put_in_force(tx: Tx, order: PutInForceOrder) -> ProgrammeStatusChanged:
    """Make the newest drafted version the rules by which the programme issues from now on.

    What was issued under earlier versions keeps its expiry and its version.
    """
    programme = await tx.programmes.get(order.programme)
    require_state(programme, "draft", "in_force")
    if order.version != programme.drafted or order.version == programme.in_force:
        raise codes.VERSION.at("version", order.version, expected=programme.drafted)
    await tx.require_operator(programme.operator)
    version = await tx.programme_versions.get(programme.id, version_key(order.version))
    await require_rules(tx, programme, version.rules)
    tx.programmes.put(
        msgspec.structs.replace(programme, state="in_force", in_force=order.version), programme.id
    )
    return status_effect(programme.id, order.version, "in_force", version.rules)
