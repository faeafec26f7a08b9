"""Splitting by parts neither makes nor loses a unit, and a bundle never gives more parts than it has."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.bundles import MEMBERS_MAX, Bundle, BundleMember, split
from tanhui.chaincode.rules.errors import Refusal

parts = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


@given(st.integers(0, 2**53), parts)
def test_a_split_is_whole_and_each_share_is_off_by_less_than_one(quantity: int, shares: list[int]) -> None:
    units = split(quantity, shares)
    assert sum(units) == quantity
    whole = sum(shares)
    for unit, one in zip(units, shares, strict=True):
        assert abs(unit * whole - quantity * one) < whole
        assert one or not unit


@given(st.integers(0, 10**9), parts)
def test_more_parts_never_get_less(quantity: int, shares: list[int]) -> None:
    units = split(quantity, shares)
    by_parts = sorted(zip(shares, units, strict=True))
    assert all(left[1] <= right[1] for left, right in pairwise(by_parts) if left[0] < right[0])


def member(number: int, size: int = 1) -> BundleMember:
    return BundleMember(
        organisation=f"{number:018d}", parts=size, boundary=f"{number:064x}", status="invited"
    )


@given(st.lists(st.integers(1, 30), max_size=20), st.integers(1, 100))
def test_parts_given_never_pass_the_whole(sizes: list[int], whole: int) -> None:
    bundle = Bundle(project="grove", whole=whole, members=())
    for number, size in enumerate(sizes):
        if size > bundle.parts_left:
            with pytest.raises(Refusal):
                bundle.with_invited(member(number, size))
            continue
        bundle = bundle.with_invited(member(number, size)).with_joined(f"{number:018d}")
        assert bundle.parts_left >= 0
    assert sum(units for _, units in bundle.shared("owner", 1_001)) == 1_001
    for one in bundle.members:
        bundle = bundle.without(one.organisation)
    assert bundle.parts_left == whole


def test_a_bundle_has_so_many_members() -> None:
    bundle = Bundle(
        project="grove", whole=1_000_000, members=tuple(member(number) for number in range(MEMBERS_MAX))
    )
    with pytest.raises(Refusal, match=r"bundles\.members_many"):
        bundle.with_invited(member(MEMBERS_MAX))
