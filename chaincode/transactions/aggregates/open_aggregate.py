"""aggregates:Open."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import aggregates as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import PROJECT as MACHINE
from tanhui.chaincode.transactions.aggregates.record import Aggregate
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.aggregates import AggregateOpened


class OpenAggregateOrder(Order, frozen=True, kw_only=True):
    """A drafted project, and the programme whose reductions it sums."""

    project: Slug
    programme: Slug


@transaction("aggregates:Open", roles={Role.PLATFORM_OPERATOR})
async def open_aggregate(tx: Tx, order: OpenAggregateOrder) -> AggregateOpened:
    """Make an own drafted project the aggregate of an own programme: its periods are what is assigned to them."""
    await own_programme(tx, order.programme)
    project = await tx.projects.get(order.project)
    tx.require_own(project.owner, "project")
    MACHINE.require_in(project.status, "draft")
    if await tx.aggregates.find(order.project) is not None:
        raise codes.EXISTS.at("project", order.project)
    tx.aggregates.put(Aggregate(project=order.project, programme=order.programme), order.project)
    return AggregateOpened(project=order.project, programme=order.programme)
