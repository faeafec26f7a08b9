"""projects:SubmitPeriod."""

from datetime import date
from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import Day, from_date
from tanhui.chaincode.rules.errors import methodologies as methodology_codes
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.formula import limits
from tanhui.chaincode.rules.monitoring import require_period
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import PROJECT as MACHINE
from tanhui.chaincode.transactions.aggregates.summing import require_sum
from tanhui.chaincode.transactions.fields import HexHash, Slug
from tanhui.chaincode.transactions.methodologies.queries import InputValue
from tanhui.chaincode.transactions.methodologies.record import version_key
from tanhui.chaincode.transactions.projects.record import PERIODS_MAX, Period, Project, period_key
from tanhui.chaincode.transactions.projects.status import put_project, write_period
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.projects import MonitoringPeriodChanged, ProjectStatusChanged

_BEFORE_ALL = Day(-1)


class SubmitPeriodOrder(Order, frozen=True, kw_only=True):
    """A monitoring report: its days, what was measured, and its evidence by hash."""

    project: Slug
    number: Annotated[int, msgspec.Meta(ge=1, le=PERIODS_MAX)]
    first_day: date
    last_day: date
    inputs: Annotated[tuple[InputValue, ...], msgspec.Meta(max_length=limits.INPUTS_MAX)]
    evidence: HexHash


@transaction("projects:SubmitPeriod", roles={Role.PROJECT_OWNER})
async def submit_period(
    tx: Tx, order: SubmitPeriodOrder
) -> MonitoringPeriodChanged | tuple[ProjectStatusChanged, MonitoringPeriodChanged]:
    """Submit the next monitoring period, or a returned one again.

    Periods come one after the other: the one before must be issued, so that they can never overlap, and
    what is below a kilogram has one way to go. An aggregate's grams are what is assigned to the period.
    """
    project = await tx.projects.get(order.project)
    tx.require_own(project.owner, "project")
    MACHINE.require_in(project.status, "registered", "monitoring")
    again = await _returned(tx, project, order)
    monitored_until = project.monitored_until
    require_period(
        from_date(order.first_day),
        from_date(order.last_day),
        (from_date(project.first_day), from_date(project.last_day)),
        _BEFORE_ALL if monitored_until is None else from_date(monitored_until),
        tx.day,
    )
    grams = await _grams(tx, project, order.inputs)
    await require_sum(tx, project, order.number, grams, (order.first_day, order.last_day))
    period = Period(
        project=project.id,
        number=order.number,
        first_day=order.first_day,
        last_day=order.last_day,
        inputs=order.inputs,
        grams=Amount(grams),
        evidence=order.evidence,
        status="submitted",
        verifier="",
        report="",
        batch="",
    )
    effect = write_period(tx, period)
    if again:
        return effect
    grown = msgspec.structs.replace(project, periods=order.number)
    if project.status == "registered":
        return put_project(tx, grown, "monitoring", None), effect
    tx.projects.put(grown, project.id)
    return effect


async def _returned(tx: Tx, project: Project, order: SubmitPeriodOrder) -> bool:
    """Whether the order repeats a returned period; refuses a number that is neither that nor the next."""
    if project.periods:
        last = await tx.periods.get(project.id, period_key(project.periods))
        if last.status == "returned":
            if order.number != last.number:
                raise codes.PERIOD_NUMBER.at("number", order.number, expected=last.number)
            return True
        if last.status != "issued":
            raise codes.PERIOD_OPEN.at("number", last.number)
    if order.number != project.periods + 1:
        raise codes.PERIOD_NUMBER.at("number", order.number, expected=project.periods + 1)
    return False


async def _grams(tx: Tx, project: Project, inputs: tuple[int, ...]) -> int:
    version = await tx.methodology_versions.get(project.methodology, version_key(project.version))
    if version.status not in {"filed", "superseded"}:
        # A project keeps the version it was registered with while that is superseded, not while suspended.
        raise methodology_codes.NOT_FILED.at("methodology", project.methodology, status=version.status)
    return (await tx.formulas.get(version.formula)).grams(inputs)
