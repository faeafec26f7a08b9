"""Amounts, days, codes of organisations and regions: shapes, bounds and their refusals."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules import regions, uscc
from tanhui.chaincode.rules.days import (
    DAY_MAX,
    Day,
    WorkingCalendar,
    add_months,
    day_of,
    day_text,
    first_second,
    from_date,
    month_of,
    parse_day,
    to_date,
    year_of,
)
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.mass import RATIO_MAX, Ratio, award, carry
from tanhui.chaincode.rules.names import require_hash, require_id, require_text
from tanhui.chaincode.rules.quantities import AMOUNT_MAX, parse_amount, share, tonnes_text


@given(st.integers(0, AMOUNT_MAX))
def test_an_amount_reads_back_from_its_decimal_string(amount: int) -> None:
    assert parse_amount(str(amount), "points") == amount


@pytest.mark.parametrize(
    "text", ["", "-", "+1", "01", "-0", "1.0", "1e3", " 1", "1 ", "٣", "1_000", "9" * 20]
)
def test_other_spellings_of_a_number_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_amount(text, "points")
    assert (refused.value.code, refused.value.field) == ("value.not_an_integer", "points")


@pytest.mark.parametrize("text", ["-1", "9223372036854775808"])
def test_negative_and_huge_amounts_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_amount(text, "points")
    assert refused.value.code == "value.out_of_range"
    assert refused.value.value == text
    assert refused.value.params == {"low": "0", "high": "9223372036854775807"}


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_share_and_the_rest_make_the_whole(total: int, rate: int) -> None:
    part = share(total, rate)
    assert 0 <= part <= total
    assert part * 10_000 <= total * rate < (part + 1) * 10_000


def test_tonnes_have_three_decimals() -> None:
    assert [tonnes_text(k) for k in (0, 5, 1500, 700_000, -1)] == [
        "0.000",
        "0.005",
        "1.500",
        "700.000",
        "-0.001",
    ]


@given(st.lists(st.integers(0, 10**9), max_size=50))
def test_carrying_loses_no_gram(additions: list[int]) -> None:
    kilograms = waiting = 0
    for grams in additions:
        carried = carry(waiting, grams)
        kilograms, waiting = kilograms + carried.kilograms, carried.grams
        assert 0 <= waiting < 1000
    assert kilograms * 1000 + waiting == sum(additions)


@given(
    st.lists(st.integers(0, 10**9), max_size=50),
    st.integers(0, RATIO_MAX),
    st.integers(1, RATIO_MAX),
)
def test_awards_carry_their_remainder(grams: list[int], numerator: int, denominator: int) -> None:
    ratio, points, remainder = Ratio(numerator, denominator), 0, 0
    for amount in grams:
        more, remainder = award(amount, ratio, remainder)
        points += more
    assert points == sum(grams) * numerator // denominator
    assert 0 <= remainder < denominator


def test_a_day_begins_at_16_utc_of_the_day_before() -> None:
    assert day_text(day_of(1_795_276_799)) == "2026-11-21"  # 2026-11-21T15:59:59Z
    assert day_text(day_of(1_795_276_800)) == "2026-11-22"


@given(st.integers(0, DAY_MAX))
def test_days_and_dates_agree(number: int) -> None:
    day = Day(number)
    assert from_date(to_date(day)) == day
    assert parse_day(day_text(day), "day") == day
    assert day_of(first_second(day)) == day
    assert day_of(first_second(day) - 1) == day - 1
    assert month_of(day) // 12 == year_of(day)


@pytest.mark.parametrize("text", ["", "20261121", "2026-W47-6", "2026-02-30", "1969-12-31", "2026-1-1"])
def test_other_spellings_of_a_day_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_day(text, "since")
    assert (refused.value.code, refused.value.value) == ("value.not_a_day", text)


def test_months_end_where_the_month_ends() -> None:
    start = parse_day("2024-01-31", "day")
    assert [day_text(add_months(start, n)) for n in (1, 13, 120)] == [
        "2024-02-29",
        "2025-02-28",
        "2034-01-31",
    ]
    assert add_months(DAY_MAX, 1) == DAY_MAX


def national_day_2026() -> WorkingCalendar:
    days = [from_date(date(2026, 10, 1) + timedelta(days=n)) for n in range(7)]
    return WorkingCalendar(
        "2026-1",
        from_date(date(2026, 1, 1)),
        from_date(date(2026, 12, 31)),
        frozenset(days),
        frozenset({from_date(date(2026, 10, 10))}),
    )


def test_a_notice_counts_working_days() -> None:
    calendar = national_day_2026()
    start = from_date(date(2026, 9, 30))
    assert day_text(calendar.after(start, 0)) == "2026-09-30"
    assert day_text(calendar.after(start, 1)) == "2026-10-08"
    assert day_text(calendar.after(start, 3)) == "2026-10-10"
    assert day_text(calendar.after(start, 4)) == "2026-10-12"


def test_a_calendar_does_not_guess_beyond_its_year() -> None:
    with pytest.raises(Refusal) as refused:
        national_day_2026().after(from_date(date(2026, 12, 30)), 3)
    assert refused.value.code == "value.calendar_end"
    assert refused.value.params == {"version": "2026-1", "until": "2026-12-31"}


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91440300708461136T", "9144030071526726XG"])
def test_published_credit_codes_pass(code: str) -> None:
    assert uscc.require_uscc(code, "id") == code


@given(st.text(uscc.ALPHABET, min_size=2, max_size=2), st.text("0123456789", min_size=6, max_size=6),
       st.text(uscc.ALPHABET, min_size=9, max_size=9), st.integers(0, 16), st.integers(1, 30))  # fmt: skip
def test_one_wrong_character_is_always_found(
    head: str, region: str, tail: str, position: int, shift: int
) -> None:
    body = head + region + tail
    code = body + uscc.check_character(body)
    assert uscc.require_uscc(code, "id") == code
    wrong = uscc.ALPHABET[(uscc.ALPHABET.index(code[position]) + shift) % 31]
    with pytest.raises(Refusal):
        uscc.require_uscc(code[:position] + wrong + code[position + 1 :], "id")


def test_a_wrong_check_character_is_named() -> None:
    with pytest.raises(Refusal) as refused:
        uscc.require_uscc("91350100M000100Y44", "id")
    assert refused.value.code == "value.uscc_check"
    assert refused.value.params == {"expected": "3"}


@pytest.mark.parametrize("code", ["370000", "370100", "370102", "100000", "820000"])
def test_divisions_pass(code: str) -> None:
    assert regions.require_region(code, "region") == code


@pytest.mark.parametrize("code", ["", "37", "990000", "370001", "37000a", "٣٧٠٠٠٠", "100001"])
def test_other_divisions_are_refused(code: str) -> None:
    with pytest.raises(Refusal) as refused:
        regions.require_region(code, "region")
    assert refused.value.code == "value.not_a_region"


def test_divisions_nest() -> None:
    assert regions.parent("370102") == "370100"
    assert regions.contains("370000", "370102")
    assert regions.contains("100000", "370102")
    assert not regions.contains("370102", "370000")
    assert not regions.contains("220000", "370102")


def test_ids_hashes_and_texts_have_one_shape() -> None:
    assert require_id("bus-trip.v2", "scene") == "bus-trip.v2"
    assert require_hash("ab" * 32, "evidence") == "ab" * 32
    assert require_text("济南公交", "name") == "济南公交"
    refused_calls: list[tuple[Callable[[], str], str]] = [
        (lambda: require_id("Bus", "scene"), "value.not_an_id"),
        (lambda: require_id("a" * 65, "scene"), "value.not_an_id"),
        (lambda: require_hash("AB" * 32, "evidence"), "value.not_a_hash"),
        (lambda: require_text("", "name"), "value.text_length"),
        (lambda: require_text("a\x00", "name"), "value.text_length"),
    ]
    for call, code in refused_calls:
        with pytest.raises(Refusal) as refused:
            call()
        assert refused.value.code == code
