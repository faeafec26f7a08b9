"""credits:Issue, by two persons."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounting import Entry
from tanhui.chaincode.rules.errors import credits as credit_codes
from tanhui.chaincode.rules.errors import projects as codes
from tanhui.chaincode.rules.monitoring import Issuance, issuance
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range, Serial
from tanhui.chaincode.rules.states import PROJECT as MACHINE
from tanhui.chaincode.transactions.aggregates.summing import require_sum
from tanhui.chaincode.transactions.conflicts.standing import require_unclaimed
from tanhui.chaincode.transactions.credits.ledger import as_effect, enter_range
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
    period. A period is issued once, by whichever request. A bundle's members get their parts of it.
    """
    project = await tx.projects.get(order.project)
    MACHINE.require_in(project.status, "monitoring")
    period = await tx.periods.get(order.project, period_key(order.number))
    await require_noticed(tx, "issuance", f"{project.id}@{period.number}")
    await require_unclaimed(tx, project, period.first_day, period.last_day)
    await require_sum(tx, project, period.number, period.grams)
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
    bundle = await tx.bundles.find(project.id)
    whose = bundle.shared(project.owner, made.owner_kg) if bundle else ((project.owner, made.owner_kg),)
    ranges = _ranges(batch, (*whose, (project.buffer_holder, made.buffer_kg)))
    for one in ranges:
        enter_range(tx, one, Entry.ISSUED)
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


def _ranges(batch: Batch, whose: tuple[tuple[str, int], ...]) -> tuple[Range, ...]:
    """The owner's serials first, then those of a bundle's members, the buffer's last."""
    made, serial = [], 1
    for holder, quantity in whose:
        if quantity:
            last = serial + quantity - 1
            made.append(Range(batch=batch.id, first=Serial(serial), last=Serial(last), holder=holder))
            serial = last + 1
    return tuple(made)


def _effect(batch: Batch, one: Range) -> CreditsIssued:
    return CreditsIssued(
        project=batch.project,
        vintage=str(batch.vintage),
        methodology=f"{batch.methodology}@{batch.version}",
        holder=one.holder,
        ranges=as_effect((one,)),
        quantity_kg=one.quantity,
    )
