"""accounting:Statement, Movements and Months."""

from typing import Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import PAGE_SIZE_MAX, Page, PageOrder
from tanhui.chaincode.rules.accounting import NOTHING, Entry, Month, Moved, Stock, statement
from tanhui.chaincode.rules.errors import accounting as codes
from tanhui.chaincode.transactions.accounting.record import BookedMonth, MonthText, Movement
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.tx import Tx

OPEN_ROWS_MAX: Final = 20_000
"""Movements that one statement reads beside months that are carried forward."""


class StatementQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose credits, from which month to which, both included."""

    organisation: OrganisationId
    first: MonthText
    last: MonthText


class OrganisationPageQuery(PageOrder, frozen=True, kw_only=True):
    """One organisation's records, page by page."""

    organisation: OrganisationId


class StockView(msgspec.Struct, frozen=True, kw_only=True):
    """What is held: kilograms, and their cost in fen."""

    quantity: Amount
    cost: Amount


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a statement: kilograms, their cost in fen, and the fen paid or got for them."""

    entry: Entry
    quantity: Amount
    cost: Amount
    amount: Amount


class StatementView(msgspec.Struct, frozen=True, kw_only=True):
    """A period by quantity and amount: opening + increases − decreases = closing, for kilograms and for cost.

    A purchase costs its price. A sale's amount is its proceeds, beside what the units cost at the month's average.
    """

    organisation: str
    first: str
    last: str
    opening: StockView
    increases: tuple[EntryView, ...]
    decreases: tuple[EntryView, ...]
    closing: StockView


@query("accounting:Statement")
async def of_period(tx: Tx, order: StatementQuery) -> StatementView:
    """What an organisation acquired, used, sold and retired, by quantity and amount (财会〔2019〕22号)."""
    if order.last < order.first:
        raise codes.PERIOD.at("last", order.last, first=order.first)
    months = await _months(tx, order.organisation)
    made = statement(((month, months[month]) for month in sorted(months)), order.first, order.last)
    views = tuple(
        EntryView(
            entry=entry, quantity=Amount(line.quantity), cost=Amount(line.cost), amount=Amount(line.amount)
        )
        for entry, line in made.entries.items()
    )
    split = tuple(Entry).index(Entry.USED)
    return StatementView(
        organisation=order.organisation,
        first=order.first,
        last=order.last,
        opening=_stock(made.opening),
        increases=views[:split],
        decreases=views[split:],
        closing=_stock(made.closing),
    )


@query("accounting:Movements")
async def movements(tx: Tx, order: OrganisationPageQuery) -> Page[Movement]:
    """Movements that are not carried forward yet, by day."""
    return await tx.movements.page(order, order.organisation)


@query("accounting:Months")
async def months_of(tx: Tx, order: OrganisationPageQuery) -> Page[BookedMonth]:
    """Months that are carried forward, oldest first."""
    return await tx.booked_months.page(order, order.organisation)


async def _months(tx: Tx, organisation: str) -> dict[Month, dict[Entry, Moved]]:
    """Every month's movements since the beginning, carried forward or not."""
    found: dict[Month, dict[Entry, Moved]] = {}
    bookmark = ""
    while True:
        page = await tx.booked_months.page(
            PageOrder(page_size=PAGE_SIZE_MAX, bookmark=bookmark), organisation
        )
        for month in page.items:
            found[month.month] = {one.entry: Moved(one.quantity, one.amount) for one in month.entries}
        bookmark = page.bookmark
        if not bookmark:
            break
    read = 0
    while True:
        rows = await tx.movements.page(PageOrder(page_size=PAGE_SIZE_MAX, bookmark=bookmark), organisation)
        read += len(rows.items)
        if read > OPEN_ROWS_MAX:
            raise codes.ROWS_MANY.at("organisation", organisation, limit=OPEN_ROWS_MAX)
        for row in rows.items:
            entries = found.setdefault(row.day.isoformat()[:7], {})
            entries[row.entry] = entries.get(row.entry, NOTHING).plus(Moved(row.quantity, row.amount))
        bookmark = rows.bookmark
        if not bookmark:
            return found


def _stock(held: Stock) -> StockView:
    return StockView(quantity=Amount(held.quantity), cost=Amount(held.cost))
