"""Terms, caps, ratio and picking, whatever they are given."""

from collections import defaultdict

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors.code import Refusal
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.lots import Lot, total
from tanhui.chaincode.rules.recognition.caps import Counter, counters, draw, share
from tanhui.chaincode.rules.recognition.judging import Part, require_allowed, target_quantity
from tanhui.chaincode.rules.recognition.picking import pick
from tanhui.chaincode.rules.recognition.terms import Arbiter, Caps, Party, Terms

TODAY = Day(20_778)


def party(name: str) -> Party:
    return Party(
        region="510000",
        name=name,
        regulator="9" * 18,
        programme=name,
        genesis=name[0].encode().hex() * 32,
        channel="credits",
        origin=f"{name}.example",
        auditors=1,
    )


def terms(**changes: object) -> Terms:
    made = Terms(
        agreement="sc-jl",
        version=1,
        parties=(party("sichuan"), party("jilin")),
        lane="points",
        methodologies=("walk@1", "quiz"),
        vintage_since=2025,
        numerator=2,
        denominator=5,
        first_day="2026-01-01",
        last_day="2027-12-31",
        identity=("k",),
        arbiter=Arbiter(threshold=1, keys=("a",)),
    )
    return msgspec.structs.replace(made, **changes)


ISSUES = {
    issue.id: issue
    for issue in (
        Issue("sichuan", 1, "walk@1", 2025),
        Issue("sichuan", 1, "walk@1", 2024),
        Issue("sichuan", 1, "quiz", 2026),
        Issue("sichuan", 1, "other@1", 2026),
    )
}
lots = st.lists(
    st.builds(Lot, st.integers(20_770, 20_790).map(Day), st.sampled_from(sorted(ISSUES)), st.integers(1, 60)),
    max_size=8,
    unique_by=lambda lot: lot[:2],
).map(lambda found: tuple(sorted(found)))


@given(lots, st.integers(1, 30), st.sampled_from([0, 1]))
def test_picking_loses_nothing_and_takes_whole_multiples_of_what_is_recognised(
    held: tuple[Lot, ...], times: int, source: int
) -> None:
    agreed = terms()
    unit = agreed.ratio_from(source)[1]
    available = sum(
        lot.points - lot.points % unit
        for lot in held
        if lot.expires >= TODAY
        and ISSUES[lot.issue].source in agreed.methodologies
        and ISSUES[lot.issue].vintage >= 2025
    )
    if available < times * unit:
        with pytest.raises(Refusal, match=r"recognition\.insufficient"):
            pick(held, ISSUES, (agreed, source), times * unit, TODAY)
        return
    stays, taken = pick(held, ISSUES, (agreed, source), times * unit, TODAY)
    assert total(stays) + total(taken) == total(held)
    assert total(taken) == times * unit
    assert all(lot.points % unit == 0 and lot.expires >= TODAY for lot in taken)
    assert all(ISSUES[lot.issue].source in agreed.methodologies for lot in taken)
    assert all(ISSUES[lot.issue].vintage >= 2025 for lot in taken)
    by_lot: defaultdict[tuple[int, bytes], int] = defaultdict(int)
    for lot in (*stays, *taken):
        by_lot[lot[:2]] += lot.points
    assert by_lot == {lot[:2]: lot.points for lot in held}


@given(st.integers(1, 10**6), st.integers(1, 1_000), st.integers(1, 1_000))
def test_there_and_back_is_the_same(times: int, numerator: int, denominator: int) -> None:
    agreed = terms(numerator=numerator, denominator=denominator)
    points = times * denominator
    there = target_quantity(agreed, 0, points)
    assert there * denominator == points * numerator
    assert target_quantity(agreed, 1, there) == points


@given(st.integers(0, 10**12), st.integers(1, 64))
def test_shards_are_the_whole_cap(limit: int, shards: int) -> None:
    parts = [share(limit, shards, shard) for shard in range(shards)]
    assert sum(parts) == limit
    assert max(parts) - min(parts) <= 1


@given(st.integers(1, 500), st.integers(1, 8), st.lists(st.tuples(st.integers(0, 7), st.integers(1, 90))))
def test_no_splitting_passes_a_cap(limit: int, shards: int, draws: list[tuple[int, int]]) -> None:
    caps = Caps(per_day=limit, total=2 * limit, shards=shards)
    used: defaultdict[str, int] = defaultdict(int)
    passed = 0
    for shard, quantity in draws:
        assume(shard < shards)
        found = counters(caps, shard, "p", TODAY)
        if any(used[one.scope] + quantity > one.limit for one in found):
            with pytest.raises(Refusal, match=r"recognition\.cap"):
                [draw(one, used[one.scope], quantity) for one in found]
            continue
        used.update({one.scope: draw(one, used[one.scope], quantity) for one in found})
        passed += quantity
    assert passed <= limit


def test_counters_are_named_by_day_year_shard_and_person() -> None:
    caps = Caps(per_person=5, per_day=8, per_year=10, total=13, shards=2)
    assert counters(caps, 1, "p", TODAY) == (
        Counter("day/2026-11-21/01", 4, "per_day"),
        Counter("year/2026/01", 5, "per_year"),
        Counter("total/01", 6, "total"),
        Counter("person/2026/p", 5, "per_person"),
    )
    assert counters(Caps(), 0, "p", TODAY) == ()


@pytest.mark.parametrize(
    ("changes", "source", "part", "day", "code"),
    [
        ({"direction": "to_first"}, 0, Part("quiz", 2026, 5), TODAY, "recognition.direction"),
        ({"direction": "to_second"}, 1, Part("quiz", 2026, 5), TODAY, "recognition.direction"),
        ({}, 0, Part("quiz", 2026, 5), Day(20_000), "recognition.term"),
        ({}, 0, Part("bike@1", 2026, 5), TODAY, "recognition.methodology"),
        ({}, 0, Part("quiz", 2024, 5), TODAY, "recognition.vintage"),
        ({"caps": Caps(per_transfer=4)}, 0, Part("quiz", 2026, 5), TODAY, "recognition.cap"),
    ],
)
def test_what_terms_do_not_cover(
    changes: dict[str, object], source: int, part: Part, day: Day, code: str
) -> None:
    require_allowed(terms(), source, [Part("quiz", 2026, 5)], TODAY)
    with pytest.raises(Refusal) as refusal:
        require_allowed(terms(**changes), source, [part], day)
    assert refusal.value.code == code
