"""Monitoring periods never overlap, and issuing loses no gram."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.monitoring import issuance, require_period


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10_000)), max_size=30))
def test_issuing_loses_no_gram(periods: list[tuple[int, int]]) -> None:
    waiting = issued = 0
    for grams, buffer in periods:
        made = issuance(grams, waiting, buffer)
        assert made.owner_kg >= 0
        assert made.buffer_kg * 10_000 <= made.quantity_kg * buffer < (made.buffer_kg + 1) * 10_000
        issued, waiting = issued + made.quantity_kg, made.grams_carried
        assert 0 <= waiting < 1000
    assert issued * 1000 + waiting == sum(grams for grams, _ in periods)


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(-2, 40)), max_size=20))
def test_accepted_periods_are_disjoint_and_within_the_crediting_period(wanted: list[tuple[int, int]]) -> None:
    monitored_until = Day(-1)
    days: list[int] = []
    for first, length in wanted:
        try:
            require_period(Day(first), Day(first + length), (Day(10), Day(110)), monitored_until, Day(100))
        except Refusal:
            continue
        monitored_until = Day(first + length)
        days += range(first, first + length + 1)
    assert days == sorted(set(days))
    assert all(10 <= day < 100 for day in days)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (20, 19, "projects.period_backwards"),
        (20, 100, "projects.period_future"),
        (9, 20, "projects.period_outside"),
        (95, 96, "projects.period_outside"),
        (30, 40, "projects.period_overlap"),
    ],
)
def test_each_fault_has_its_own_refusal(first: int, last: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_period(Day(first), Day(last), (Day(10), Day(95)), Day(30), Day(100))
    assert refused.value.code == code
