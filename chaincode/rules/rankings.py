"""Leaderboards, team battles and badges: computed from committed records by anybody, never stored as a claim.

Feed it what stands on the ledger (`earnings_in` reads a batch's packed records), and everybody gets the same
list: integers only, equal points share a rank (1, 2, 2, 4), and within a rank the id decides the order.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, record_struct
from tanhui.chaincode.rules.days import Day, day_of, year_of

ROWS_MAX: Final = 10_000


class Earning(NamedTuple):
    """A credited record: who, on which day (UTC+8) it happened, points and grams."""

    account: str
    day: Day
    points: int
    grams: int


class Row(NamedTuple):
    """A line of a leaderboard."""

    rank: int
    id: str
    points: int
    grams: int


class Badge(NamedTuple):
    """A badge and the grams in all from which it is earned."""

    name: str
    grams_min: int


def earnings_in(records: bytes, inputs: int, gone: Collection[int] = ()) -> Iterator[Earning]:
    """The credited records of a batch; `gone` are positions reversed or turned down by a review."""
    left_out = set(gone)
    for at, (account, when, *_, result, points, grams, _) in enumerate(
        record_struct(inputs).iter_unpack(records)
    ):
        if result < FIRST_REJECTION and at not in left_out:
            yield Earning(account.hex(), day_of(when), points, grams)


def ranking(
    earnings: Iterable[Earning], of: Callable[[str], str | None], rows_max: int = ROWS_MAX
) -> tuple[Row, ...]:
    """The first rows by points; `of` says for whom an account counts, its unit or team, None for nobody."""
    points: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    for one in earnings:
        whose = of(one.account)
        if whose is not None:
            points[whose] += one.points
            grams[whose] += one.grams
    return ranked(points, grams, rows_max)


def ranked(points: Mapping[str, int], grams: Mapping[str, int], rows_max: int = ROWS_MAX) -> tuple[Row, ...]:
    """The first rows of sums by id: most points first, equal points with one rank, ids in order within it."""
    rows: list[Row] = []
    for place, whose in enumerate(sorted(points, key=lambda each: (-points[each], each))[:rows_max], 1):
        shared = bool(rows) and rows[-1].points == points[whose]
        rows.append(Row(rows[-1].rank if shared else place, whose, points[whose], grams[whose]))
    return tuple(rows)


def pioneers(earnings: Iterable[Earning], year: int, rows_max: int = 100) -> tuple[Row, ...]:
    """The year's leaderboard of accounts (先锋榜)."""
    return ranking((one for one in earnings if year_of(one.day) == year), str, rows_max)


def unit_ranking(
    earnings: Iterable[Earning], units: Mapping[str, str], rows_max: int = ROWS_MAX
) -> tuple[Row, ...]:
    """Units by what their members earned; `units` says to which unit account a person's belongs."""
    return ranking(earnings, units.get, rows_max)


def battle(
    earnings: Iterable[Earning], teams: Mapping[str, Collection[str]], first: Day, last: Day
) -> tuple[Row, ...]:
    """A team battle from `first` to `last`, both included; teams that earned nothing stand at the end.

    Raises:
        ValueError: an account stands in two teams.
    """
    team_of = {account: team for team, accounts in teams.items() for account in accounts}
    if len(team_of) != sum(len(set(accounts)) for accounts in teams.values()):
        raise ValueError("an account stands in two teams")
    rows = ranking((one for one in earnings if first <= one.day <= last), team_of.get)
    idle = sorted(set(teams) - {row.id for row in rows})
    scoreless = next((row.rank for row in rows if row.points == 0), len(rows) + 1)
    return rows + tuple(Row(scoreless, team, 0, 0) for team in idle)


def badges(earnings: Iterable[Earning], account: str, ladder: Sequence[Badge]) -> tuple[str, ...]:
    """The badges that an account has earned, in the order of the ladder."""
    grams = sum(one.grams for one in earnings if one.account == account)
    return tuple(badge.name for badge in ladder if grams >= badge.grams_min)
