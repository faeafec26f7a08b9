"""programmes:Draft."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import programmes as codes
from tanhui.chaincode.rules.programmes import Rules
from tanhui.chaincode.rules.regions import contains, require_region
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import OrganisationId, Region, Slug, Text
from tanhui.chaincode.transactions.programmes.drafting import put_draft, require_rules
from tanhui.chaincode.transactions.programmes.record import Programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.governance import ProgrammeStatusChanged

ParentId = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9._-]*)?$(?!\n)", max_length=64)]


class DraftOrder(Order, frozen=True, kw_only=True):
    """A new programme with the first version of its rules; `parent` is empty for one that stands alone."""

    programme: Slug
    name: Text
    region: Region
    parent: ParentId
    operator: OrganisationId
    rules: Rules


@transaction("programmes:Draft", roles={Role.REGULATOR})
async def draft(tx: Tx, order: DraftOrder) -> ProgrammeStatusChanged:
    """Draft a programme and its first rules. Nothing can be issued until two persons put them in force.

    The government makes the rules and an enterprise operates: only a regulator drafts, so an operator never
    edits its own. A local programme lies in its parent's region and adds scenes to its parent's.
    """
    require_region(order.region, "region")
    if await tx.programmes.find(order.programme) is not None:
        raise codes.ALREADY_DRAFTED.at("programme", order.programme)
    await tx.require_operator(order.operator)
    if order.parent:
        parent = await tx.programmes.get(order.parent)
        if parent.parent:
            raise codes.PARENT_DEPTH.at("parent", parent.id)
        if not contains(parent.region, order.region):
            raise codes.PARENT_REGION.at("region", order.region, parent_region=parent.region)
    programme = Programme(
        id=order.programme,
        name=order.name,
        region=order.region,
        parent=order.parent,
        operator=order.operator,
        state="draft",
        in_force=0,
        drafted=0,
    )
    await require_rules(tx, programme, order.rules)
    return put_draft(tx, programme, order.rules)
