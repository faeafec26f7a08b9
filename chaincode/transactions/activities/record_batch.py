"""activities:RecordBatch."""

from collections.abc import Callable, Collection
from hashlib import sha256
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import Account
from tanhui.chaincode.rules.activity_records import (
    CLAIM_BASE_BYTES,
    OUTCOME,
    RECORDS_MAX,
    RESULT_CODES,
    SALT_BYTES,
    accounts_in,
    require_claims,
)
from tanhui.chaincode.rules.crediting import Credited, Terms, Working, credit
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.errors import methodologies as methodology_codes
from tanhui.chaincode.rules.formula import Formula, limits
from tanhui.chaincode.rules.lots import Lot, receive
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.slots import Crediting
from tanhui.chaincode.transactions.activities.record import ActivityBatch, DataSource
from tanhui.chaincode.transactions.activities.sharing import shared_claims
from tanhui.chaincode.transactions.activities.signing import signed_bytes
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.methodologies.record import Version, version_key
from tanhui.chaincode.transactions.points.issue import Tranche
from tanhui.chaincode.transactions.points.operating import Operated, draw_budget, operated
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import ed25519, merkle
from tanhui.proofs.effects.activities import ActivitiesRecorded, ActivitiesSubmitted, RecordRejected

_HMAC_BLOCK_BYTES: Final = 64
RECORDS_BYTES_MAX: Final = RECORDS_MAX * (CLAIM_BASE_BYTES + 8 * limits.INPUTS_MAX)


class RecordBatchOrder(Order, frozen=True, kw_only=True):
    """Claims of one scene under one methodology version, signed by one data source."""

    programme: Slug
    batch: Slug
    scene: Slug
    methodology: Slug
    version: Version
    source: Slug
    tranche: Tranche
    salt: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    """Base64, like the two below. Each record's own salt is derived from it."""
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
    """Ed25519, see signing.py."""
    records: Annotated[bytes, msgspec.Meta(min_length=1, max_length=RECORDS_BYTES_MAX)]
    """Packed claims, see rules/activity_records.py."""


def _keys(tx: Tx, order: RecordBatchOrder) -> Collection[str]:
    """What is known to be read before anything is: the accounts wait for the formula's number of inputs."""
    return (
        tx.programmes.at(order.programme),
        tx.activity_batches.at(order.programme, order.batch),
        tx.data_sources.at(order.source),
        tx.methodology_versions.at(order.methodology, version_key(order.version)),
    )


@transaction("activities:RecordBatch", roles={Role.PLATFORM_OPERATOR}, reads=_keys)
async def record_batch(tx: Tx, order: RecordBatchOrder) -> ActivitiesRecorded | ActivitiesSubmitted:
    """Record a batch, and credit it at once unless its scene asks for a review.

    Grams come from the formula, points from the scene's rule.

    Each record is credited or rejected by itself, with its reason. What the batch writes is its record, its
    packed records and the accounts it touched: nothing grows with the number of events but the blob. A batch
    that waits for its review has claimed its slots already, and counts towards the day's cap of its submission.
    """
    programme = await operated(tx, order.programme)
    scene = programme.scene(order.scene)
    if await tx.activity_batches.find(order.programme, order.batch) is not None:
        raise codes.BATCH_EXISTS.at("batch", order.batch)
    crediting, formula = await _filed(tx, order)
    count = require_claims(order.records, len(formula.inputs))
    source = await tx.data_sources.get(order.source)
    _require_signature(source, order)

    accounts = await _accounts(tx, order, len(formula.inputs))
    terms = Terms(formula, crediting, scene, programme.rules.cap_per_day, tx.seconds, tx.day)
    shared = shared_claims(tx, crediting, programme)
    known = await shared.read(order.programme, order.records, len(formula.inputs))
    done = credit(order.records, terms, accounts, _salts(order.salt), known)
    shared.write()
    reviewed = bool(scene.review) and not source.device and len(done.rejected) < count
    if not reviewed:
        await draw_budget(tx, programme, order.tranche, done.points)

    expires, issue, repaid = _pay(tx, order, programme, done, reviewed)
    blob = b"".join(done.records)
    record_bytes = CLAIM_BASE_BYTES + 8 * len(formula.inputs) + OUTCOME.size
    root = merkle.packed_root(blob, record_bytes)
    made = ActivityBatch(
        id=order.batch,
        programme=order.programme,
        programme_version=programme.programme.in_force,
        scene=order.scene,
        methodology=order.methodology,
        version=order.version,
        source=source.id,
        source_key=source.key,
        status="submitted" if reviewed else "rejected" if len(done.rejected) == count else "credited",
        issue=issue,
        inputs=len(formula.inputs),
        record_bytes=record_bytes,
        count=count,
        rejected=len(done.rejected),
        grams=Amount(done.grams),
        points=Amount(0 if reviewed else done.points),
        root=root.hex(),
        day=tx.day,
        reversed=(),
    )
    tx.activity_batches.put(made, order.programme, order.batch)
    tx.activity_records.put(blob, order.programme, order.batch)
    return _submitted(made, done) if reviewed else _recorded(made, done, expires, repaid)


def _rejected(done: Credited) -> tuple[RecordRejected, ...] | None:
    return tuple(RecordRejected(at, RESULT_CODES[result].name) for at, result in done.rejected) or None


def _recorded(made: ActivityBatch, done: Credited, expires: Day, repaid: int) -> ActivitiesRecorded:
    return ActivitiesRecorded(
        batch=made.id,
        programme=made.programme,
        programme_version=made.programme_version,
        scene=made.scene,
        methodology=made.methodology,
        methodology_version=made.version,
        data_source=made.source,
        count=made.count,
        record_bytes=made.record_bytes,
        records_root=bytes.fromhex(made.root),
        reduction_g=done.grams,
        points=done.points,
        debt_repaid=repaid,
        expires=day_text(expires),
        rejected=_rejected(done),
    )


def _submitted(made: ActivityBatch, done: Credited) -> ActivitiesSubmitted:
    return ActivitiesSubmitted(
        batch=made.id,
        programme=made.programme,
        programme_version=made.programme_version,
        scene=made.scene,
        methodology=made.methodology,
        methodology_version=made.version,
        data_source=made.source,
        count=made.count,
        record_bytes=made.record_bytes,
        records_root=bytes.fromhex(made.root),
        reduction_g=done.grams,
        points=done.points,
        rejected=_rejected(done),
    )


async def _filed(tx: Tx, order: RecordBatchOrder) -> tuple[Crediting, Formula]:
    """The claim rules and formula of the filed version that the order names.

    Raises:
        Refusal: methodologies.wrong_lane, methodologies.not_filed.
    """
    version = await tx.methodology_versions.get(order.methodology, version_key(order.version))
    if version.crediting is None:
        raise methodology_codes.WRONG_LANE.at("methodology", order.methodology, lane=version.lane)
    if version.status != "filed":
        raise methodology_codes.NOT_FILED.at("methodology", order.methodology, status=version.status)
    return version.crediting, await tx.formulas.get(version.formula)


def _require_signature(source: DataSource, order: RecordBatchOrder) -> None:
    """Refuse claims that the source's key did not sign for this very batch.

    Raises:
        Refusal: activities.source_revoked, activities.signature.
    """
    if source.status != "active":
        raise codes.SOURCE_REVOKED.at("source", source.id)
    message = signed_bytes(
        programme=order.programme,
        batch=order.batch,
        scene=order.scene,
        methodology=order.methodology,
        version=order.version,
        source=order.source,
        records=order.records,
    )
    if not ed25519.verify(bytes.fromhex(source.key), message, order.signature):
        raise codes.SIGNATURE.at("signature", order.batch, source=source.id)


async def _accounts(tx: Tx, order: RecordBatchOrder, inputs: int) -> dict[bytes, Account | None]:
    ids = list(dict.fromkeys(accounts_in(order.records, CLAIM_BASE_BYTES + 8 * inputs)))
    found = await tx.accounts.find_all(*[one.hex() for one in ids], under=(order.programme,))
    return dict(zip(ids, found, strict=True))


def _salts(salt: bytes) -> Callable[[int], bytes]:
    """Salt i = the first half of HMAC-SHA256(salt, i as 8 bytes) (state.md, Effects).

    RFC 2104 with its two keyed states made once: half the cost of a call for each record.
    """
    block = salt.ljust(_HMAC_BLOCK_BYTES, b"\x00")
    inner = sha256(bytes(byte ^ 0x36 for byte in block))
    outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def salt_of(position: int) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(position.to_bytes(8, "big"))
        second.update(first.digest())
        return second.digest()[:SALT_BYTES]

    return salt_of


def _pay(
    tx: Tx, order: RecordBatchOrder, programme: Operated, done: Credited, reviewed: bool
) -> tuple[Day, str, int]:
    """Write every account that gained; one whose batch is `reviewed` gets no points yet.

    Returns the points' last day, their issue, and what repaid debts.
    """
    expires = programme.rules.expiry.last_day(tx.day)
    issue = programme.issue(f"{order.methodology}@{order.version}", tx.day)
    issue_id, today, put = issue.id, tx.day, tx.accounts.put
    repaid = 0
    for account, working in done.accounts.items():
        if working.credited:
            changed, paid = _paid(working, Lot(expires, issue_id, 0 if reviewed else working.points), today)
            repaid += paid
            put(changed, order.programme, account.hex())
    if done.points and not reviewed:
        tx.issues.put(issue, order.programme, issue_id.hex())
    return expires, issue_id.hex(), repaid


def _paid(working: Working, lot: Lot, today: Day) -> tuple[Account, int]:
    before = working.account
    lots, debt, repaid = (
        receive(before.lots, (lot,), before.debt) if lot.points else (before.lots, before.debt, 0)
    )
    changed = Account(
        before.state,
        before.holder,
        before.organisation,
        before.unit,
        before.opened,
        debt,
        today,
        working.earned + working.points,
        before.sent_day,
        before.sent,
        lots,
        working.claims.encode(),
    )
    return changed, repaid
