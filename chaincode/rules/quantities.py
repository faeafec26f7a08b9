"""Amounts: whole numbers with a unit, bounded on both sides (domain.md, Units).

| type | unit |
| --- | --- |
| Points | points |
| Grams | grams CO2e, a reduction |
| Kilograms | kilograms CO2e (0.001 t), a credit; one serial number each |
| Fen | 0.01 yuan |
| BasisPoints | 0.01 % |

JSON carries an amount as a decimal string. There is no float anywhere below the pages.
"""

from typing import NewType

from tanhui.chaincode.rules.errors import values as codes

Points = NewType("Points", int)
Grams = NewType("Grams", int)
Kilograms = NewType("Kilograms", int)
Fen = NewType("Fen", int)
BasisPoints = NewType("BasisPoints", int)

AMOUNT_MAX = 2**63 - 1
"""The largest amount of any unit: fits a signed 64-bit field of the packed layouts."""

BASIS_POINTS_WHOLE = 10_000
GRAMS_PER_KILOGRAM = 1_000
KILOGRAMS_PER_TONNE = 1_000
_DIGITS_MAX = 19
_TEXT_SHOWN_MAX = 40


def parse_amount(text: str, field: str, low: int = 0, high: int = AMOUNT_MAX) -> int:
    """The integer that a canonical decimal string stands for: no sign on zero, no leading zero, no space.

    Raises:
        Refusal: value.not_an_integer, value.out_of_range.
    """
    digits = text.removeprefix("-")
    canonical = (
        0 < len(digits) <= _DIGITS_MAX
        and digits.isascii()
        and digits.isdigit()
        and (digits[0] != "0" or text == "0")
    )
    if not canonical:
        raise codes.NOT_AN_INTEGER.at(field, text[:_TEXT_SHOWN_MAX])
    return require_between(int(text), field, low, high)


def require_between(value: int, field: str, low: int, high: int = AMOUNT_MAX) -> int:
    """`value` again, when low <= value <= high.

    Raises:
        Refusal: value.out_of_range.
    """
    if not low <= value <= high:
        raise codes.OUT_OF_RANGE.at(field, value, low=low, high=high)
    return value


def share(total: int, basis_points: int) -> int:
    """The part of `total` that a rate in basis points gives, rounded down; the rest keeps what is left."""
    require_between(basis_points, "basis_points", 0, BASIS_POINTS_WHOLE)
    return total * basis_points // BASIS_POINTS_WHOLE


def tonnes_text(kilograms: int) -> str:
    """Kilograms as tonnes with three decimals, the way that pages show them: 1500 → "1.500"."""
    sign = "-" if kilograms < 0 else ""
    whole, rest = divmod(abs(kilograms), KILOGRAMS_PER_TONNE)
    return f"{sign}{whole}.{rest:03d}"
