"""Unit and district rankings (先锋榜): what members earned by activities of a period, added up from committed records.

The contract tells a part of the sum at a time (`rankings:Tally`), and the parts come to the same list as its own
board. Days are those on which the activities happened; reversed and refused records do not count, and a person counts
for the unit that it belongs to now.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal

from tanhui.chaincode.rules.rankings import Row as Place
from tanhui.chaincode.rules.rankings import ranked
from tanhui.registry_api.problems import LedgerRefusal
from tanhui.registry_api.regions import region_name
from tanhui.registry_api.reports.report import Ask, Column, Effects, Report, Row, Told, Wish

FIRST: Final = date(2000, 1, 1)
LAST: Final = date(2999, 12, 31)
"""The period of a wish that names no day: all there is."""


async def _places(ask: Ask, wish: Wish, told: Told, by: Literal["unit", "district"]) -> tuple[Place, ...]:
    """Everybody's place, added up from the contract's pages."""
    order = {
        "programme": wish.of["programme"],
        "by": by,
        "first_day": (wish.since or FIRST).isoformat(),
        "last_day": (wish.as_of or LAST).isoformat(),
    }
    await ask(
        "programmes:Get", {"programme": wish.of["programme"]}
    )  # one that nobody knows is refused, not empty
    points: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    bookmark = ""
    while True:
        page = await ask("rankings:Tally", order | {"bookmark": bookmark})
        for row in page["rows"]:
            points[row["id"]] += int(row["points"])
            grams[row["id"]] += int(row["grams"])
        told(page["records"], page["records"])
        bookmark = page["bookmark"]
        if not bookmark:
            return ranked(points, grams, len(points))


async def _units(ask: Ask, wish: Wish, told: Told) -> list[Row]:
    """Rows with the unit's organisation, whose name is empty where it is not registered here."""
    places = await _places(ask, wish, told, "unit")
    rows: list[Row] = []
    told(0, len(places))
    for one in places:
        account = await ask("accounts:Get", {"programme": wish.of["programme"], "account": one.id})
        organisation = account["organisation"]
        rows.append((one.rank, organisation, await _name(ask, organisation), one.id, one.points, one.grams))
        told(1, 0)
    return rows


async def _name(ask: Ask, organisation: str) -> str:
    try:
        known = await ask("organisations:Get", {"organisation": organisation})
    except LedgerRefusal:
        return ""
    return str(known["name"])


async def _districts(ask: Ask, wish: Wish, told: Told) -> list[Row]:
    return [
        (one.rank, one.id, region_name(one.id, wish.language), one.points, one.grams)
        for one in await _places(ask, wish, told, "district")
    ]


def _answered(effects: Effects, wish: Wish) -> Iterator[Row]:
    del effects
    rows: list[Any] = wish.answer
    yield from rows


_RANK: Final = Column("rank", "名次", "Rank", "amount")
_EARNED: Final = (
    Column("points", "积分", "Points", "amount"),
    Column("reduction_g", "减排量(克)", "Reduction (g)", "amount"),
)

UNITS: Final = Report(
    "unit-ranking",
    "单位先锋榜",
    "Ranking of units",
    (
        _RANK,
        Column("organisation", "单位代码", "Organisation"),
        Column("name", "单位", "Name"),
        Column("account", "单位账户", "Unit account"),
        *_EARNED,
    ),
    _answered,
    of=("programme",),
    needs=("programme",),
    asks=_units,
)

DISTRICTS: Final = Report(
    "district-ranking",
    "地区先锋榜",
    "Ranking of districts",
    (_RANK, Column("district", "地区代码", "District"), Column("name", "地区", "Name"), *_EARNED),
    _answered,
    of=("programme",),
    needs=("programme",),
    asks=_districts,
)
