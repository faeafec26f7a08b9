"""recognition:ConcludeAgreement."""

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.recognition.agreeing import require_status
from tanhui.chaincode.transactions.recognition.proving import proven
from tanhui.chaincode.transactions.recognition.record import Proof
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.agreements import AgreementConcluded, AgreementProposed


class ConcludeAgreementOrder(Order, frozen=True, kw_only=True):
    """Which terms, by their hash, and the proof that the partner's regulator agreed to them."""

    agreement: AgreementId
    terms: HexHash
    proof: Proof


@transaction("recognition:ConcludeAgreement", roles=None)
async def conclude_agreement(tx: Tx, order: ConcludeAgreementOrder) -> AgreementConcluded:
    """Put terms in force that both regulators agreed to, each on its own ledger.

    Anybody may bring the proof: it decides, not the caller. Terms in force before give way; what was locked
    under them is still settled by them.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    require_status(agreement, "proposed", "in_force", "suspended")
    drafted = await tx.agreement_terms.get(order.agreement, order.terms)
    terms = drafted.terms
    if drafted.concluded or terms.version <= agreement.version:
        raise codes.VERSION.at("terms", terms.version, expected=agreement.version + 1)
    shown = await proven(tx, order.agreement, order.proof)
    own = agreement.own
    digest = bytes.fromhex(order.terms)
    shown.one(
        AgreementProposed,
        order.terms,
        agreement=terms.agreement,
        version=terms.version,
        terms=digest,
        genesis=bytes.fromhex(terms.parties[1 - own].genesis),
        partner=bytes.fromhex(terms.parties[own].genesis),
    )
    concluded = msgspec.structs.replace(drafted, concluded=True, partner_transaction=shown.transaction)
    tx.agreement_terms.put(concluded, order.agreement, order.terms)
    status = "suspended" if agreement.status == "suspended" else "in_force"
    tx.agreements.put(
        msgspec.structs.replace(agreement, status=status, version=terms.version, terms=order.terms),
        order.agreement,
    )
    return AgreementConcluded(agreement=terms.agreement, version=terms.version, terms=digest)
