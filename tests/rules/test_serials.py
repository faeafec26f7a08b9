"""The serial interval ledger: disjoint and complete whatever happens, and no hold is ever walked over."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.serials import (
    HOLDS_MAX,
    BrokenLedger,
    Hold,
    HoldKind,
    Range,
    RangeState,
    Serial,
    check_complete,
    cut,
    end,
    issue,
    merge,
    move,
    place,
    release,
    require_holder,
)

QUANTITY = 60
OFFER = Hold(HoldKind.OFFER, "o-1")
LIEN = Hold(HoldKind.LIEN, "l-1")


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> tuple[str, str]:
    return refused.value.code, refused.value.value


@given(st.integers(1, 1000), st.data())
def test_a_cut_keeps_every_serial_once(quantity: int, data: st.DataObject) -> None:
    whole = issue("b", quantity, "a")
    first = data.draw(st.integers(1, quantity))
    last = data.draw(st.integers(first, quantity))
    piece, rest = cut(whole, first, last)
    assert (piece.first, piece.last, piece.quantity) == (first, last, last - first + 1)
    check_complete((piece, *rest), "b", quantity)
    assert all(part.made_from == (1,) for part in (piece, *rest) if part != whole)
    assert merge(sorted((piece, *rest), key=lambda part: part.first)).quantity == quantity


def test_a_cut_outside_the_range_is_refused() -> None:
    whole, _ = cut(issue("b", 100, "a"), 10, 20)
    for first, last, code in (
        (9, 12, "credits.range_outside"),
        (12, 21, "credits.range_outside"),
        (12, 11, "credits.range_backwards"),
    ):
        with pytest.raises(Refusal) as refused:
            cut(whole, first, last)
        assert code_of(refused) == (code, f"b:{first}-{last}")


def test_holds_are_independent() -> None:
    held = place(place(issue("b", 9, "a"), OFFER), LIEN)
    assert set(held.holds) == {OFFER, LIEN}
    for hold in (OFFER, LIEN):
        with pytest.raises(Refusal) as refused:
            end(release(held, hold), RangeState.RETIRED)
        assert refused.value.code == "credits.held"
    with pytest.raises(Refusal) as refused:
        move(held, "c", by=OFFER)
    assert refused.value.params == {"hold": "lien", "reference": "l-1"}
    assert move(release(held, LIEN), "c", by=OFFER) == issue("b", 9, "c")
    with pytest.raises(Refusal, match=r"credits\.hold_twice"):
        place(held, LIEN)
    with pytest.raises(Refusal, match=r"credits\.hold_absent"):
        release(held, Hold(HoldKind.FREEZE, "l-1"))


def test_holds_are_bounded() -> None:
    held = issue("b", 9, "a")
    for number in range(HOLDS_MAX):
        held = place(held, Hold(HoldKind.LIEN, str(number)))
    with pytest.raises(Refusal, match=r"credits\.holds_many"):
        place(held, LIEN)


def test_what_has_ended_stays_ended() -> None:
    for state in (RangeState.RETIRED, RangeState.CANCELLED, RangeState.EXPORTED):
        ended = end(issue("b", 9, "a"), state)
        with pytest.raises(Refusal) as refused:
            move(ended, "c")
        assert (refused.value.code, refused.value.params) == ("credits.not_active", {"state": state.value})
        with pytest.raises(Refusal, match=r"credits\.not_active"):
            place(ended, LIEN)


def test_another_holder_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        require_holder(issue("b", 9, "a"), "c")
    assert (refused.value.code, refused.value.params) == ("credits.not_holder", {"holder": "a"})


def test_only_what_continues_and_agrees_merges() -> None:
    piece, (left, right) = cut(issue("b", 9, "a"), 4, 6)
    assert merge((left, piece, right)).made_from == (1, 4, 7)
    for second in (right, move(piece, "c"), place(piece, LIEN), end(piece, RangeState.RETIRED), left):
        with pytest.raises(Refusal, match=r"credits\.ranges_apart"):
            merge((left, second))


def test_broken_ledgers_are_found() -> None:
    piece, (left, right) = cut(issue("b", 9, "a"), 4, 6)
    check_complete((right, left, piece), "b", 9)
    foreign = msgspec.structs.replace(piece, batch="c")
    longer = msgspec.structs.replace(piece, last=Serial(7))
    broken: tuple[tuple[tuple[Range, ...], str], ...] = (
        ((left, right), "gap"),
        ((left, longer, right), "overlap"),
        ((left, piece), "end at 6"),
        ((left, foreign, right), "stands among"),
        ((left, piece, piece, right), "overlap"),
    )
    for ranges, message in broken:
        with pytest.raises(BrokenLedger, match=message):
            check_complete(ranges, "b", 9)


@pytest.mark.parametrize("value", [0, -1, 2**53])
def test_serials_are_bounded(value: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        Serial(value)


class Ledger(RuleBasedStateMachine):
    """One batch under every operation; a model of one (holder, state, holds) a serial stands beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.ranges = [issue("b", QUANTITY, "a")]
        self.model: list[tuple[str, RangeState, frozenset[Hold]]] = [
            ("a", RangeState.ACTIVE, frozenset())
        ] * QUANTITY

    def change(self, first: int, last: int, apply: object) -> None:
        whole = next(one for one in self.ranges if one.holds_serial(first))
        last = min(last, whole.last)
        piece, rest = cut(whole, first, last)
        assert callable(apply)
        changed = apply(piece)
        assert (changed.first, changed.last) == (first, last)
        self.ranges.remove(whole)
        self.ranges += [changed, *rest]
        for serial in range(first, last + 1):
            self.model[serial - 1] = (changed.holder, changed.state, frozenset(changed.holds))

    @rule(first=st.integers(1, QUANTITY), length=st.integers(0, 20), to=st.sampled_from("abc"))
    def transfer(self, first: int, length: int, to: str) -> None:
        _, state, holds = self.model[first - 1]
        if state is RangeState.ACTIVE and not holds:
            self.change(first, first + length, lambda piece: move(piece, to))
        else:
            with pytest.raises(Refusal):
                self.change(first, first + length, lambda piece: move(piece, to))

    @rule(
        first=st.integers(1, QUANTITY),
        length=st.integers(0, 9),
        state=st.sampled_from([RangeState.RETIRED, RangeState.CANCELLED, RangeState.EXPORTED]),
    )
    def finish(self, first: int, length: int, state: RangeState) -> None:
        _, now, holds = self.model[first - 1]
        if now is RangeState.ACTIVE and not holds:
            self.change(first, first + length, lambda piece: end(piece, state))
        else:
            with pytest.raises(Refusal):
                self.change(first, first + length, lambda piece: end(piece, state))

    @rule(
        first=st.integers(1, QUANTITY),
        length=st.integers(0, 20),
        kind=st.sampled_from(list(HoldKind)),
        on=st.booleans(),
    )
    def hold(self, first: int, length: int, kind: HoldKind, on: bool) -> None:
        hold = Hold(kind, "r")
        _, state, holds = self.model[first - 1]
        possible = (state is RangeState.ACTIVE and hold not in holds) if on else hold in holds
        if possible:
            self.change(first, first + length, lambda piece: (place if on else release)(piece, hold))
        else:
            with pytest.raises(Refusal):
                self.change(first, first + length, lambda piece: (place if on else release)(piece, hold))

    @precondition(lambda self: len(self.ranges) > 1)
    @rule(at=st.integers(0, QUANTITY))
    def join(self, at: int) -> None:
        ordered = sorted(self.ranges, key=lambda one: one.first)
        left, right = ordered[at % (len(ordered) - 1) :][:2]
        if self.model[left.first - 1] == self.model[right.first - 1]:
            self.ranges = [one for one in self.ranges if one not in {left, right}]
            self.ranges.append(merge((left, right)))
        else:
            with pytest.raises(Refusal, match=r"credits\.ranges_apart"):
                merge((left, right))

    @invariant()
    def complete_and_as_modelled(self) -> None:
        check_complete(self.ranges, "b", QUANTITY)
        for one in self.ranges:
            for serial in range(one.first, one.last + 1):
                assert self.model[serial - 1] == (one.holder, one.state, frozenset(one.holds))


TestLedger = Ledger.TestCase
