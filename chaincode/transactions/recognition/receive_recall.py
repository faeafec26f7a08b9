"""recognition:ReceiveRecall."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.days import to_date
from tanhui.chaincode.rules.errors import recalls as recall_codes
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recalls import Scope
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.rules.serials import Serial
from tanhui.chaincode.transactions.credits.record import BatchId
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.recalls.record import Recall
from tanhui.chaincode.transactions.recognition.proving import proven
from tanhui.chaincode.transactions.recognition.record import Mirror, Proof
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.parts import SerialRange
from tanhui.proofs.effects.recalls import RecallAnnounced

MIRRORS_MAX: Final = 100


class ReceiveRecallOrder(Order, frozen=True, kw_only=True):
    """The proof that the partner recalled serials, and the mirrors here that hold some of them."""

    agreement: AgreementId
    proof: Proof
    recall: Slug
    mirrors: Annotated[tuple[BatchId, ...], msgspec.Meta(min_length=1, max_length=MIRRORS_MAX)]


@transaction("recognition:ReceiveRecall", roles=None)
async def receive_recall(tx: Tx, order: ReceiveRecallOrder) -> tuple[RecallAnnounced, ...]:
    """Let a recall cross the border: each mirror's part of it is announced here, as this ledger's own recall.

    From there on it is marked, cancelled, replaced and acknowledged as any other (recalls:Mark), whoever holds
    the units by then; certificates over retired ones say so. Anybody may bring the proof.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    shown = await proven(tx, agreement.id, order.proof)
    announced = shown.one(RecallAnnounced, order.recall, recall=order.recall)
    mirrors = await tx.mirrors.get_all(*order.mirrors)
    return tuple([await _receive(tx, order, announced, one) for one in mirrors])


def local_id(agreement: str, recall: str, mirror: str) -> str:
    """The recall's id here: one for each mirror."""
    return "x-" + sha256(f"{agreement}\n{recall}\n{mirror}".encode()).hexdigest()[:32]


async def _receive(
    tx: Tx, order: ReceiveRecallOrder, announced: RecallAnnounced, mirror: Mirror
) -> RecallAnnounced:
    if mirror.agreement != order.agreement:
        raise codes.MIRROR_ABROAD.at("mirrors", mirror.id, agreement=mirror.agreement)
    recall_id = local_id(order.agreement, order.recall, mirror.id)
    if await tx.recalls.find(recall_id) is not None:
        raise recall_codes.EXISTS.at("recall", recall_id)
    scope = _scope(announced.ranges, mirror)
    if not scope:
        raise codes.NOT_PROVEN.at("mirrors", mirror.id, effect=RecallAnnounced.kind)
    quantity = sum(one.quantity for one in scope)
    recall = Recall(
        id=recall_id,
        batch=mirror.id,
        project=f"{mirror.agreement}:{mirror.project}",
        ground=announced.ground,
        document=announced.document.hex(),
        reason=f"{order.recall}: {announced.reason}"[:500],
        scope=scope,
        quantity=Amount(quantity),
        marked=Amount(0),
        held=Amount(0),
        announced=to_date(tx.day),
        replace_by=date.fromisoformat(announced.replace_by),
    )
    tx.recalls.put(recall, recall_id)
    return RecallAnnounced(
        recall=recall_id,
        ground=announced.ground,
        project=recall.project,
        ranges=tuple(SerialRange(mirror.id, int(one.first), int(one.last)) for one in scope),
        quantity_kg=quantity,
        replace_by=announced.replace_by,
        document=announced.document,
        reason=recall.reason,
    )


def _scope(ranges: Sequence[SerialRange], mirror: Mirror) -> tuple[Scope, ...]:
    """The recalled serials that the mirror holds, in order."""
    found = []
    for one in sorted(ranges, key=lambda part: part.first):
        if one.batch != mirror.batch:
            continue
        for span in mirror.spans:
            first, last = max(one.first, span.first), min(one.last, span.last)
            if first <= last:
                found.append(Scope(first=Serial(first), last=Serial(last)))
    return tuple(sorted(found, key=lambda part: part.first))
