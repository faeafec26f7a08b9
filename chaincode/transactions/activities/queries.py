"""activities:Source, Batch, Batches, Records and Reexecute."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.activity_records import (
    FIRST_REJECTION,
    RECORDS_MAX,
    RESULT_CODES,
    Result,
    record_struct,
)
from tanhui.chaincode.rules.attestations import unpack
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.transactions.activities.record import ActivityBatch, Appeal, DataSource, place_key
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.methodologies.record import version_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle

RECORDS_SHOWN_MAX = 500


class SourceQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One data source by its id."""

    source: Slug


class BatchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One batch by its programme and id."""

    programme: Slug
    batch: Slug


class BatchesQuery(PageOrder, frozen=True, kw_only=True):
    """The batches of one programme."""

    programme: Slug


class RecordsQuery(BatchQuery, frozen=True, kw_only=True):
    """Part of a batch's records, by position."""

    first: Annotated[int, msgspec.Meta(ge=0, lt=RECORDS_MAX)] = 0
    count: Annotated[int, msgspec.Meta(ge=1, le=RECORDS_SHOWN_MAX)] = RECORDS_SHOWN_MAX


class AppealQuery(BatchQuery, frozen=True, kw_only=True):
    """The appeal of one record."""

    position: Annotated[int, msgspec.Meta(ge=0, lt=RECORDS_MAX)]


class AttestationsQuery(PageOrder, frozen=True, kw_only=True):
    """The attestations of one batch."""

    programme: Slug
    batch: Slug


class AttestationView(msgspec.Struct, frozen=True, kw_only=True):
    """One attestation without its verdicts, and how many of them turned a record down."""

    kind: str
    verifier: str
    model: str
    model_version: str
    day: str
    verdicts: int
    refused: tuple[int, ...]


class ActivityRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record, unpacked."""

    position: int
    account: str
    when: int
    """Seconds since 1970, UTC."""
    evidence: str
    inputs: tuple[int, ...]
    state: str
    """submitted or checked while its batch is; then credited, rejected or reversed."""
    code: str
    """Why it was rejected; empty otherwise."""
    points: Amount
    grams: Amount


class Reexecution(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded batch computed again from its own inputs."""

    agrees: bool
    differing: tuple[int, ...]
    """Positions whose grams differ, 100 at most."""
    grams: Amount
    root: str


@query("activities:Source")
async def source(tx: Tx, order: SourceQuery) -> DataSource:
    """One data source."""
    return await tx.data_sources.get(order.source)


@query("activities:Batch")
async def batch(tx: Tx, order: BatchQuery) -> ActivityBatch:
    """One batch."""
    return await tx.activity_batches.get(order.programme, order.batch)


@query("activities:Batches")
async def batches(tx: Tx, order: BatchesQuery) -> Page[ActivityBatch]:
    """The batches of a programme, in the order of their ids."""
    return await tx.activity_batches.page(order, order.programme)


@query("activities:Appeal")
async def appeal(tx: Tx, order: AppealQuery) -> Appeal:
    """One appeal, open or ruled."""
    return await tx.activity_appeals.get(order.programme, order.batch, place_key(order.position))


@query("activities:Attestations")
async def attestations(tx: Tx, order: AttestationsQuery) -> Page[AttestationView]:
    """Reviews and samples of a batch, the review first."""
    page = await tx.activity_attestations.page(order, order.programme, order.batch)
    shown = []
    for one in page.items:
        verdicts = unpack(one.verdicts)
        shown.append(
            AttestationView(
                kind=one.kind,
                verifier=one.verifier,
                model=one.model,
                model_version=one.model_version,
                day=day_text(Day(one.day)),
                verdicts=len(verdicts),
                refused=tuple(verdict.position for verdict in verdicts if not verdict.accepted),
            )
        )
    return Page(tuple(shown), page.bookmark)


@query("activities:Records")
async def records(tx: Tx, order: RecordsQuery) -> tuple[ActivityRecord, ...]:
    """Records of a batch with what became of each."""
    found = await tx.activity_batches.get(order.programme, order.batch)
    blob = await tx.activity_records.get(order.programme, order.batch)
    width = found.record_bytes
    part = blob[order.first * width : (order.first + order.count) * width]
    rows = record_struct(found.inputs).iter_unpack(part)
    refused = codes.REVIEW_REFUSED.name
    waiting = found.status if found.status in ("submitted", "checked") else "credited"
    marks = dict.fromkeys(found.reversed, ("reversed", "")) | dict.fromkeys(
        found.refused, ("rejected", refused)
    )
    return tuple(_shown(at, row, marks.get(at, (waiting, ""))) for at, row in enumerate(rows, order.first))


@query("activities:Reexecute")
async def reexecute(tx: Tx, order: BatchQuery) -> Reexecution:
    """Compute every credited record's grams again from the recorded inputs, and the root from the records."""
    found = await tx.activity_batches.get(order.programme, order.batch)
    blob = await tx.activity_records.get(order.programme, order.batch)
    version = await tx.methodology_versions.get(found.methodology, version_key(found.version))
    formula = await tx.formulas.get(version.formula)
    total, differing, refused = 0, [], set(found.refused)
    for at, (_, _, _, *inputs, result, _, grams, _) in enumerate(
        record_struct(found.inputs).iter_unpack(blob)
    ):
        computed = formula.grams(inputs) if result < FIRST_REJECTION else 0
        total += 0 if at in refused else computed
        if computed != grams:
            differing.append(at)
    root = merkle.packed_root(blob, found.record_bytes).hex()
    return Reexecution(
        agrees=not differing and total == found.grams and root == found.root,
        differing=tuple(differing[:100]),
        grams=Amount(total),
        root=root,
    )


def _shown(at: int, row: tuple[object, ...], mark: tuple[str, str]) -> ActivityRecord:
    account, when, evidence, *inputs, result, points, grams, _ = row
    assert isinstance(account, bytes)
    assert isinstance(evidence, bytes)
    assert isinstance(when, int)
    assert isinstance(result, int)
    assert isinstance(points, int)
    assert isinstance(grams, int)
    state, code = mark
    if result >= FIRST_REJECTION:
        state, code = "rejected", RESULT_CODES[Result(result)].name
    return ActivityRecord(
        position=at,
        account=account.hex(),
        when=when,
        evidence=evidence.hex(),
        inputs=tuple(one for one in inputs if isinstance(one, int)),
        state=state,
        code=code,
        points=Amount(points),
        grams=Amount(grams),
    )
