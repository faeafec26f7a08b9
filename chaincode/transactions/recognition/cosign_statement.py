"""recognition:CosignStatement."""

import dataclasses

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms
from tanhui.chaincode.transactions.recognition.file_statement import PeriodName, Side, filed
from tanhui.chaincode.transactions.recognition.proving import proven
from tanhui.chaincode.transactions.recognition.record import Proof
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.settlements import StatementCosigned, StatementFiled


class CosignStatementOrder(Order, frozen=True, kw_only=True):
    """Which statement, and the proof that the partner's regulator filed the same."""

    agreement: AgreementId
    source: Side
    period: PeriodName
    proof: Proof


@transaction("recognition:CosignStatement", roles=None)
async def cosign_statement(tx: Tx, order: CosignStatementOrder) -> StatementCosigned:
    """Both sides stated the same figures and root: the statement stands.

    Anybody may bring the proof: it decides, not the caller.
    """
    tx.caller.require_attributes()
    agreement = await tx.agreements.get(order.agreement)
    terms = (await concluded_terms(tx, agreement.id, agreement.terms)).terms
    ids = (agreement.id, str(order.source), order.period)
    own = await tx.recognition_statements.get(*ids)
    if own.cosigned:
        raise codes.STATEMENT_COSIGNED.at("period", order.period)
    shown = await proven(tx, agreement.id, order.proof)
    expected = filed(own, terms.parties[order.source].genesis)
    fields = {field.name: getattr(expected, field.name) for field in dataclasses.fields(expected)}
    shown.one(StatementFiled, order.period, **fields)
    cosigned = msgspec.structs.replace(own, cosigned=True, partner_transaction=shown.transaction)
    tx.recognition_statements.put(cosigned, *ids)
    return StatementCosigned(
        agreement=agreement.id, source=expected.source, period=order.period, root=expected.root
    )
