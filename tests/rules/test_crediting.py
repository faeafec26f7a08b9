"""Crediting a batch: no fraction lost, no slot twice, one bad record alone, however records are batched."""

import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.chaincode.rules.accounts import NO_UNIT, Account, Holder, State, opened_account
from tanhui.chaincode.rules.activity_records import (
    FIRST_REJECTION,
    RESULT_CODES,
    Result,
    record_struct,
    require_claims,
)
from tanhui.chaincode.rules.claims import Claims
from tanhui.chaincode.rules.crediting import Credited, Terms, credit
from tanhui.chaincode.rules.days import Day, day_of, first_second
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.formula import load
from tanhui.chaincode.rules.programmes import SceneRule
from tanhui.chaincode.rules.slots import Crediting
from tests.support.activities import account_id, claim
from tests.support.methodologies import distance_formula

TODAY = Day(20_000)
NOW = first_second(TODAY) + 80_000
NAMES = ("A", "B", "C")

Moment = tuple[str, int, int]
MOMENTS: st.SearchStrategy[Moment] = st.tuples(
    st.sampled_from(NAMES), st.integers(NOW - 500_000, NOW + 4_000), st.integers(-5, 250_000)
)


def terms(cap: int = 0, numerator: int = 7, denominator: int = 1000, records: int = 5) -> Terms:
    return Terms(
        load(distance_formula()),
        Crediting(exclusion_group="commute", slot="6h", claim_days=3, records_per_day=records),
        SceneRule(scene="bus", award="per_gram", numerator=numerator, denominator=denominator),
        cap,
        NOW,
        TODAY,
    )


def accounts(claims: dict[str, bytes] | None = None) -> dict[bytes, Account | None]:
    kept = claims or {}
    made: dict[bytes, Account | None] = {bytes.fromhex(account_id("C")): None}
    for name in "AB":
        one = opened_account(Holder.PERSON, "", NO_UNIT, TODAY)
        fields = {field: getattr(one, field) for field in one.__struct_fields__}
        made[bytes.fromhex(account_id(name))] = Account(
            **fields | {"claims": kept.get(name, b""), "earned_day": TODAY}
        )
    return made


def run(moments: list[Moment], by: Terms, before: dict[str, bytes] | None = None) -> Credited:
    packed = b"".join(claim(*moment) for moment in moments)
    return credit(packed, by, accounts(before), lambda at: at.to_bytes(16, "big"))


def rows(done: Credited) -> list[tuple[int, ...]]:
    """(result, points, grams) of each record."""
    return [record_struct(1).unpack(record)[-4:-1] for record in done.records]


@settings(max_examples=200, deadline=None)
@given(st.lists(MOMENTS, max_size=40), st.integers(0, 40))
def test_batching_makes_no_difference(moments: list[Moment], at: int) -> None:
    whole = run(moments, terms())
    first = run(moments[:at], terms())
    tails = {
        name: first.accounts[key].claims.encode()
        for name in "AB"
        if (key := bytes.fromhex(account_id(name))) in first.accounts
    }
    second = run(moments[at:], terms(), tails)
    assert rows(first) + rows(second) == rows(whole)
    assert first.grams + second.grams == whole.grams
    assert first.points + second.points == whole.points


@settings(max_examples=200, deadline=None)
@given(st.lists(MOMENTS, max_size=60))
def test_points_are_the_floor_of_all_grams_and_no_slot_counts_twice(moments: list[Moment]) -> None:
    done = run(moments, terms())
    grams = dict.fromkeys(NAMES, 0)
    points = dict.fromkeys(NAMES, 0)
    slots = set()
    for (name, when, metres), (result, some, mass) in zip(moments, rows(done), strict=True):
        if result >= FIRST_REJECTION:
            assert (some, mass) == (0, 0)
            continue
        assert name != "C"
        assert 0 <= metres <= 200_000
        assert when <= NOW
        assert day_of(when) + 3 >= TODAY
        assert mass == metres * 1871 // 10_000
        slot = (name, (when + 28_800) // 21_600)
        assert slot not in slots
        slots.add(slot)
        grams[name] += mass
        points[name] += some
    assert all(points[name] == grams[name] * 7 // 1000 for name in NAMES)
    assert (sum(grams.values()), sum(points.values())) == (done.grams, done.points)
    rejected = [at for at, row in enumerate(rows(done)) if row[0] >= FIRST_REJECTION]
    assert rejected == [at for at, _ in done.rejected]


@settings(max_examples=100, deadline=None)
@given(st.lists(MOMENTS, max_size=40), st.integers(1, 500))
def test_a_day_cap_cuts_points_and_never_grams(moments: list[Moment], cap: int) -> None:
    capped, free = run(moments, terms(cap)), run(moments, terms())
    assert capped.grams == free.grams
    for key, working in capped.accounts.items():
        assert working.points == min(cap, free.accounts[key].points)
    assert all(
        row[0] == (Result.CAPPED if row[1] < other[1] else other[0])
        for row, other in zip(rows(capped), rows(free), strict=True)
    )


@given(
    st.dictionaries(st.integers(1, 2**31), st.integers(0, 2**31), max_size=9),
    st.lists(st.binary(min_size=8, max_size=8)),
)
def test_an_accounts_tail_reads_back(fractions: dict[int, int], slots: list[bytes]) -> None:
    claims = Claims()
    claims.fractions, claims.slots = fractions, b"".join(slots)
    back = Claims(claims.encode())
    assert back.fractions == {of: parts for of, parts in fractions.items() if parts}
    assert back.slots == claims.slots


def test_golden_bytes_of_one_record() -> None:
    """The layout of rules/activity_records.py: a change here is a new version, not a new golden value."""
    done = run([("A", NOW, 10_000)], terms())
    expected = (
        bytes.fromhex(account_id("A"))
        + NOW.to_bytes(4, "big")
        + sha256(f"A{NOW}".encode()).digest()
        + (10_000).to_bytes(8, "big")
        + bytes((0,))
        + (13).to_bytes(4, "big")
        + (1871).to_bytes(8, "big")
        + bytes(16)
    )
    assert done.records == [expected]
    assert len(expected) == 81 + 8


def test_a_frozen_account_is_told_from_an_unknown_one() -> None:
    known = accounts()
    frozen = {
        key: None
        if one is None
        else Account(**{f: getattr(one, f) for f in one.__struct_fields__} | {"state": State.CLOSED})
        for key, one in known.items()
    }
    packed = claim("A", NOW, 1) + claim("C", NOW, 1)
    done = credit(packed, terms(), frozen, lambda at: bytes(16))
    assert done.rejected == [(0, Result.ACCOUNT_INACTIVE), (1, Result.ACCOUNT_UNKNOWN)]


@pytest.mark.parametrize(
    ("size", "code"),
    [
        (61, "activities.records_width"),
        (0, "activities.records_count"),
        (60 * 5001, "activities.records_count"),
    ],
)
def test_claims_are_whole_and_bounded(size: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_claims(bytes(size), 1)
    assert refused.value.code == code
    assert require_claims(bytes(60 * 5000), 1) == 5000


def test_every_rejection_has_its_code() -> None:
    assert set(RESULT_CODES) == {result for result in Result if result >= FIRST_REJECTION}


def test_formulas_of_two_inputs_are_range_checked_too() -> None:
    body = json.loads(distance_formula())
    body["inputs"].append({"name": "class", "unit": "1", "low": "1", "high": "2"})
    body["grams"] = {"mul": [body["grams"], {"input": "class"}]}
    body["vectors"] = [{"inputs": ["10000", "2"], "grams": "3742"}]
    by = terms()
    two = Terms(load(json.dumps(body)), by.crediting, by.scene, 0, NOW, TODAY)
    packed = claim("A", NOW, 10_000, 2) + claim("B", NOW, 10_000, 3)
    done = credit(packed, two, accounts(), lambda at: bytes(16))
    assert (done.grams, done.rejected) == (3742, [(1, Result.INPUT_RANGE)])
