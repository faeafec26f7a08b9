"""activities:ReverseBatch, by two persons of the operator."""

from typing import Annotated, TypeAlias

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.accounts import Account
from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, RECORDS_MAX, record_struct
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.lots import reverse
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import ACTIVITY_BATCH as MACHINE
from tanhui.chaincode.transactions.activities.record import ActivityBatch
from tanhui.chaincode.transactions.aggregates.summing import reduce_assignment
from tanhui.chaincode.transactions.fields import Slug, Text
from tanhui.chaincode.transactions.points.operating import own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.activities import ActivitiesReversed
from tanhui.proofs.effects.aggregates import AssignmentReduced

Reversal: TypeAlias = tuple[ActivitiesReversed | AssignmentReduced, ...]
Position = Annotated[int, msgspec.Meta(ge=0, lt=RECORDS_MAX)]


class ReverseBatchOrder(Order, frozen=True, kw_only=True):
    """Which credited records were wrong: their positions, from 0; none named means all that still stand."""

    programme: Slug
    batch: Slug
    positions: Annotated[tuple[Position, ...], msgspec.Meta(max_length=RECORDS_MAX)]
    reason: Text


@transaction("activities:ReverseBatch", roles={Role.PLATFORM_OPERATOR}, persons=2)
async def reverse_batch(tx: Tx, order: ReverseBatchOrder) -> Reversal:
    """Counter wrong records: their points are taken, and what was spent already becomes a debt.

    Nothing is deleted: batch and records stay, the positions are marked. A claimed slot stays claimed, so
    that what was claimed wrongly is not claimed again.
    """
    await own_programme(tx, order.programme)
    batch = await tx.activity_batches.get(order.programme, order.batch)
    return await reverse_positions(tx, batch, order.positions, order.reason)


async def reverse_positions(tx: Tx, batch: ActivityBatch, wanted: tuple[int, ...], reason: str) -> Reversal:
    """Counter these positions of a credited batch, or all that still stand where none is named.

    Records that back an aggregate leave it.

    Raises:
        Refusal: states.required, activities.position_unknown, activities.position_rejected,
            activities.position_reversed.
    """
    MACHINE.require_in(batch.status, "credited", "rejected", "reversed")
    blob = await tx.activity_records.get(batch.programme, batch.id)
    records = list(record_struct(batch.inputs).iter_unpack(blob))
    positions = _positions(batch, wanted, [row[-4] for row in records])
    points: dict[bytes, int] = {}
    for at in positions:
        account = records[at][0]
        points[account] = points.get(account, 0) + records[at][-3]
    debt = await _take(tx, batch.programme, bytes.fromhex(batch.issue), points)
    marked = tuple(sorted({*batch.reversed, *positions}))
    status = "reversed" if len(marked) + batch.rejected + len(batch.refused) == batch.count else batch.status
    tx.activity_batches.put(
        msgspec.structs.replace(batch, reversed=marked, status=status), batch.programme, batch.id
    )
    effect = ActivitiesReversed(
        batch=batch.id,
        count=len(positions),
        positions_root=merkle.root([at.to_bytes(4, "big") for at in positions]),
        reduction_g=sum(records[at][-2] for at in positions),
        points=sum(points.values()),
        debt=debt,
        reason=reason,
    )
    reduced = await reduce_assignment(tx, batch, positions, blob)
    return (effect,) if reduced is None else (effect, reduced)


def _positions(batch: ActivityBatch, wanted: tuple[int, ...], results: list[int]) -> list[int]:
    """The positions to reverse, rising.

    Raises:
        Refusal: activities.position_unknown, activities.position_rejected, activities.position_reversed.
    """
    done, refused = set(batch.reversed), set(batch.refused)
    if not wanted:
        gone = done | refused
        standing = [at for at, result in enumerate(results) if result < FIRST_REJECTION and at not in gone]
        if not standing:
            raise codes.POSITION_REVERSED.at("positions", "all")
        return standing
    for at in wanted:
        if at >= len(results):
            raise codes.POSITION_UNKNOWN.at("positions", at, count=len(results))
        if results[at] >= FIRST_REJECTION or at in refused:
            raise codes.POSITION_REJECTED.at("positions", at)
        if at in done:
            raise codes.POSITION_REVERSED.at("positions", at)
        done.add(at)
    return sorted(wanted)


async def _take(tx: Tx, programme: str, issue: bytes, points: dict[bytes, int]) -> int:
    """Take points of an issue back from accounts, frozen and closed ones too; returns what became debt."""
    ids = [account.hex() for account in points]
    found = await tx.accounts.get_all(*ids, under=(programme,))
    debts = 0
    for account_id, account, amount in zip(ids, found, points.values(), strict=True):
        if amount:
            split, debt = reverse(account.lots, issue, amount, account.debt)
            debts += debt - account.debt
            changed: Account = msgspec.structs.replace(account, lots=split.stays, debt=debt)
            tx.accounts.put(changed, programme, account_id)
    return debts
