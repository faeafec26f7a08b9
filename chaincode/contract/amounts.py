"""Amounts as they travel: whole numbers that JSON carries as decimal strings (state.md, State).

Arithmetic on an Amount gives a plain int; wrapping the result again checks its range, so a negative balance
can be computed but never written.
"""

from typing import Final, Self

AMOUNT_MAX: Final = 2**63 - 1
"""Fits a signed 64-bit field of the packed layouts."""


class Amount(int):
    """0..2^63−1 of some unit that its field names."""

    __slots__ = ()
    low = 0

    def __new__(cls, value: int | str = 0) -> Self:
        """ValueError when `value` is out of range."""
        self = super().__new__(cls, value)
        if not cls.low <= self <= AMOUNT_MAX:
            raise ValueError(f"expected {cls.low}..{AMOUNT_MAX}")
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self)})"

    __str__ = int.__repr__


class PositiveAmount(Amount):
    """1..2^63−1: an amount that something moves."""

    __slots__ = ()
    low = 1
