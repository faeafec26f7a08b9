"""aggregates:Assign."""

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.aggregates import Standing, assigned, standing
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import aggregates as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ACTIVITY_BATCH as MACHINE
from tanhui.chaincode.transactions.activities.record import ActivityBatch
from tanhui.chaincode.transactions.aggregates.record import Assignment
from tanhui.chaincode.transactions.aggregates.summing import put_assignment
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.projects.record import Project, period_key
from tanhui.chaincode.transactions.projects.verify_period import PeriodNumber
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.aggregates import ReductionsAssigned


class AssignOrder(Order, frozen=True, kw_only=True):
    """An activity batch, and the period of the aggregate that it backs."""

    project: Slug
    number: PeriodNumber
    programme: Slug
    batch: Slug


@transaction("aggregates:Assign", roles={Role.PLATFORM_OPERATOR})
async def assign(tx: Tx, order: AssignOrder) -> ReductionsAssigned:
    """Assign a credited batch's records of consenting accounts to the aggregate's next period, once for a batch.

    The rest of the batch is extinguished for good. A batch backs one period: another assignment is refused, so
    that no gram backs two batches of credits.
    """
    await own_programme(tx, order.programme)
    project = await _aggregate(tx, order)
    await _require_open(tx, project, order.number)
    before = await tx.assignments.find(order.programme, order.batch)
    if before is not None:
        raise codes.BACKED.at("batch", order.batch, project=before.project, period=before.period)
    batch = await tx.activity_batches.get(order.programme, order.batch)
    MACHINE.require_in(batch.status, "credited")
    records = await _records(tx, batch)
    grams = sum(one.grams for one in records)
    if not grams:
        raise codes.NOTHING_TO_ASSIGN.at("batch", order.batch)
    made = Assignment(
        project=project.id,
        period=order.number,
        programme=order.programme,
        batch=order.batch,
        positions=tuple(one.position for one in records),
        grams=Amount(grams),
        reversed_after_g=Amount(0),
    )
    put_assignment(tx, made)
    return ReductionsAssigned(
        project=made.project,
        period=period_key(made.period),
        programme=made.programme,
        batch=made.batch,
        count=len(made.positions),
        positions_root=merkle.root([at.to_bytes(4, "big") for at in made.positions]),
        reduction_g=int(made.grams),
    )


async def _aggregate(tx: Tx, order: AssignOrder) -> Project:
    project = await tx.projects.get(order.project)
    tx.require_own(project.owner, "project")
    aggregate = await tx.aggregates.find(order.project)
    if aggregate is None:
        raise codes.NOT_AGGREGATE.at("project", order.project)
    if aggregate.programme != order.programme:
        raise codes.OTHER_PROGRAMME.at("project", order.project, programme=aggregate.programme)
    return project


async def _require_open(tx: Tx, project: Project, number: int) -> None:
    """Reductions go to the next period, or to the last one while it is returned.

    Raises:
        Refusal: aggregates.period_closed, aggregates.period_number.
    """
    expected = project.periods + 1
    if project.periods:
        last = await tx.periods.get(project.id, period_key(project.periods))
        if last.status == "returned":
            expected = last.number
        elif number == last.number:
            raise codes.PERIOD_CLOSED.at("number", number, status=last.status)
    if number != expected:
        raise codes.PERIOD_NUMBER.at("number", number, expected=expected)


async def _records(tx: Tx, batch: ActivityBatch) -> tuple[Standing, ...]:
    blob = await tx.activity_records.get(batch.programme, batch.id)
    still = list(standing(blob, batch.inputs, (*batch.reversed, *batch.refused)))
    accounts = list(dict.fromkeys(one.account for one in still))
    consents = await tx.consents.find_all(*[one.hex() for one in accounts], under=(batch.programme,))
    since = {
        account: Day(one.since) for account, one in zip(accounts, consents, strict=True) if one is not None
    }
    return assigned(still, since)
