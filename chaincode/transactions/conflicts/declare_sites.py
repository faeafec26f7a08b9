"""conflicts:DeclareSites."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.conflicts import HERE, Claim
from tanhui.chaincode.rules.errors import conflicts as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import PROJECT as MACHINE
from tanhui.chaincode.transactions.conflicts.record import SITES_MAX, ProjectSites
from tanhui.chaincode.transactions.conflicts.standing import drop_claim, put_claim
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.projects.record import Project
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.conflicts import SitesDeclared


class DeclareSitesOrder(Order, frozen=True, kw_only=True):
    """What a project does, and where: sites as rules/conflicts.py spells them."""

    project: Slug
    activity: Slug
    sites: Annotated[tuple[HexHash, ...], msgspec.Meta(min_length=1, max_length=SITES_MAX)]


@transaction("conflicts:DeclareSites", roles={Role.PROJECT_OWNER})
async def declare_sites(tx: Tx, order: DeclareSitesOrder) -> SitesDeclared:
    """Declare a project's sites before it is validated; declaring again replaces them.

    A declared site excludes nobody yet: the project that is registered first does.
    """
    project = await tx.projects.get(order.project)
    tx.require_own(project.owner, "project")
    MACHINE.require_in(project.status, "draft", "listed")
    for at, site in enumerate(order.sites):
        if site in order.sites[:at]:
            raise codes.SITE_TWICE.at("sites", site)
    before = await tx.project_sites.find(order.project)
    if before is not None:
        for site in before.sites:
            drop_claim(tx, _claim(project, before.activity, site))
    for site in order.sites:
        put_claim(tx, _claim(project, order.activity, site))
    tx.project_sites.put(
        ProjectSites(
            activity=order.activity,
            sites=order.sites,
            first_day=project.first_day,
            last_day=project.last_day,
        ),
        order.project,
    )
    return SitesDeclared(project=project.id, activity=order.activity, sites=order.sites)


def _claim(project: Project, activity: str, site: str) -> Claim:
    return Claim(
        activity=activity,
        region=project.region,
        site=site,
        scheme=HERE,
        reference=project.id,
        first_day=project.first_day,
        last_day=project.last_day,
        document=project.boundary,
    )
