"""Periods, lines, the sum tree, and differences narrowed to their line."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.proofs.errors import ProofError
from tanhui.proofs.statements.differences import LocalNodes, differences
from tanhui.proofs.statements.lines import Flow, Line, lines_of
from tanhui.proofs.statements.periods import parse_period, period_at
from tanhui.proofs.statements.sum_tree import EMPTY, Label, Sibling, SumTree, verify_line

TERMS = "ab" * 32
NOVEMBER = parse_period("2026-11")
DAY = 86_400


def line(number: int, **changes: object) -> Line:
    made = Line(
        f"t{number}", TERMS, 10 + number, NOVEMBER.start + number, "minted", NOVEMBER.start + number + 5
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def tree(lines: Sequence[Line]) -> SumTree:
    return SumTree(lines_of(NOVEMBER, lines))


@pytest.mark.parametrize(
    ("name", "start", "days"),
    [("2026-11", 1_793_462_400, 30), ("2026-Q4", 1_790_784_000, 92), ("2026", 1_767_196_800, 365)],
)
def test_periods_are_calendar_periods_of_utc_plus_8(name: str, start: int, days: int) -> None:
    period = parse_period(name)
    assert (period.start, period.end) == (start, start + days * DAY)
    assert period_at(start, period.settlement) == period == period_at(period.end - 1, period.settlement)
    assert period.previous.end == start


@pytest.mark.parametrize(
    "name", ["", "2026-13", "2026-00", "2026-1", "2026-Q5", "26-11", "2026-11\n", "0000"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ProofError, match=r"statement\.period"):
        parse_period(name)


def test_each_transfer_falls_where_its_two_times_say() -> None:
    before, within, after = NOVEMBER.start - 1, NOVEMBER.start, NOVEMBER.end
    cases = {
        (before, "open", 0): Flow(1, opening=9, closing=9),
        (before, "minted", within): Flow(1, opening=9, minted=9),
        (before, "minted", after): Flow(1, opening=9, closing=9),
        (before, "minted", before): None,
        (within, "aborted", within): Flow(1, out=9, aborted=9),
        (within, "aborted", after): Flow(1, out=9, closing=9),
        (within, "minted", before): Flow(1, out=9, minted=9),  # the other side's clock is behind
        (after, "open", 0): None,
    }
    for (locked, outcome, settled), expected in cases.items():
        made = Line("t", TERMS, 9, locked, outcome, settled)  # type: ignore[arg-type]
        assert made.flow(NOVEMBER) == expected
        assert expected is None or expected.balanced


def test_a_statement_says_the_same_when_it_is_drawn_later() -> None:
    then = Line("t", TERMS, 9, NOVEMBER.start)
    later = replace(then, outcome="minted", settled=NOVEMBER.end + 7)
    assert tree([then]).label == tree([later]).label
    assert SumTree(lines_of(parse_period("2026-12"), [later])).label.flow == Flow(1, opening=9, minted=9)


@given(st.lists(st.integers(0, 10_000), unique=True, max_size=60))
def test_every_line_is_proven_and_the_root_is_the_sum(numbers: list[int]) -> None:
    lines = [line(number) for number in numbers]
    made = tree(lines)
    total = Flow()
    for one in lines:
        flow = one.flow(NOVEMBER)
        assert flow is not None
        total = total.plus(flow)
        found, proof = made.prove(one.transfer)
        assert found == one
        verify_line(one, flow, proof, made.label)
    assert made.label.flow == total
    assert total.balanced
    assert tree(lines[::-1]).label == made.label


def test_no_lines_have_a_root_too() -> None:
    assert tree([]).label == Label(EMPTY, Flow())
    assert list(differences(LocalNodes(tree([])), LocalNodes(tree([])))) == []


def test_a_proof_shows_its_own_line_only() -> None:
    made = tree([line(n) for n in range(20)])
    one, proof = made.prove("t7")
    flow = one.flow(NOVEMBER)
    assert flow is not None
    root = made.label
    wrong: list[tuple[Line, Flow, Sequence[Sibling], Label]] = [
        (replace(one, quantity=18), flow, proof, root),
        (one, flow._replace(minted=16), proof, root),
        (one, flow, proof[1:], root),
        (one, flow, proof[::-1], root),
        (one, flow, proof, root._replace(flow=root.flow._replace(closing=1))),
        (one, flow, (proof[0]._replace(label=proof[0].label._replace(flow=Flow(1))), *proof[1:]), root),
        (line(50), flow, proof, root),
    ]
    for case in wrong:
        with pytest.raises(ProofError):
            verify_line(*case)
    with pytest.raises(ProofError, match=r"statement\.absent"):
        made.prove("t99")


def test_a_sum_that_takes_away_is_refused() -> None:
    with pytest.raises(ProofError, match=r"statement\.sum"):
        SumTree([(line(1), Flow(1, out=-5))])


def test_one_transfer_has_one_line() -> None:
    with pytest.raises(ProofError, match=r"statement\.twice"):
        tree([line(1), line(1, quantity=3)])


@given(
    st.dictionaries(st.integers(0, 400), st.sampled_from(["both", "own", "other", "differs"]), max_size=120)
)
def test_differences_are_exactly_the_lines_that_differ(kinds: dict[int, str]) -> None:
    own = [line(n) for n, kind in kinds.items() if kind != "other"]
    other = [
        line(n, quantity=1_000 + n) if kind == "differs" else line(n)
        for n, kind in kinds.items()
        if kind != "own"
    ]
    found = list(differences(LocalNodes(tree(own)), LocalNodes(tree(other))))
    assert sorted(one.transfer for one in found) == sorted(
        f"t{n}" for n, kind in kinds.items() if kind != "both"
    )
    for one in found:
        kind = kinds[int(one.transfer[1:])]
        assert (one.own is None, one.other is None) == (kind == "other", kind == "own")


@pytest.mark.parametrize("size", [100, 1_000, 10_000])
def test_one_difference_costs_a_logarithm_of_questions(size: int) -> None:
    lines = [line(n) for n in range(size)]
    others = {
        "changed": [*lines[:-1], line(size - 1, quantity=1)],
        "missing": lines[:-1],
        "added": [*lines, line(size)],
    }
    for name, other in others.items():
        own_side, other_side = LocalNodes(tree(lines)), LocalNodes(tree(other))
        found = list(differences(own_side, other_side))
        assert len(found) == 1, name
        assert other_side.asked <= 2 * (2 * math.log2(size) + 8), name
