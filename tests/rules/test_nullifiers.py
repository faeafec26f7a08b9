"""Bindings come back as they were packed; a slot is of its group, and an account has one nullifier for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.nullifiers import BOUND_MAX, bound_in
from tanhui.chaincode.rules.slots import Crediting, SlotClock

CLOCK = SlotClock(Crediting(exclusion_group="commute", slot="30m", claim_days=3, records_per_day=4))
sixteen = st.binary(min_size=16, max_size=16)
moments = st.integers(1_700_000_000, 1_800_000_000)


@given(st.lists(st.tuples(sixteen, moments, sixteen), min_size=1, max_size=10))
def test_every_binding_comes_back(entries: list[tuple[bytes, int, bytes]]) -> None:
    slots = [(account, CLOCK.slot(when), nullifier) for account, when, nullifier in entries]
    packed = b"".join(account + slot + nullifier for account, (slot, _), nullifier in slots)
    if len({(account, slot) for account, (slot, _), _ in slots}) < len(slots):
        with pytest.raises(Refusal, match=r"identity\.bound_twice"):
            list(bound_in(packed, "commute"))
        return
    found = list(bound_in(packed, "commute"))
    assert [(one.account, one.slot, one.nullifier) for one in found] == [
        (account, slot, nullifier) for account, (slot, _), nullifier in slots
    ]
    assert [one.until for one in found] == [Day(until) for _, (_, until), _ in slots]


def test_wrong_bindings_are_refused() -> None:
    slot = CLOCK.slot(1_790_000_000)[0]
    whole = bytes(16) + slot + bytes(16)
    for packed, group, code in (
        (b"", "commute", "identity.bindings_width"),
        (whole[:-1], "commute", "identity.bindings_width"),
        (whole * (BOUND_MAX + 1), "commute", "identity.bindings_width"),
        (whole, "metro", "identity.slot_group"),
    ):
        with pytest.raises(Refusal) as refused:
            list(bound_in(packed, group))
        assert refused.value.code == code
