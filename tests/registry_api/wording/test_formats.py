"""Figures as text: amounts exact, never rounded up; shares rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.registry_api.wording import formats


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_tonnes_are_exact(kilograms: int) -> None:
    text = formats.tonnes(kilograms)
    assert int(text.replace(",", "").replace(".", "")) == kilograms
    assert text[-4] == "."


@given(st.integers(min_value=0, max_value=10**15))
def test_grams_are_never_rounded_up(grams: int) -> None:
    shown = int(formats.tonnes_of_grams(grams).replace(",", "").replace(".", ""))
    assert shown * 1_000 <= grams < (shown + 1) * 1_000


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_rounded_half_up(part: int, whole: int) -> None:
    text = formats.share(part, whole).removesuffix(" %").replace(".", "")
    assert abs(int(text) * whole - part * 1_000) * 2 <= whole


def test_shares_of_a_batch() -> None:
    assert [formats.share(part, 109) for part in (92, 17, 0)] == ["84.4 %", "15.6 %", "0.0 %"]
    assert formats.share(1, 2_000) == "0.1 %"


def test_times_are_in_china() -> None:
    assert formats.moment(0) == "1970-01-01 08:00"
    assert formats.moment("2026-11-20T16:30:00Z") == "2026-11-21 00:30"
    assert formats.moment(None) == formats.moment("") == "–"
    assert formats.day(20_778) == "2026-11-21"


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (134_130_000, "1,341,300.00")])
def test_money(fen: int, text: str) -> None:
    assert formats.yuan(fen) == text


def test_hashes_are_cut_for_reading() -> None:
    assert formats.short("ab" * 32) == "ababababab…abab"
    assert formats.short("conference-2026") == "conference-2026"
    assert formats.percent(505) == "5.05 %"
    assert formats.share(1, 0) == "–"
