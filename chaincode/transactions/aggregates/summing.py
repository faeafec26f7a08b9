"""What is assigned to a period: its sum, and the periods that take or no longer take reductions."""

from datetime import date

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.keys import prefix_range
from tanhui.chaincode.rules.aggregates import BATCHES_MAX, standing
from tanhui.chaincode.rules.days import Day, day_text, from_date
from tanhui.chaincode.rules.errors import aggregates as codes
from tanhui.chaincode.transactions.activities.record import ActivityBatch
from tanhui.chaincode.transactions.aggregates.record import BACKING, Assignment, Backing
from tanhui.chaincode.transactions.projects.record import Project, period_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.aggregates import AssignmentReduced


def put_assignment(tx: Tx, one: Assignment) -> None:
    """Write an assignment under both of its keys."""
    tx.assignments.put(one, one.programme, one.batch)
    small = Backing(programme=one.programme, batch=one.batch, grams=one.grams)
    tx.backings.put(small, one.project, period_key(one.period), one.programme, one.batch)


async def require_sum(
    tx: Tx, project: Project, number: int, grams: int, days: tuple[date, date] | None = None
) -> None:
    """Refuse an aggregate's period whose grams are not what is assigned to it; other projects pass.

    Assignments are read as a range, so that one which comes or shrinks meanwhile invalidates the reader. With `days`
    each batch must also be of a day within them.

    Raises:
        Refusal: aggregates.batches_many, aggregates.grams_differ, aggregates.outside_period.
    """
    if await tx.aggregates.find(project.id) is None:
        return
    entries = await tx.unit.range(*prefix_range(BACKING.name, (project.id, period_key(number))))
    if len(entries) > BATCHES_MAX:
        raise codes.BATCHES_MANY.at("number", number, limit=BATCHES_MAX)
    backings = [BACKING.codec.decode(entry.value) for entry in entries]
    assigned = sum(one.grams for one in backings)
    if assigned != grams:
        raise codes.GRAMS_DIFFER.at("inputs", grams, expected=assigned)
    if days is not None:
        await tx.load(*[tx.activity_batches.at(one.programme, one.batch) for one in backings])
        for one in backings:
            batch = await tx.activity_batches.get(one.programme, one.batch)
            if not from_date(days[0]) <= batch.day <= from_date(days[1]):
                raise codes.OUTSIDE_PERIOD.at(
                    "number", one.batch, day=day_text(Day(batch.day)), period=number
                )


async def reduce_assignment(
    tx: Tx, batch: ActivityBatch, positions: list[int], records: bytes
) -> AssignmentReduced | None:
    """Take reversed records out of what the batch backs; None where none of them backs anything.

    Before the period is issued its sum shrinks, so that it is submitted anew. Afterwards the assignment stays, and
    says how much of it was reversed: a recall follows from that.
    """
    known = await tx.assignments.find(batch.programme, batch.id)
    if known is None:
        return None
    gone = set(positions) & set(known.positions)
    if not gone:
        return None
    grams = sum(one.grams for one in standing(records, batch.inputs, ()) if one.position in gone)
    period = await tx.periods.find(known.project, period_key(known.period))
    issued = period is not None and period.status == "issued"
    if issued:
        changed = msgspec.structs.replace(known, reversed_after_g=Amount(known.reversed_after_g + grams))
        tx.assignments.put(changed, known.programme, known.batch)
    else:
        left = tuple(at for at in known.positions if at not in gone)
        put_assignment(tx, msgspec.structs.replace(known, positions=left, grams=Amount(known.grams - grams)))
    return AssignmentReduced(
        project=known.project,
        period=period_key(known.period),
        programme=known.programme,
        batch=known.batch,
        reduction_g=grams,
        issued="yes" if issued else "no",
    )
