"""recognition:Statement and Statements."""

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.recognition.terms import AgreementId
from tanhui.chaincode.transactions.recognition.file_statement import PeriodName, Side
from tanhui.chaincode.transactions.recognition.queries import AgreementQuery
from tanhui.chaincode.transactions.recognition.record import Statement
from tanhui.chaincode.transactions.tx import Tx


class StatementQuery(AgreementQuery, frozen=True, kw_only=True):
    """One statement of an agreement."""

    source: Side
    period: PeriodName


class StatementsQuery(PageOrder, frozen=True, kw_only=True):
    """All statements of an agreement."""

    agreement: AgreementId


@query("recognition:Statement")
async def statement(tx: Tx, order: StatementQuery) -> Statement:
    """What this side's regulator filed, and whether the partner's filed the same."""
    return await tx.recognition_statements.get(order.agreement, str(order.source), order.period)


@query("recognition:Statements")
async def statements(tx: Tx, order: StatementsQuery) -> Page[Statement]:
    """Every statement filed here, by the side that the units left and by period."""
    return await tx.recognition_statements.page(order, order.agreement)
