"""Claim slots: eight bytes that say which trip, until when."""

from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day, day_of, day_text
from tanhui.chaincode.rules.slots import (
    Crediting,
    SlotClock,
    SlotLength,
    claimed_on_day,
    group_number,
    is_claimed,
    prune,
)

UTC8 = timezone(timedelta(hours=8))
SECONDS = st.integers(0, 2**32 - 1)


def crediting(slot: SlotLength, claim_days: int = 3, group: str = "commute") -> Crediting:
    return Crediting(exclusion_group=group, slot=slot, claim_days=claim_days, records_per_day=9)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC8).timestamp())


@pytest.mark.parametrize(
    ("slot", "same", "other", "until"),
    [
        ("10m", "2026-11-21T08:09:59", "2026-11-21T08:10:00", "2026-11-24"),
        ("30m", "2026-11-21T08:29:59", "2026-11-21T08:30:00", "2026-11-24"),
        ("1h", "2026-11-21T08:59:59", "2026-11-21T07:59:59", "2026-11-24"),
        ("6h", "2026-11-21T11:59:59", "2026-11-21T12:00:00", "2026-11-24"),
        ("1d", "2026-11-21T23:59:59", "2026-11-22T00:00:00", "2026-11-24"),
        ("1mo", "2026-11-30T23:59:59", "2026-12-01T00:00:00", "2026-12-03"),
        ("1y", "2026-01-01T00:00:00", "2025-12-31T23:59:59", "2027-01-03"),
    ],
)
def test_a_slot_begins_and_ends_in_utc_8(slot: SlotLength, same: str, other: str, until: str) -> None:
    clock = SlotClock(crediting(slot))
    first, last_day = clock.slot(at("2026-11-21T08:00:00"))
    assert day_text(Day(last_day)) == until
    assert clock.slot(at(same))[0] == first
    assert clock.slot(at(other))[0] != first
    assert first[2:6] == group_number("commute").to_bytes(4, "big")


@given(SECONDS, SECONDS, st.sampled_from(get_args(SlotLength)))
def test_slots_of_two_days_differ_and_so_do_groups(a: int, b: int, slot: SlotLength) -> None:
    clock, other = SlotClock(crediting(slot)), SlotClock(crediting(slot, group="dining"))
    assert len(clock.slot(a)[0]) == 8
    assert clock.slot(a)[0] != other.slot(a)[0]
    assert clock.slot(a)[1] >= day_of(a) + 3
    if slot not in {"1mo", "1y"} and day_of(a) != day_of(b):
        assert clock.slot(a)[0] != clock.slot(b)[0]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 143), st.booleans()), max_size=40))
def test_the_packed_slots_behave_as_a_set(moments: list[tuple[int, int, bool]]) -> None:
    clocks = [SlotClock(crediting("10m")), SlotClock(crediting("10m", group="dining"))]
    packed, model = b"", set()
    for day, window, dining in moments:
        slot, until = clocks[dining].slot(day * 86_400 + window * 600)
        assert is_claimed(packed, slot) == ((until, slot) in model)
        if (until, slot) not in model:
            packed += slot
            model.add((until, slot))
        assert claimed_on_day(packed, slot) == sum(other[:6] == slot[:6] for _, other in model)
    kept = prune(packed, Day(20))
    assert {kept[i : i + 8] for i in range(0, len(kept), 8)} == {slot for until, slot in model if until >= 20}


def test_a_match_across_two_slots_is_none() -> None:
    slot = b"\x01" * 8
    assert not is_claimed(b"\x00" * 4 + b"\x01" * 8 + b"\x02" * 4, slot)
    assert is_claimed(b"\x00" * 4 + b"\x01" * 8 + b"\x02" * 4 + slot, slot)
