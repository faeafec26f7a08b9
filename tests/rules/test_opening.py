"""Balance lines come back as they were packed, and a part is the listed one or none."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.lots import total
from tanhui.chaincode.rules.opening import LINE, balances, require_listed

ISSUE = b"issue--1"
entries = st.lists(
    st.tuples(st.binary(min_size=16, max_size=16), st.integers(100, 60_000), st.integers(1, 2**40)),
    min_size=1,
    max_size=30,
    unique_by=lambda one: one[:2],
)


@given(entries)
def test_every_point_of_a_chunk_arrives_once(chunk: list[tuple[bytes, int, int]]) -> None:
    found = balances(b"".join(LINE.pack(*one) for one in chunk), ISSUE, Day(100))
    assert sum(total(lots) for lots in found.values()) == sum(points for _, _, points in chunk)
    assert {(account, lot.expires) for account, lots in found.items() for lot in lots} == {
        one[:2] for one in chunk
    }


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (b"", "opening.lines_width"),
        (b"x" * 27, "opening.lines_width"),
        (LINE.pack(bytes(16), 99, 1), "opening.expired"),
        (LINE.pack(bytes(16), 100, 0), "value.out_of_range"),
        (LINE.pack(bytes(16), 2**31, 1), "value.out_of_range"),
        (LINE.pack(bytes(16), 100, 1) * 2, "opening.account_twice"),
        (LINE.pack(bytes(16), 100, 1) * 5_001, "opening.lines_width"),
    ],
)
def test_a_wrong_chunk_is_refused(lines: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        balances(lines, ISSUE, Day(100))
    assert refused.value.code == code


@given(st.lists(st.binary(max_size=20), max_size=5, unique=True), st.integers(0, 6), st.binary(max_size=20))
def test_only_what_is_listed_passes(parts: list[bytes], at: int, content: bytes) -> None:
    hashes = [sha256(one).hexdigest() for one in parts]
    if at < len(parts) and parts[at] == content:
        require_listed(at, hashes, content)
        return
    with pytest.raises(Refusal):
        require_listed(at, hashes, content)
