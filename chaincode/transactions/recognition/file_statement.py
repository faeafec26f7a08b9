"""recognition:FileStatement."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import WHOLE_MAX, AgreementId
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.recognition.agreeing import concluded_terms, require_regulator
from tanhui.chaincode.transactions.recognition.record import Statement
from tanhui.chaincode.transactions.recognition.stating import ended_period, require_flow
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.settlements import StatementFiled
from tanhui.proofs.statements.lines import Flow

Side = Annotated[int, msgspec.Meta(ge=0, le=1)]
PeriodName = Annotated[str, msgspec.Meta(min_length=4, max_length=7)]


class FileStatementOrder(Order, frozen=True, kw_only=True):
    """What crossed from party `source` to the other in a period, in source units, and the root over its lines."""

    agreement: AgreementId
    source: Side
    period: PeriodName
    """2026-11, 2026-Q4 or 2026, as the agreement settles; in UTC+8."""
    root: HexHash
    lines: Annotated[int, msgspec.Meta(ge=0, le=WHOLE_MAX)]
    opening: Amount
    out: Amount
    minted: Amount
    aborted: Amount
    closing: Amount


@transaction("recognition:FileStatement", roles={Role.REGULATOR}, persons=2)
async def file_statement(tx: Tx, order: FileStatementOrder) -> StatementFiled:
    """State what crossed, as this side counts it. It may be filed anew until both sides state the same.

    That the figures are those of the transfers is for everybody to recompute: `tanhui reconcile` and
    `tanhui audit ledger` do. Nobody could sum a million lines in one transaction.
    """
    agreement = await tx.agreements.get(order.agreement)
    terms = (await concluded_terms(tx, agreement.id, agreement.terms)).terms
    require_regulator(tx, terms, agreement.own)
    period = ended_period(order.period, terms.settlement, tx.seconds)
    side = str(order.source)
    statements = tx.recognition_statements
    known = await statements.find(agreement.id, side, order.period)
    if known is not None and known.cosigned:
        raise codes.STATEMENT_COSIGNED.at("period", order.period)
    before = await statements.find(agreement.id, side, period.previous.name)
    flow = Flow(order.lines, order.opening, order.out, order.minted, order.aborted, order.closing)
    require_flow(flow, order.period, int(before.closing) if before and before.cosigned else None)
    made = Statement(
        agreement=agreement.id,
        source=order.source,
        period=order.period,
        root=order.root,
        lines=order.lines,
        opening=order.opening,
        out=order.out,
        minted=order.minted,
        aborted=order.aborted,
        closing=order.closing,
        cosigned=False,
        transaction=tx.transaction_id,
        partner_transaction="",
    )
    statements.put(made, agreement.id, side, order.period)
    return filed(made, terms.parties[order.source].genesis)


def filed(made: Statement, source: str) -> StatementFiled:
    """What filing this statement states; both sides' filings state the same."""
    return StatementFiled(
        agreement=made.agreement,
        source=bytes.fromhex(source),
        period=made.period,
        root=bytes.fromhex(made.root),
        lines=made.lines,
        opening=int(made.opening),
        out=int(made.out),
        minted=int(made.minted),
        aborted=int(made.aborted),
        closing=int(made.closing),
    )
