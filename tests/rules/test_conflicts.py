"""Days overlap both ways or not at all, and a site has one spelling."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.conflicts import Claim, overlaps, site_of

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
spans = st.tuples(days, days).map(sorted)


def claim(first: date, last: date) -> Claim:
    return Claim(
        activity="solar-power",
        region="510100",
        site="0" * 64,
        scheme="ccer",
        reference="x",
        first_day=first,
        last_day=last,
        document="0" * 64,
    )


@given(spans, spans)
def test_overlap_is_what_two_spans_share(one: list[date], other: list[date]) -> None:
    shared = max(one[0], other[0]) <= min(one[1], other[1])
    assert overlaps(claim(*one), *other) is shared
    assert overlaps(claim(*other), *one) is shared


def test_a_site_has_one_spelling() -> None:
    assert site_of("510100", "meter", "5101-00 1234 ab") == site_of("510100", "meter", "5101001234AB")
    assert site_of("510100", "meter", "1") != site_of("510100", "parcel", "1")
    assert site_of("510100", "meter", "1") != site_of("330900", "meter", "1")
