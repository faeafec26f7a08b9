"""What every change of a project's or a period's status has in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.states import PERIOD as PERIOD_MACHINE
from tanhui.chaincode.rules.states import PROJECT as PROJECT_MACHINE
from tanhui.chaincode.transactions.fields import Slug, Text
from tanhui.chaincode.transactions.projects.record import (
    Period,
    PeriodStatus,
    Project,
    ProjectStatus,
    period_key,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import MonitoringPeriodChanged, ProjectStatusChanged


class ProjectOrder(Order, frozen=True, kw_only=True):
    """Which project changes its status, and why."""

    project: Slug
    reason: Text


async def require_uninvolved(tx: Tx, project: Project) -> None:
    """Refuse a verifier that owns the project, or stands in its bundle.

    Raises:
        Refusal: projects.own_work.
    """
    bundle = await tx.bundles.find(project.id)
    if project.owner == tx.caller.organisation or (bundle and bundle.find(tx.caller.organisation)):
        raise codes.OWN_WORK.at("project", project.id)


def put_project(tx: Tx, project: Project, to: ProjectStatus, reason: str | None) -> ProjectStatusChanged:
    """Write the project with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    PROJECT_MACHINE.require_move(project.status, to)
    before = project.status if to == "suspended" else to
    tx.projects.put(msgspec.structs.replace(project, status=to, before=before), project.id)
    return ProjectStatusChanged(
        project=project.id,
        owner=project.owner,
        methodology=project.methodology,
        status=to,
        reason=reason,
    )


def put_period(tx: Tx, period: Period, to: PeriodStatus) -> MonitoringPeriodChanged:
    """Write the period with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    PERIOD_MACHINE.require_move(period.status, to)
    return write_period(tx, msgspec.structs.replace(period, status=to))


def write_period(tx: Tx, period: Period) -> MonitoringPeriodChanged:
    """Write a period as it is. Its effect states whole kilograms; the grams stand in the record."""
    tx.periods.put(period, period.project, period_key(period.number))
    return MonitoringPeriodChanged(
        project=period.project,
        period=period_key(period.number),
        first_day=day_text(from_date(period.first_day)),
        last_day=day_text(from_date(period.last_day)),
        status=period.status,
        reduction_kg=period.grams // 1_000,
    )
