"""credits:Issue, by two persons."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import credits as credit_codes
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.monitoring import Issuance, issuance
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range, cut, issue
from tanhui.chaincode.rules.states import PROJECT as MACHINE
from tanhui.chaincode.transactions.credits.ledger import as_effect, put_range
from tanhui.chaincode.transactions.credits.record import Batch
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.notices.gate import require_noticed
from tanhui.chaincode.transactions.projects.record import Period, Project, period_key
from tanhui.chaincode.transactions.projects.status import put_period
from tanhui.chaincode.transactions.projects.verify_period import PeriodNumber
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsIssued
from tanhui.proofs.effects.projects import MonitoringPeriodChanged


class IssueOrder(Order, frozen=True, kw_only=True):
    """Issue an approved period. `quantity` is what the two persons believe they issue, in kilograms CO2e."""

    project: Slug
    number: PeriodNumber
    quantity: PositiveAmount


@transaction("credits:Issue", roles={Role.REGULATOR}, persons=2)
async def issue_batch(tx: Tx, order: IssueOrder) -> tuple[MonitoringPeriodChanged | CreditsIssued, ...]:
    """Issue the whole verified quantity of an approved period as one batch with serials from 1.

    Another quantity than the period's is refused, not rounded. Grams below a kilogram wait for the next
    period. A period is issued once, by whichever request.
    """
    project = await tx.projects.get(order.project)
    MACHINE.require_in(project.status, "monitoring")
    period = await tx.periods.get(order.project, period_key(order.number))
    await require_noticed(tx, "issuance", f"{project.id}@{period.number}")
    made = issuance(period.grams, project.grams_waiting, project.buffer_basis_points)
    if made.quantity_kg == 0:
        raise codes.NOTHING_TO_ISSUE.at("number", order.number, grams=made.grams_carried)
    if order.quantity != made.quantity_kg:
        raise codes.QUANTITY_DIFFERS.at(
            "quantity", order.quantity, period=order.number, expected=made.quantity_kg
        )
    batch = _batch(project, period, made)
    if await tx.batches.find(batch.id) is not None:
        raise credit_codes.BATCH_EXISTS.at("batch", batch.id)
    issued = put_period(tx, msgspec.structs.replace(period, batch=batch.id), "issued")
    ranges = _ranges(batch, project, made)
    for one in ranges:
        put_range(tx, one, None)
    tx.batches.put(batch, batch.id)
    grown = msgspec.structs.replace(
        project,
        batches=project.batches + 1,
        monitored_until=period.last_day,
        grams_waiting=Amount(made.grams_carried),
    )
    tx.projects.put(grown, project.id)
    return (issued, *(_effect(batch, one) for one in ranges))


def _batch(project: Project, period: Period, made: Issuance) -> Batch:
    vintage = period.last_day.year
    parts = (
        project.region,
        project.programme,
        project.methodology,
        project.id,
        vintage,
        f"{project.batches + 1:03d}",
    )
    return Batch(
        id="-".join(map(str, parts)),
        project=project.id,
        period=period.number,
        methodology=project.methodology,
        version=project.version,
        vintage=vintage,
        first_day=period.first_day,
        last_day=period.last_day,
        requested=Amount(made.quantity_kg),
        quantity=Amount(made.quantity_kg),
        buffer=Amount(made.buffer_kg),
        owner=project.owner,
    )


def _ranges(batch: Batch, project: Project, made: Issuance) -> tuple[Range, ...]:
    """The owner's serials first, the buffer's last."""
    whole = issue(batch.id, made.quantity_kg, project.owner)
    if made.buffer_kg == 0:
        return (whole,)
    buffer, rest = cut(whole, made.owner_kg + 1, made.quantity_kg)
    kept = msgspec.structs.replace(buffer, holder=project.buffer_holder, made_from=())
    return (*(msgspec.structs.replace(one, made_from=()) for one in rest), kept)


def _effect(batch: Batch, one: Range) -> CreditsIssued:
    return CreditsIssued(
        project=batch.project,
        vintage=str(batch.vintage),
        methodology=f"{batch.methodology}@{batch.version}",
        holder=one.holder,
        ranges=as_effect((one,)),
        quantity_kg=one.quantity,
    )
