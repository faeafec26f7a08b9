"""Composite keys against Fabric's own form (fabric-chaincode-go, shim/stub.go)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.contract.keys import BadKey, composite_key, prefix_range, split_key

parts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\U0010ffff"), max_size=12)


def test_a_key_byte_by_byte() -> None:
    assert composite_key("account", ("tianfu", "00ff")).encode() == b"\0account\0tianfu\x0000ff\0"
    assert composite_key("founding", ()) == "\0founding\0"


@given(parts, st.lists(parts, max_size=4))
def test_what_was_joined_is_split(kind: str, ids: list[str]) -> None:
    assert split_key(composite_key(kind, ids)) == (kind, tuple(ids))


@given(parts, st.lists(parts, min_size=1, max_size=3), st.lists(parts, max_size=3))
def test_a_prefix_holds_what_begins_with_it_and_nothing_else(
    kind: str, under: list[str], other: list[str]
) -> None:
    start, end = prefix_range(kind, under)
    key = composite_key(kind, other)
    assert (start <= key < end) == (other[: len(under)] == under)


@pytest.mark.parametrize("part", ["a\0b", "\U0010ffff", "x" * 2_000])
def test_what_fabric_refuses(part: str) -> None:
    with pytest.raises(BadKey):
        composite_key("account", (part,))
