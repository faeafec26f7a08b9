"""Recalls: a scope covers what it says, a mark stops what is active, and no kilogram is replaced twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.recalls import (
    Scope,
    cancel,
    hold_of,
    mark,
    overlaps,
    replaced,
    says,
    scope_quantity,
)
from tanhui.chaincode.rules.serials import (
    Hold,
    HoldKind,
    Range,
    RangeState,
    Serial,
    cut,
    end,
    hand_over,
    issue,
    place,
    retire,
)

QUANTITY = 60
TRUST = Hold(HoldKind.TRUST, "t-1")


def scopes(cuts: list[int]) -> tuple[Scope, ...]:
    """Disjoint parts out of sorted bounds, two each."""
    bounds = sorted(set(cuts))
    return tuple(
        Scope(first=Serial(low), last=Serial(high))
        for low, high in zip(bounds[::2], bounds[1::2], strict=False)
    )


parts = st.lists(st.integers(1, QUANTITY), min_size=2, max_size=12).map(scopes).filter(bool)


@given(parts)
def test_a_scope_counts_each_serial_once(scope: tuple[Scope, ...]) -> None:
    inside = [serial for serial in range(1, QUANTITY + 1) if overlaps(scope, serial, serial)]
    assert scope_quantity(scope, QUANTITY) == len(inside)


@given(parts, st.integers(1, QUANTITY), st.data())
def test_a_scope_out_of_order_or_bounds_is_refused(
    scope: tuple[Scope, ...], quantity: int, data: st.DataObject
) -> None:
    if scope[-1].last > quantity or len(scope) > 1:
        wrong = scope if scope[-1].last > quantity else tuple(reversed(scope))
        with pytest.raises(Refusal, match=r"recalls\.scope"):
            scope_quantity(wrong, quantity)
    one = data.draw(st.sampled_from(scope))
    with pytest.raises(Refusal, match=r"recalls\.scope"):
        scope_quantity((one, one), QUANTITY)


def ranges(state: RangeState) -> Range:
    whole = issue("b", QUANTITY, "a")
    if state is RangeState.RETIRED:
        return retire(whole, "r-1")
    return whole if state is RangeState.ACTIVE else end(whole, state)


@given(parts, st.sampled_from(RangeState), st.data())
def test_a_mark_holds_what_is_active_and_nothing_else(
    scope: tuple[Scope, ...], state: RangeState, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, QUANTITY))
    last = data.draw(st.integers(first, QUANTITY))
    piece, _ = cut(ranges(state), first, last)
    if not any(one.first <= first and last <= one.last for one in scope):
        with pytest.raises(Refusal, match=r"recalls\.out_of_scope"):
            mark(piece, "c-1", scope)
        return
    marked = mark(piece, "c-1", scope)
    assert (marked.recall, marked.state, marked.holder) == ("c-1", state, "a")
    assert marked.holds == ((hold_of("c-1"),) if state is RangeState.ACTIVE else ())
    with pytest.raises(Refusal, match=r"recalls\.recalled_already"):
        mark(marked, "c-2", scope)
    if state is RangeState.ACTIVE:
        assert cancel(marked, "c-1").state is RangeState.CANCELLED
        with pytest.raises(Refusal, match=r"credits\.held"):
            retire(marked, "r-2")


def test_a_right_ends_on_recalled_units_and_the_hold_goes_along() -> None:
    scope = (Scope(first=Serial(1), last=Serial(QUANTITY)),)
    marked = mark(place(issue("b", QUANTITY, "a"), TRUST), "c-1", scope)
    moved = hand_over(marked, "c", TRUST)
    assert (moved.holder, moved.holds) == ("c", (hold_of("c-1"),))
    frozen = place(marked, Hold(HoldKind.FREEZE, "court-1"))
    with pytest.raises(Refusal, match=r"credits\.held"):
        hand_over(frozen, "c", TRUST)
    with pytest.raises(Refusal, match=r"credits\.hold_absent"):
        hand_over(moved, "d", TRUST)


@given(st.integers(1, 100), st.lists(st.integers(1, 40), max_size=8))
def test_no_more_is_replaced_than_was_recalled(recalled: int, given_kg: list[int]) -> None:
    now = 0
    for quantity in given_kg:
        if now + quantity > recalled:
            with pytest.raises(Refusal, match=r"recalls\.too_much"):
                replaced(recalled, now, quantity)
        else:
            now = replaced(recalled, now, quantity)
    assert now <= recalled
    assert says(recalled, now) == ("recalled_and_replaced" if now == recalled else "recalled")
    assert says(0, 0) == "valid"
