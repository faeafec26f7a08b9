"""Lots: whatever happens, points are neither made nor lost."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.lots import (
    LOTS_MAX,
    Lot,
    Lots,
    available,
    expire,
    receive,
    reverse,
    spend,
    take_issue,
    total,
)
from tanhui.chaincode.rules.quantities import AMOUNT_MAX

days = st.integers(20_000, 20_020).map(Day)
issues = st.sampled_from([bytes([at]) * 8 for at in range(4)])
amounts = st.integers(1, 1_000)


@st.composite
def accounts(draw: st.DrawFn) -> Lots:
    keys = draw(st.sets(st.tuples(days, issues), max_size=8))
    return tuple(Lot(day, issue, draw(amounts)) for day, issue in sorted(keys))


def well_formed(lots: Lots) -> bool:
    keys = [lot[:2] for lot in lots]
    return keys == sorted(set(keys)) and all(lot.points > 0 for lot in lots)


@given(accounts(), amounts, days)
def test_spending_neither_makes_nor_loses_points(lots: Lots, points: int, today: Day) -> None:
    assume(available(lots, today) >= points)
    stays, taken = spend(lots, points, today)
    assert total(taken) == points
    assert total(stays) + points == total(lots)
    assert well_formed(stays)
    assert well_formed(taken)
    assert all(a.expires <= b.expires for a in taken for b in stays if b.expires >= today)
    assert all(lot.expires >= today for lot in taken)


@given(accounts(), amounts, days)
def test_what_is_not_there_cannot_be_spent(lots: Lots, points: int, today: Day) -> None:
    assume(available(lots, today) < points)
    with pytest.raises(Refusal) as caught:
        spend(lots, points, today)
    assert caught.value.code == "points.insufficient"
    assert caught.value.params == {"available": str(available(lots, today))}


@given(accounts(), accounts(), st.integers(0, 3_000))
def test_what_arrives_repays_debt_or_is_held(lots: Lots, arriving: Lots, debt: int) -> None:
    received = receive(lots, arriving, debt)
    assert total(received.lots) + received.repaid == total(lots) + total(arriving)
    assert received.debt + received.repaid == debt
    assert received.debt == 0 or total(received.lots) == total(lots)
    assert well_formed(received.lots)


@given(accounts(), accounts())
def test_each_issue_keeps_its_sum_when_lots_move(lots: Lots, arriving: Lots) -> None:
    together = receive(lots, arriving, 0).lots
    for issue in {lot.issue for lot in (*lots, *arriving)}:
        of_issue = [lot for lot in (*lots, *arriving) if lot.issue == issue]
        assert total(lot for lot in together if lot.issue == issue) == total(of_issue)


@given(accounts(), days)
def test_expiring_parts_lots_by_day(lots: Lots, today: Day) -> None:
    stays, expired = expire(lots, today)
    assert tuple(sorted(stays + expired)) == lots
    assert total(stays) == available(lots, today)
    assert all(lot.expires < today for lot in expired)


@given(accounts(), issues, amounts, st.integers(0, 500))
def test_a_reversal_takes_what_is_left_and_the_rest_is_owed(
    lots: Lots, issue: bytes, points: int, debt: int
) -> None:
    split, owed = reverse(lots, issue, points, debt)
    assert total(split.taken) + owed - debt == points
    assert total(split.stays) + total(split.taken) == total(lots)
    assert all(lot.issue == issue for lot in split.taken)
    assert total(split.taken) == min(points, total(lot for lot in lots if lot.issue == issue))
    assert split == take_issue(lots, issue, points)


@given(st.lists(st.tuples(st.sampled_from("isrxe"), st.integers(0, 1), amounts, issues, days), max_size=30))
def test_the_supply_equation_holds_whatever_happens(
    steps: list[tuple[str, int, int, bytes, Day]],
) -> None:
    """issued = held + spent + expired + reversed − owed, over two accounts that also pay each other."""
    held: list[Lots] = [(), ()]
    debts = [0, 0]
    issued = spent = expired = reversed_ = 0
    for kind, at, points, issue, today in steps:
        if kind == "i":
            got = receive(held[at], (Lot(today, issue, points),), debts[at])
            held[at], debts[at] = got.lots, got.debt
            issued += points
        elif kind == "r":
            split, debts[at] = reverse(held[at], issue, points, debts[at])
            held[at] = split.stays
            reversed_ += points
        elif kind == "e":
            split = expire(held[at], today)
            held[at] = split.stays
            expired += total(split.taken)
        elif available(held[at], today) >= points:
            split = spend(held[at], points, today)
            held[at] = split.stays
            if kind == "s":
                spent += points
            else:
                got = receive(held[1 - at], split.taken, debts[1 - at])
                held[1 - at], debts[1 - at] = got.lots, got.debt
    assert issued == total(held[0]) + total(held[1]) + spent + expired + reversed_ - sum(debts)


def test_an_account_holds_so_many_lots_and_no_more() -> None:
    full = tuple(Lot(Day(20_000 + at), bytes(8), 1) for at in range(LOTS_MAX))
    assert len(receive(full, (Lot(Day(20_000), bytes(8), 5),), 0).lots) == LOTS_MAX
    with pytest.raises(Refusal) as caught:
        receive(full, (Lot(Day(1), bytes(8), 5),), 0)
    assert caught.value.code == "points.lots_full"


def test_a_lot_does_not_grow_over_what_its_field_holds() -> None:
    lots = (Lot(Day(20_000), bytes(8), AMOUNT_MAX),)
    with pytest.raises(Refusal) as caught:
        receive(lots, (Lot(Day(20_000), bytes(8), 1),), 0)
    assert caught.value.code == "points.balance_limit"
