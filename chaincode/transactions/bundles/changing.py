"""What every change of a bundle has in common: its order, when it may be made, and its effect."""

from typing import Literal

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.bundles import Bundle, BundleMember
from tanhui.chaincode.rules.errors import bundles as codes
from tanhui.chaincode.rules.errors import projects as project_codes
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.projects.record import Project, period_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.bundles import BundleChanged


class BundleOrder(Order, frozen=True, kw_only=True):
    """Whose bundle changes."""

    project: Slug


async def changeable(tx: Tx, project_id: str) -> Project:
    """A project whose bundle may change now: it lives, and no period is open.

    Who shares a period's units is settled when it is submitted: from then until it is issued nobody joins or
    leaves.

    Raises:
        Refusal: contract.record_absent, bundles.project_over, projects.period_open.
    """
    project = await tx.projects.get(project_id)
    if project.status in {"closed", "rejected", "deregistered"}:
        raise codes.PROJECT_OVER.at("project", project.id, status=project.status)
    if project.periods:
        last = await tx.periods.get(project.id, period_key(project.periods))
        if last.status != "issued":
            raise project_codes.PERIOD_OPEN.at("project", last.number)
    return project


def put_bundle(
    tx: Tx,
    bundle: Bundle,
    member: BundleMember,
    step: Literal["invited", "joined", "left", "removed"],
    reason: str | None = None,
) -> BundleChanged:
    """Write the bundle after one member's step."""
    tx.bundles.put(bundle, bundle.project)
    return BundleChanged(
        project=bundle.project,
        organisation=member.organisation,
        parts=member.parts,
        step=step,
        boundary=bytes.fromhex(member.boundary),
        reason=reason,
    )
