"""Insurance: what a policy, a recall and a certificate share is counted serial by serial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.insurance import (
    Bounds,
    claimable,
    left,
    quantity_of,
    require_covered_day,
    require_period,
    shared,
)

LAST = 40


def disjoint(cuts: list[int]) -> tuple[Bounds, ...]:
    """Disjoint parts out of sorted bounds, two each."""
    found = sorted(set(cuts))
    return tuple(zip(found[::2], found[1::2], strict=False))


sets = st.lists(st.integers(1, LAST), max_size=10).map(disjoint)


def serials(parts: tuple[Bounds, ...]) -> set[int]:
    return {serial for first, last in parts for serial in range(first, last + 1)}


@given(st.lists(sets, min_size=1, max_size=3))
def test_shared_serials_are_those_in_every_set(given_sets: list[tuple[Bounds, ...]]) -> None:
    assert shared(*given_sets) == len(set.intersection(*map(serials, given_sets)))


@given(sets, sets)
def test_parts_of_two_batches_add_up_and_overlaps_are_refused(
    one: tuple[Bounds, ...], other: tuple[Bounds, ...]
) -> None:
    parts = [("a", *part) for part in one] + [("b", *part) for part in other]
    assert quantity_of(reversed(parts)) == len(serials(one)) + len(serials(other))
    if one:
        with pytest.raises(Refusal, match=r"credits\.range_twice"):
            quantity_of([*parts, ("a", one[0][1], LAST + 1)])
    with pytest.raises(Refusal, match=r"credits\.range_backwards"):
        quantity_of([("a", 9, 8)])


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 60))
def test_no_more_is_claimed_than_was_lost_or_is_missing(lost: int, missing: int, pays: int) -> None:
    if min(lost, missing) == 0:
        with pytest.raises(Refusal, match=r"insurance\.nothing_covered"):
            claimable(lost, missing)
        return
    claimed = claimable(lost, missing)
    assert claimed == min(lost, missing)
    if pays > claimed:
        with pytest.raises(Refusal, match=r"insurance\.too_much"):
            left(claimed, pays)
    else:
        assert left(claimed, pays) + pays == claimed


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_cover_begins_after_today(first: int, last: int, today: int) -> None:
    if today < first <= last:
        require_period(Day(first), Day(last), Day(today))
        with pytest.raises(Refusal, match=r"insurance\.not_covered"):
            require_covered_day(Day(today), Day(first), Day(last))
        require_covered_day(Day(last), Day(first), Day(last))
    else:
        with pytest.raises(Refusal, match=r"insurance\.period"):
            require_period(Day(first), Day(last), Day(today))
