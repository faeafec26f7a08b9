"""What is assigned is of who consents, from that day on, and never what was reversed or turned down."""

from struct import Struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.activity_records import Result
from tanhui.chaincode.rules.aggregates import accounts_in, assigned, standing
from tanhui.chaincode.rules.days import Day, first_second
from tanhui.chaincode.rules.errors import Refusal

RECORD = Struct(">16sI32sqBIQ16s")
ACCOUNTS = [bytes([number]) * 16 for number in range(4)]
rows = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS),
        st.integers(20_000, 20_009),
        st.sampled_from([Result.CREDITED, Result.CAPPED, Result.SLOT_CLAIMED]),
        st.integers(0, 10**6),
    ),
    max_size=20,
)
consents = st.dictionaries(st.sampled_from(ACCOUNTS), st.integers(20_000, 20_009).map(Day))


@given(rows, consents, st.sets(st.integers(0, 19)))
def test_only_standing_records_of_who_consents(
    records: list[tuple[bytes, int, Result, int]], since: dict[bytes, Day], gone: set[int]
) -> None:
    blob = b"".join(
        RECORD.pack(account, first_second(Day(day)), bytes(32), 0, result, 0, grams, bytes(16))
        for account, day, result, grams in records
    )
    found = assigned(standing(blob, 1, gone), since)
    expected = [
        at
        for at, (account, day, result, _) in enumerate(records)
        if result < 16 and at not in gone and account in since and day >= since[account]
    ]
    assert [one.position for one in found] == expected
    assert sum(one.grams for one in found) == sum(records[at][3] for at in expected)


def test_accounts_are_whole_and_stand_once() -> None:
    assert accounts_in(b"".join(ACCOUNTS)) == tuple(ACCOUNTS)
    for wrong in (b"", bytes(15), bytes(17), bytes(32), bytes(16) * 5_001):
        with pytest.raises(Refusal):
            accounts_in(wrong)
