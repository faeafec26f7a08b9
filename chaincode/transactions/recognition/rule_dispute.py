"""recognition:RuleDispute."""

from hashlib import sha256
from typing import cast

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.rules.serials import Range, release
from tanhui.chaincode.transactions.credits.ledger import as_effect, change_spans
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms
from tanhui.chaincode.transactions.recognition.disputing import hold_of
from tanhui.chaincode.transactions.recognition.record import DisputeStatus, NoteText
from tanhui.chaincode.transactions.recognition.rulings import arbiter_of
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import rulings
from tanhui.proofs.effects.credits import CreditsReleased
from tanhui.proofs.effects.settlements import DisputeRuled
from tanhui.proofs.errors import ProofError


class RuleDisputeOrder(Order, frozen=True, kw_only=True):
    """Which dispute, and the ruling that the arbiter's keys signed (proofs/rulings.py)."""

    agreement: AgreementId
    dispute: Slug
    ruling: NoteText


@transaction("recognition:RuleDispute", roles=None)
async def rule_dispute(tx: Tx, order: RuleDisputeOrder) -> tuple[DisputeRuled | CreditsReleased, ...]:
    """End a dispute by the arbiter's ruling, which is brought to both ledgers: what stood still is free again.

    An upheld dispute changes no unit and reverses nothing: who owes how much becomes a compensating entry, which
    netting takes up. The ruling must name this dispute's own transfer: the partner may have given its id to another.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    dispute = await tx.disputes.get(agreement.id, order.dispute)
    if dispute.status != "open":
        raise codes.TRANSFER_STATUS.at("dispute", dispute.id, status=dispute.status)
    terms = (await concluded_terms(tx, agreement.id, dispute.terms)).terms
    try:
        ruled = rulings.check_dispute(order.ruling.encode(), arbiter_of(terms))
    except ProofError as error:
        raise codes.TOMBSTONE.at("ruling", error.reason) from None
    parties = [one.genesis for one in terms.parties]
    said = (ruled.terms.hex(), ruled.source.hex(), ruled.transfer, ruled.dispute)
    asked = (dispute.terms, parties[dispute.source], dispute.transfer, dispute.id)
    if said != asked or ruled.owed_by.hex() not in parties:
        raise codes.NOT_ABOUT.at("ruling", dispute.id)
    hold = hold_of(agreement.id, dispute.id)
    freed = await change_spans(
        tx, dispute.spans, lambda one: release(one, hold) if hold in one.holds else one
    )
    outcome = cast("DisputeStatus", ruled.outcome)
    ended = msgspec.structs.replace(
        dispute,
        status=outcome,
        owed_by=ruled.owed_by.hex(),
        owed=Amount(ruled.quantity),
        ruled_seconds=ruled.seconds,
        ruled_in=tx.transaction_id,
    )
    tx.disputes.put(ended, agreement.id, dispute.id)
    return (
        DisputeRuled(
            terms=ruled.terms,
            agreement=agreement.id,
            dispute=dispute.id,
            transfer=dispute.transfer,
            outcome=ruled.outcome,  # type: ignore[arg-type]  # one of the two, by check_dispute
            owed_by=ruled.owed_by,
            quantity=ruled.quantity,
            ruling=sha256(order.ruling.encode()).digest(),
            seconds=ruled.seconds,
        ),
        *(_released(one, hold.reference) for one in freed),
    )


def _released(one: Range, reference: str) -> CreditsReleased:
    return CreditsReleased(
        hold="freeze",
        reference=reference,
        holder=one.holder,
        ranges=as_effect((one,)),
        quantity_kg=one.quantity,
    )
