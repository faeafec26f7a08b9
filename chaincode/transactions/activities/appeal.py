"""activities:AppealRecord and activities:RuleAppeal."""

from typing import Annotated, Literal

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.activity_records import RECORDS_MAX, record_struct
from tanhui.chaincode.rules.attestations import APPEAL_DAYS
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.activities.paying import pay
from tanhui.chaincode.transactions.activities.record import ActivityBatch, Appeal, place_key
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.points.issue import Tranche
from tanhui.chaincode.transactions.points.operating import in_force, own_programme
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.activities import ActivitiesCredited, RecordAppealed


class AppealRecordOrder(Order, frozen=True, kw_only=True):
    """Which record was turned down wrongly, why, and what shows it."""

    programme: Slug
    batch: Slug
    position: Annotated[int, msgspec.Meta(ge=0, lt=RECORDS_MAX)]
    reason: Text
    evidence: HexHash


class RuleAppealOrder(Order, frozen=True, kw_only=True):
    """The regulator's ruling; `tranche` of the year's budget pays what is upheld."""

    programme: Slug
    batch: Slug
    position: Annotated[int, msgspec.Meta(ge=0, lt=RECORDS_MAX)]
    verdict: Literal["upheld", "dismissed"]
    reason: Text
    tranche: Tranche


@transaction("activities:AppealRecord", roles={Role.PLATFORM_OPERATOR})
async def appeal_record(tx: Tx, order: AppealRecordOrder) -> RecordAppealed:
    """File a holder's appeal against a review, once for a record, within APPEAL_DAYS of the review."""
    await own_programme(tx, order.programme)
    batch = await tx.activity_batches.get(order.programme, order.batch)
    _require_refused(batch, order.position)
    place = (order.programme, order.batch, place_key(order.position))
    if await tx.activity_appeals.find(*place) is not None:
        raise codes.APPEAL_EXISTS.at("position", order.position)
    review = await tx.activity_attestations.get(order.programme, order.batch, place_key(0))
    until = Day(review.day + APPEAL_DAYS)
    if tx.day > until:
        raise codes.APPEAL_LATE.at("position", order.position, until=day_text(until))
    made = Appeal(
        position=order.position, reason=order.reason, evidence=order.evidence, status="open", ruling=""
    )
    tx.activity_appeals.put(made, *place)
    return _effect(batch, made, order.reason)


@transaction("activities:RuleAppeal", roles={Role.REGULATOR})
async def rule_appeal(
    tx: Tx, order: RuleAppealOrder
) -> RecordAppealed | tuple[RecordAppealed, ActivitiesCredited]:
    """Rule on an appeal. What is upheld is credited now, or with its batch where that is still to come."""
    place = (order.programme, order.batch, place_key(order.position))
    appeal = await tx.activity_appeals.get(*place)
    if appeal.status != "open":
        raise codes.APPEAL_RULED.at("position", order.position, status=appeal.status)
    batch = await tx.activity_batches.get(order.programme, order.batch)
    ruled = msgspec.structs.replace(appeal, status=order.verdict, ruling=order.reason)
    tx.activity_appeals.put(ruled, *place)
    effect = _effect(batch, ruled, order.reason)
    if order.verdict == "dismissed":
        return effect
    blob = await tx.activity_records.get(order.programme, order.batch)
    account, *_, points, grams, _ = list(record_struct(batch.inputs).iter_unpack(blob))[order.position]
    heard = msgspec.structs.replace(
        batch,
        refused=tuple(at for at in batch.refused if at != order.position),
        grams=Amount(batch.grams + grams),
    )
    if batch.status == "checked":
        tx.activity_batches.put(heard, order.programme, order.batch)
        return effect
    operated = await in_force(tx, await tx.programmes.get(order.programme))
    found = await tx.accounts.get(order.programme, account.hex())
    found.require_active("position", account.hex())
    paid = await pay(tx, operated, batch, order.tranche, {account: points})
    credited = msgspec.structs.replace(heard, status="credited", points=Amount(batch.points + paid.points))
    tx.activity_batches.put(credited, order.programme, order.batch)
    return effect, ActivitiesCredited(
        batch=batch.id,
        programme=batch.programme,
        programme_version=operated.programme.in_force,
        issue=batch.issue,
        count=1,
        reduction_g=grams,
        points=paid.points,
        debt_repaid=paid.repaid,
        expires=paid.expires,
    )


def _require_refused(batch: ActivityBatch, position: int) -> None:
    if position not in batch.refused:
        raise codes.POSITION_STANDS.at("position", position)


def _effect(batch: ActivityBatch, appeal: Appeal, reason: str) -> RecordAppealed:
    return RecordAppealed(
        batch=batch.id,
        programme=batch.programme,
        position=appeal.position,
        status=appeal.status,
        evidence=bytes.fromhex(appeal.evidence),
        reason=reason,
    )
