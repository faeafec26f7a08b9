"""Terms, stock numbers and draws."""

from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules import draws
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.rewards import Terms

ACCOUNTS = st.sets(st.binary(min_size=16, max_size=16), min_size=1, max_size=40).map(sorted)
SEED = st.binary(min_size=32, max_size=32)


def terms(units: int, per_account: int = 0) -> Terms:
    return Terms(price=1, units_per_year=units, per_account=per_account, valid_days=1, until=date(2027, 1, 1))


@given(units=st.integers(1, 10**6), number=st.integers(1, 10**6))
def test_a_number_is_in_stock_up_to_the_years_units(units: int, number: int) -> None:
    if number <= units:
        terms(units).require_in_stock(number, 2026)
    else:
        with pytest.raises(Refusal, match=r"rewards\.out_of_stock"):
            terms(units).require_in_stock(number, 2026)
    terms(0).require_in_stock(number, 2026)


@given(before=st.integers(0, 50), now=st.integers(0, 50))
def test_stock_is_never_lowered_and_without_limit_is_the_most(before: int, now: int) -> None:
    def rank(units: int) -> int:
        return units or 10**9

    if rank(now) >= rank(before):
        terms(now).require_not_lowered(before)
    else:
        with pytest.raises(Refusal, match=r"rewards\.stock_lowered"):
            terms(now).require_not_lowered(before)


@given(limit=st.integers(1, 20), takes=st.lists(st.integers(1, 5), max_size=20))
def test_an_account_never_takes_more_than_its_limit(limit: int, takes: list[int]) -> None:
    taken = 0
    for units in takes:
        if taken + units <= limit:
            taken = terms(0, limit).taken_with(taken, units)
        else:
            with pytest.raises(Refusal, match=r"rewards\.account_limit"):
                terms(0, limit).taken_with(taken, units)
    assert taken <= limit


@given(accounts=ACCOUNTS, seed=SEED, data=st.data())
def test_winners_are_different_entrants_whatever_the_order_of_the_list(
    accounts: list[bytes], seed: bytes, data: st.DataObject
) -> None:
    count = data.draw(st.integers(1, len(accounts)))
    drawn = draws.winners(accounts, seed, count)
    assert len(set(drawn)) == count
    assert set(drawn) <= set(accounts)
    assert draws.winners(accounts[::-1], seed, count) == drawn
    assert draws.entrants_hash(accounts) == draws.entrants_hash(accounts[::-1])
    assert draws.winners(accounts, seed, 1) == drawn[:1]


@given(one=SEED, other=SEED, accounts=ACCOUNTS)
def test_each_side_alone_changes_the_seed(one: bytes, other: bytes, accounts: list[bytes]) -> None:
    fixed = draws.entrants_hash(accounts)
    assert (draws.joint_seed(one, one, fixed) == draws.joint_seed(one, other, fixed)) == (one == other)
    draws.require_seed(one, draws.seed_commitment(one))
    if one != other:
        with pytest.raises(Refusal, match=r"rewards\.commitment_mismatch"):
            draws.require_seed(other, draws.seed_commitment(one))


def test_every_entrant_wins_about_as_often() -> None:
    accounts = [bytes([at]) * 16 for at in range(4)]
    wins = [draws.winners(accounts, sha256(run.to_bytes(2, "big")).digest(), 1)[0][0] for run in range(4_000)]
    assert all(850 < wins.count(at) < 1_150 for at in range(4))
