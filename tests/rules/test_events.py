"""Declarations: what counts never exceeds what was offset, nor lets one kind stand for another's category."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.events import EventRules, Line, Offset, OffsetKind, OffsetRule, emissions

RULES = EventRules(
    kinds=("meeting",),
    categories=("electricity", "transport"),
    offsets=(OffsetRule(kind="credit"), OffsetRule(kind="green_power", category="electricity")),
    deadline_days=365,
    assessment_threshold_kg=0,
)
KINDS: tuple[OffsetKind, ...] = ("credit", "green_power", "ccer")
LINES = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(
    lambda kg: (Line(category="electricity", kg=kg[0]), Line(category="transport", kg=kg[1]))
)
OFFSETS = st.lists(
    st.builds(Offset, kind=st.sampled_from(KINDS), reference=st.just("r"), kg=st.integers(1, 100)),
    max_size=8,
)


@given(lines=LINES, offsets=OFFSETS)
def test_what_counts_is_bounded_by_what_is_offset_and_by_category(
    lines: tuple[Line, Line], offsets: list[Offset]
) -> None:
    by_kind = {kind: sum(one.kg for one in offsets if one.kind == kind) for kind in KINDS}
    expected = by_kind["credit"] + min(by_kind["green_power"], lines[0].kg)
    assert RULES.counted(lines, offsets) == expected


@given(lines=LINES, offsets=OFFSETS)
def test_a_full_claim_holds_exactly_when_all_is_offset(
    lines: tuple[Line, Line], offsets: list[Offset]
) -> None:
    counted = RULES.counted(lines, offsets)
    if counted >= emissions(lines):
        assert RULES.require_declarable("full", lines, offsets) == counted
    else:
        with pytest.raises(Refusal, match=r"events\.(not_offset|nothing_offset)"):
            RULES.require_declarable("full", lines, offsets)
        if counted:
            assert RULES.require_declarable("partial", lines, offsets) == counted


@given(last=st.integers(0, 30_000), late=st.integers(-400, 400))
def test_the_deadline_is_the_last_day_on_which_it_holds(last: int, late: int) -> None:
    if late <= 0:
        RULES.require_in_time(Day(last), Day(last + 365 + late))
    else:
        with pytest.raises(Refusal, match=r"events\.deadline"):
            RULES.require_in_time(Day(last), Day(last + 365 + late))
