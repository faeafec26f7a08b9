"""rankings:Board and rankings:Tally: read by any member of the channel.

A board reads a bounded number of committed records in one call. A province's year is more than that: its pages come
from `rankings:Tally`, a few batches each, and `rules/rankings.py` adds them up on the reader's side to the same list.
"""

from datetime import date
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Bookmark, PageOrder
from tanhui.chaincode.rules.days import Day, from_date
from tanhui.chaincode.rules.errors import rankings as codes
from tanhui.chaincode.rules.rankings import ranked
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.rankings.tallying import By, Tallies
from tanhui.chaincode.transactions.tx import Tx

RECORDS_READ_MAX: Final = 200_000
"""Records that one board reads: well under a second of work."""
BATCHES_A_TALLY_MAX: Final = 4
"""Batches of one tally: 20,000 records, and as many lines at most."""
ROWS_SHOWN_MAX: Final = 500


class TallyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose activities of which days, added up by what; the next few batches after the bookmark."""

    programme: Slug
    by: By
    first_day: date
    last_day: date
    batches: Annotated[int, msgspec.Meta(ge=1, le=BATCHES_A_TALLY_MAX)] = BATCHES_A_TALLY_MAX
    bookmark: Bookmark = ""


class BoardQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A leaderboard: the first so many of a programme, for activities of these days, both included."""

    programme: Slug
    by: By
    first_day: date
    last_day: date
    rows: Annotated[int, msgspec.Meta(ge=1, le=ROWS_SHOWN_MAX)] = 100


class TallyRow(msgspec.Struct, frozen=True):
    """An account, a unit account or a district, and what its activities came to."""

    id: str
    points: Amount
    grams: Amount


class BoardRow(msgspec.Struct, frozen=True):
    """A line of a leaderboard; equal points share a rank."""

    rank: int
    id: str
    points: Amount
    grams: Amount


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a sum, by id; an empty bookmark says that nothing follows."""

    rows: tuple[TallyRow, ...]
    records: int
    bookmark: str


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A leaderboard, and how many records it was computed from."""

    rows: tuple[BoardRow, ...]
    records: int


@query("rankings:Tally")
async def tally(tx: Tx, order: TallyQuery) -> Tally:
    """Add up a few batches: a page of what a ranking is computed from. Cost is bounded by the batches."""
    first, last = _days(order.first_day, order.last_day)
    page = await tx.activity_batches.page(
        PageOrder(page_size=order.batches, bookmark=order.bookmark), order.programme
    )
    sums = Tallies()
    await sums.add(tx, page.items, first, last)
    summed = await sums.of(tx, order.programme, order.by)
    rows = tuple(
        TallyRow(one, Amount(summed.points[one]), Amount(summed.grams[one])) for one in sorted(summed.points)
    )
    return Tally(rows=rows, records=sums.records, bookmark=page.bookmark)


@query("rankings:Board")
async def board(tx: Tx, order: BoardQuery) -> Board:
    """The leaderboard of people (先锋榜), units or districts, by points, from committed records.

    Reversed and refused records do not count. It refuses to read more than RECORDS_READ_MAX records.
    """
    first, last = _days(order.first_day, order.last_day)
    sums, bookmark = Tallies(), ""
    while True:
        page = await tx.activity_batches.page(
            PageOrder(page_size=BATCHES_A_TALLY_MAX, bookmark=bookmark), order.programme
        )
        wanted = sums.records + sum(one.count for one in page.items)
        if wanted > RECORDS_READ_MAX:
            raise codes.RECORDS_MANY.at("programme", order.programme, limit=RECORDS_READ_MAX)
        await sums.add(tx, page.items, first, last)
        bookmark = page.bookmark
        if not bookmark:
            break
    summed = await sums.of(tx, order.programme, order.by)
    rows = tuple(
        BoardRow(one.rank, one.id, Amount(one.points), Amount(one.grams))
        for one in ranked(summed.points, summed.grams, order.rows)
    )
    return Board(rows=rows, records=sums.records)


def _days(first: date, last: date) -> tuple[Day, Day]:
    if last < first:
        raise codes.BACKWARDS.at("last_day", last.isoformat(), first_day=first.isoformat())
    return from_date(first), from_date(last)
