"""recognition:OpenDispute and ReceiveDispute."""

from datetime import date
from typing import NamedTuple

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.credits.ledger import spans_of
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import HexHash, Slug, Text
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms, require_regulator
from tanhui.chaincode.transactions.recognition.disputing import (
    Half,
    freeze_pieces,
    half_of,
    held_effects,
    hold_of,
    parcels_at,
)
from tanhui.chaincode.transactions.recognition.lock_credits import effect_parcels
from tanhui.chaincode.transactions.recognition.proving import proven
from tanhui.chaincode.transactions.recognition.record import Agreement, Dispute, Proof, TransferId
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsHeld
from tanhui.proofs.effects.settlements import DisputeOpened


class DisputeOrder(Order, frozen=True, kw_only=True):
    """Which dispute, and the recorded serials of it that are on this ledger and active."""

    agreement: AgreementId
    dispute: Slug
    pieces: Pieces | None = None


class OpenDisputeOrder(DisputeOrder, frozen=True, kw_only=True):
    """What is in question, on what evidence, and until when it is to be ruled.

    `ours` says that the transfer left this ledger; else it came here.
    """

    transfer: TransferId
    ours: bool
    evidence: HexHash
    deadline: date
    reason: Text


class ReceiveDisputeOrder(DisputeOrder, frozen=True, kw_only=True):
    """The proof that the partner opened a dispute."""

    proof: Proof


@transaction("recognition:OpenDispute", roles={Role.REGULATOR})
async def open_dispute(tx: Tx, order: OpenDisputeOrder) -> tuple[DisputeOpened | CreditsHeld, ...]:
    """Put a transfer in question. Exactly the serials named stand still until the arbiter has ruled.

    Units that count in the other region are frozen there, by the proof of this (recognition:ReceiveDispute).
    Points are never frozen: their dispute ends in a compensating entry.
    """
    agreement = await tx.agreements.get(order.agreement)
    source = agreement.own if order.ours else 1 - agreement.own
    half = await half_of(tx, agreement, order.transfer, source)
    if half is None:
        raise codes.NOT_PROVEN.at("transfer", order.transfer, effect="transfer")
    terms = (await concluded_terms(tx, agreement.id, half.terms)).terms
    require_regulator(tx, terms, agreement.own)
    opened = DisputeOpened(
        terms=bytes.fromhex(half.terms),
        agreement=agreement.id,
        dispute=order.dispute,
        transfer=order.transfer,
        source=bytes.fromhex(terms.parties[source].genesis),
        parcels=(),
        evidence=bytes.fromhex(order.evidence),
        deadline=order.deadline.isoformat(),
        reason=order.reason,
    )
    return await _put(tx, agreement, order, _Case(half, source, opened))


@transaction("recognition:ReceiveDispute", roles={Role.REGULATOR})
async def receive_dispute(tx: Tx, order: ReceiveDisputeOrder) -> tuple[DisputeOpened | CreditsHeld, ...]:
    """Freeze here what the partner put in question.

    The proof says which transfer, not where its serials lie here by now. So the regulator names them: whoever holds
    them would name none, and a stranger others' besides.
    """
    agreement = await tx.agreements.get(order.agreement)
    shown = await proven(tx, agreement.id, order.proof)
    opened = shown.one(DisputeOpened, order.dispute, agreement=agreement.id, dispute=order.dispute)
    terms = (await concluded_terms(tx, agreement.id, opened.terms.hex())).terms
    require_regulator(tx, terms, agreement.own)
    source = next((at for at in (0, 1) if terms.parties[at].genesis == opened.source.hex()), 0)
    half = await half_of(tx, agreement, opened.transfer, source)
    if half is None or half.terms != opened.terms.hex():
        raise codes.NOT_PROVEN.at("proof", opened.transfer, effect="transfer")
    return await _put(tx, agreement, order, _Case(half, source, opened))


class _Case(NamedTuple):
    """What is in question: this ledger's half of the transfer, which party it left, and as what it was opened."""

    half: Half
    source: int
    opened: DisputeOpened


async def _put(
    tx: Tx, agreement: Agreement, order: DisputeOrder, case: _Case
) -> tuple[DisputeOpened | CreditsHeld, ...]:
    half, source, opened = case
    if await tx.disputes.find(agreement.id, order.dispute) is not None:
        raise codes.EXISTS.at("dispute", order.dispute)
    hold = hold_of(agreement.id, order.dispute)
    ranges = [] if order.pieces is None else await freeze_pieces(tx, half, order.pieces, hold)
    record = Dispute(
        id=order.dispute,
        agreement=agreement.id,
        terms=half.terms,
        transfer=half.id,
        source=source,
        spans=spans_of(ranges),
        evidence=opened.evidence.hex(),
        deadline=opened.deadline,
        reason=opened.reason,
        opened_here=isinstance(order, OpenDisputeOrder),
        status="open",
        owed_by="",
        owed=Amount(0),
    )
    tx.disputes.put(record, agreement.id, order.dispute)
    stated = DisputeOpened(
        terms=opened.terms,
        agreement=opened.agreement,
        dispute=opened.dispute,
        transfer=opened.transfer,
        source=opened.source,
        parcels=effect_parcels(parcels_at(half, ranges)),
        evidence=opened.evidence,
        deadline=opened.deadline,
        reason=opened.reason,
    )
    return (stated, *held_effects(ranges, hold))
