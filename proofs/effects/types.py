"""The field types that effects are made of, each with its bound and its one JSON form.

A field is annotated with one of the aliases below, with a frozen dataclass of such fields, with
`tuple[T, ...]` of either, or with `T | None`. Nothing else is an effect's field.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from tanhui.proofs.errors import FormatError

AMOUNT_MAX = 2**63 - 1
ITEMS_MAX = 10_000
"""Most items in one list of an effect; a longer one is a bulk entry with a Merkle root."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string's bounds: UTF-8 bytes, and a pattern it matches as a whole."""

    bytes_max: int
    pattern: str = r"[^\x00-\x1f\x7f]+"

    def check(self, value: str, field: str) -> None:
        """Refuse a string out of bounds.

        Raises:
            FormatError: too long, or not of the pattern.
        """
        if len(value.encode("utf-8", "surrogatepass")) > self.bytes_max:
            raise FormatError("effect.text", f"{field} has more than {self.bytes_max} bytes")
        if not re.fullmatch(self.pattern, value, re.ASCII):
            raise FormatError("effect.text", f"{field} {value[:60]!r} does not match {self.pattern}")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number's bounds, both inclusive; a decimal string in JSON."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Octets:
    """A fixed number of bytes; lowercase hex in JSON."""

    length: int


Amount = Annotated[int, Whole(0, AMOUNT_MAX)]
"""Points, grams, kilograms or fen, as the field's name says; 0 allowed."""

Quantity = Annotated[int, Whole(1, AMOUNT_MAX)]
"""An amount that is moved: at least 1."""

Id = Annotated[str, Text(128, r"[^\x00-\x20\x7f]+")]
"""An identifier on the ledger: no blank, no control character."""

Note = Annotated[str, Text(4096, r"[^\x00-\x09\x0b-\x1f\x7f]+")]
"""A reason or purpose as a person wrote it; not empty."""

Day = Annotated[str, Text(10, r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
"""A day in UTC+8, YYYY-MM-DD."""

Digest = Annotated[bytes, Octets(32)]
"""A SHA256."""

Version = Annotated[int, Whole(1, 2**31 - 1)]
"""The version of a programme, a methodology or a rule, from 1."""


def day(value: date) -> str:
    """A date as effects carry it."""
    return value.isoformat()


class Lane(StrEnum):
    """The two kinds of units on the ledger."""

    POINTS = "points"
    CREDITS = "credits"
