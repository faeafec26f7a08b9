"""Expiry and budgets of a programme's rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import DAY_MAX, from_date
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.programmes import Budget, Expiry


@pytest.mark.parametrize(
    ("expiry", "issued", "last"),
    [
        (Expiry(kind="month_end", after=0), date(2026, 2, 3), date(2026, 2, 28)),
        (Expiry(kind="month_end", after=0), date(2028, 2, 29), date(2028, 2, 29)),
        (Expiry(kind="month_end", after=1), date(2026, 12, 31), date(2027, 1, 31)),
        (Expiry(kind="month_end", after=24), date(2026, 11, 21), date(2028, 11, 30)),
        (Expiry(kind="year_end", after=0), date(2026, 1, 1), date(2026, 12, 31)),
        (Expiry(kind="year_end", after=10), date(2026, 12, 31), date(2036, 12, 31)),
    ],
)
def test_points_expire_at_the_end_of_a_month_or_year(expiry: Expiry, issued: date, last: date) -> None:
    assert expiry.last_day(from_date(issued)) == from_date(last)


def test_points_that_never_expire_outlive_the_calendar() -> None:
    assert Expiry(kind="never").last_day(from_date(date(2026, 1, 1))) == DAY_MAX
    assert Expiry(kind="month_end", after=1200).last_day(from_date(date(9990, 1, 1))) == DAY_MAX


@given(st.integers(1, 10**12), st.integers(1, 64))
def test_tranches_add_up_to_the_budget(points: int, tranches: int) -> None:
    budget = Budget(points=points, tranches=tranches)
    shares = [budget.share(at) for at in range(tranches)]
    assert sum(shares) == points
    assert max(shares) - min(shares) <= 1


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 100))
def test_a_tranche_is_never_overdrawn(points: int, used: int, drawn: int) -> None:
    budget = Budget(points=points)
    if used + drawn <= points:
        assert budget.draw(0, used, drawn) == used + drawn
        return
    if points == 0:
        return  # no budget at all: nothing is drawn from it
    with pytest.raises(Refusal) as caught:
        budget.draw(0, used, drawn)
    assert caught.value.code == "points.budget_exhausted"
    assert caught.value.params["available"] == str(max(points - used, 0))
