"""Amounts, listings and citations of the market."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.days import from_date
from tanhui.chaincode.rules.errors import Refusal
from tanhui.chaincode.rules.market import Citation, CitationKind, amount_fen, left, require_cited

TODAY = from_date(date(2026, 11, 21))
KINDS: tuple[CitationKind, ...] = ("allowance", "ccer", "local_trade", "survey")


@given(quantity=st.integers(1, 10**9), price=st.integers(1, 10**7))
def test_an_amount_is_the_exact_one_rounded_up_to_a_fen(quantity: int, price: int) -> None:
    amount = amount_fen(quantity, price)
    assert (amount - 1) * 1_000 < quantity * price <= amount * 1_000


@given(listed=st.integers(0, 1_000), asked=st.lists(st.integers(1, 300), max_size=10))
def test_a_listing_is_never_oversold(listed: int, asked: list[int]) -> None:
    available = listed
    for one in asked:
        if one <= available:
            available = left(available, one)
        else:
            with pytest.raises(Refusal, match=r"market\.oversold"):
                left(available, one)
    assert 0 <= available <= listed


@given(kinds=st.lists(st.sampled_from(KINDS), max_size=6))
def test_a_reference_price_cites_allowances_and_ccer(kinds: list[CitationKind]) -> None:
    citations = [Citation(kind=kind, price=1, source="s", day=date(2026, 11, 20)) for kind in kinds]
    if {"allowance", "ccer"} <= set(kinds):
        require_cited(citations, TODAY)
    else:
        with pytest.raises(Refusal, match=r"market\.citation"):
            require_cited(citations, TODAY)
