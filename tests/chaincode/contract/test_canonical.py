"""Our canonical JSON against the rfc8785 library, and amounts as decimal strings."""

from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.contract.amounts import AMOUNT_MAX, Amount, PositiveAmount
from tanhui.chaincode.contract.canonical import canonical_json, decode_amount

names = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_it_is_rfc_8785_for_what_the_ledger_writes(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(st.integers(0, AMOUNT_MAX))
def test_an_amount_travels_as_its_decimal_string_and_comes_back(value: int) -> None:
    text = canonical_json(Amount(value))
    assert text == f'"{value}"'.encode()
    assert msgspec.json.decode(text, type=Amount, dec_hook=decode_amount) == value


@pytest.mark.parametrize(
    "text", ["-1", "01", "+1", "1.0", " 1", "1 ", "", "1e3", "１", "-0", "9223372036854775808", "9" * 5000]
)
def test_what_is_no_canonical_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        decode_amount(Amount, text)


def test_an_amount_is_checked_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="expected 0"):
        Amount(Amount(1) - Amount(2))
    with pytest.raises(ValueError, match="expected 1"):
        PositiveAmount(0)


def test_a_float_has_no_place_in_a_record() -> None:
    class Bad:
        pass

    with pytest.raises(TypeError, match="no place"):
        canonical_json(Bad())
