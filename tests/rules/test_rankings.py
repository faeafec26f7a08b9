"""Leaderboards: the same from any order of events, with every point in them."""

from itertools import pairwise
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day, parse_day
from tanhui.chaincode.rules.rankings import (
    Badge,
    Earning,
    Row,
    badges,
    battle,
    earnings_in,
    pioneers,
    unit_ranking,
)

DAY = parse_day("2026-11-20", "day")
EARNINGS = [
    Earning("a", DAY, 10, 100),
    Earning("b", DAY, 6, 60),
    Earning("c", DAY, 4, 40),
    Earning("b", Day(DAY + 365), 50, 500),
    Earning("d", DAY, 6, 90),
]


def test_equal_points_share_a_rank_and_years_stand_apart() -> None:
    assert pioneers(EARNINGS, 2026) == (
        Row(1, "a", 10, 100),
        Row(2, "b", 6, 60),
        Row(2, "d", 6, 90),
        Row(4, "c", 4, 40),
    )
    assert pioneers(EARNINGS, 2027) == (Row(1, "b", 50, 500),)
    assert pioneers(EARNINGS, 2026, rows_max=1) == (Row(1, "a", 10, 100),)


def test_units_earn_what_their_members_earned() -> None:
    assert unit_ranking(EARNINGS, {"a": "hall", "b": "school", "c": "school"}) == (
        Row(1, "school", 60, 600),
        Row(2, "hall", 10, 100),
    )


def test_a_battle_counts_its_days_and_shows_who_earned_nothing() -> None:
    teams = {"red": ["a"], "blue": ["b", "c"], "green": ["x"]}
    assert battle(EARNINGS, teams, DAY, DAY) == (
        Row(1, "blue", 10, 100),
        Row(1, "red", 10, 100),
        Row(3, "green", 0, 0),
    )
    with pytest.raises(ValueError, match="two teams"):
        battle(EARNINGS, {"red": ["a"], "blue": ["a"]}, DAY, DAY)


def test_badges_follow_the_grams() -> None:
    ladder = (Badge("leaf", 1), Badge("tree", 500), Badge("forest", 1_000))
    assert badges(EARNINGS, "b", ladder) == ("leaf", "tree")
    assert badges(EARNINGS, "nobody", ladder) == ()


def test_rejected_and_reversed_records_earn_nothing() -> None:
    def record(account: int, result: int) -> bytes:
        return pack(">16sI32sqBIQ16s", bytes([account]) * 16, 0, bytes(32), 7, result, 3, 30, bytes(16))

    blob = record(1, 0) + record(2, 21) + record(3, 1) + record(4, 0)
    found = list(earnings_in(blob, 1, gone=[3]))
    assert found == [Earning("01" * 16, Day(0), 3, 30), Earning("03" * 16, Day(0), 3, 30)]


events = st.lists(
    st.builds(Earning, st.sampled_from("abcde"), st.just(DAY), st.integers(0, 9), st.integers(0, 99))
)


@given(events)
def test_the_order_of_events_does_not_matter_and_no_point_is_lost(
    earnings: list[Earning],
) -> None:
    rows = pioneers(earnings, 2026)
    assert pioneers(list(reversed(earnings)), 2026) == rows == pioneers(sorted(earnings), 2026)
    assert sum(row.points for row in rows) == sum(one.points for one in earnings)
    assert all(one.points > other.points or one.rank == other.rank for one, other in pairwise(rows))
