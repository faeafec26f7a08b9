"""projects:Draft."""

from datetime import date
from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import methodologies as methodology_codes
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.quantities import BASIS_POINTS_WHOLE
from tanhui.chaincode.rules.regions import require_region
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Region, Slug, Text
from tanhui.chaincode.transactions.methodologies.record import Version, version_key
from tanhui.chaincode.transactions.projects.record import Project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import ProjectStatusChanged

BATCH_PREFIX_MAX = 110
"""Characters before vintage and number: the whole id stays within what an effect carries."""


class DraftOrder(Order, frozen=True, kw_only=True):
    """A project as its owner describes it."""

    project: Slug
    title: Text
    region: Region
    programme: Slug
    methodology: Slug
    version: Version
    boundary: HexHash
    exclusion: HexHash
    first_day: date
    last_day: date
    buffer_basis_points: Annotated[int, msgspec.Meta(ge=0, le=BASIS_POINTS_WHOLE)]
    buffer_holder: Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Z]{18})?$(?!\n)", max_length=18)]


@transaction("projects:Draft", roles={Role.PROJECT_OWNER})
async def draft(tx: Tx, order: DraftOrder) -> ProjectStatusChanged:
    """Write down a project under a filed methodology for projects."""
    require_region(order.region, "region")
    if order.last_day < order.first_day:
        raise codes.PERIOD_BACKWARDS.at(
            "last_day", order.last_day.isoformat(), first_day=day_text(from_date(order.first_day))
        )
    prefix = f"{order.region}-{order.programme}-{order.methodology}-{order.project}"
    if len(prefix) > BATCH_PREFIX_MAX:
        raise codes.NAME_LONG.at("project", prefix, limit=BATCH_PREFIX_MAX)
    if (order.buffer_basis_points > 0) != bool(order.buffer_holder):
        raise codes.BUFFER_HOLDER.at(
            "buffer_holder", order.buffer_holder, basis_points=order.buffer_basis_points
        )
    if order.buffer_holder:
        await tx.organisations.get(order.buffer_holder)
    if await tx.projects.find(order.project) is not None:
        raise codes.EXISTS.at("project", order.project)
    methodology = await tx.methodology_versions.get(order.methodology, version_key(order.version))
    if methodology.lane != "projects":
        raise methodology_codes.WRONG_LANE.at("methodology", order.methodology, lane=methodology.lane)
    if methodology.status != "filed":
        raise methodology_codes.NOT_FILED.at("methodology", order.methodology, status=methodology.status)
    project = Project(
        id=order.project,
        owner=tx.caller.organisation,
        title=order.title,
        region=order.region,
        programme=order.programme,
        methodology=order.methodology,
        version=order.version,
        boundary=order.boundary,
        exclusion=order.exclusion,
        first_day=order.first_day,
        last_day=order.last_day,
        buffer_basis_points=order.buffer_basis_points,
        buffer_holder=order.buffer_holder,
        status="draft",
        before="draft",
        verifier="",
        report="",
        periods=0,
        monitored_until=None,
        batches=0,
        grams_waiting=Amount(0),
    )
    tx.projects.put(project, project.id)
    return ProjectStatusChanged(
        project=project.id, owner=project.owner, methodology=project.methodology, status="draft"
    )
