"""Energy rules: what counts, conversion once, thresholds once, ranks as fractions."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.energy import (
    AUDIT_GCE_MIN,
    Ratio,
    audit_due,
    converted,
    counting,
    crossed,
    ranks,
)

quantities = st.integers(0, 10**15)


@given(st.lists(quantities, min_size=1, max_size=16))
def test_until_decided_the_largest_counts_and_agreement_settles(readings: list[int]) -> None:
    at, settled = counting(readings, None)
    assert readings[at] == max(readings)
    assert settled == (min(readings) == max(readings))


@given(st.lists(quantities, min_size=1, max_size=16), st.data())
def test_a_decision_settles(readings: list[int], data: st.DataObject) -> None:
    decided = data.draw(st.integers(0, len(readings) - 1))
    assert counting(readings, decided) == (decided, True)


@given(st.lists(quantities, max_size=12), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_sum_loses_less_than_a_gram(parts: list[int], numerator: int, denominator: int) -> None:
    ratio = Ratio(numerator=numerator, denominator=denominator)
    exact = Fraction(sum(parts) * numerator, denominator)
    assert 0 <= exact - converted({"f": sum(parts)}, {"f": ratio}) < 1
    assert converted({"f": sum(parts)}, {"f": ratio}) >= sum(ratio.of(one) for one in parts)


@given(
    st.integers(1, 10**9),
    st.lists(st.integers(0, 3 * 10**9), min_size=1, max_size=10).map(sorted),
    st.lists(st.integers(1, 20_000), min_size=1, max_size=8, unique=True).map(sorted),
)
def test_each_threshold_alerts_once_however_use_grows(
    limit: int, steps: list[int], thresholds: list[int]
) -> None:
    alerts = [
        one
        for before, now in zip([0, *steps], steps, strict=False)
        for one in crossed(limit, before, now, thresholds)
    ]
    assert alerts == [one for one in thresholds if steps[-1] * 10_000 >= limit * one]


@given(st.lists(st.tuples(quantities, st.integers(1, 10**6)), max_size=12))
def test_ranks_follow_the_fractions(uses: list[tuple[int, int]]) -> None:
    values = [Fraction(*one) for one in uses]
    assert list(ranks(uses)) == [1 + sum(other < one for other in values) for one in values]


def test_an_audit_is_due_from_300_tce_or_5000_m2() -> None:
    assert not audit_due(AUDIT_GCE_MIN - 1, 4_999)
    assert audit_due(300_000_000, 0)
    assert audit_due(0, 5_000)
