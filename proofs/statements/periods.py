"""Settlement periods: a calendar month, quarter or year in UTC+8, written 2026-11, 2026-Q4 or 2026."""

import re
from calendar import timegm
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from tanhui.proofs.errors import FormatError

Settlement: TypeAlias = Literal["month", "quarter", "year"]

OFFSET_S: Final = 8 * 3600
_EPOCH: Final = date(1970, 1, 1).toordinal()
_FORM: Final = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first second of its first day to before the first second after its last, POSIX seconds."""

    name: str
    settlement: Settlement
    start: int
    end: int

    @property
    def previous(self) -> "Period":
        """The period of the same kind that ends where this one begins."""
        return period_at(self.start - 1, self.settlement)


def parse_period(text: str) -> Period:
    """Read a period's name.

    Raises:
        FormatError: statement.period.
    """
    found = _FORM.match(text)
    if found is None or found[1] == "0000":
        raise FormatError("statement.period", f"{text!r} is none of 2026-11, 2026-Q4, 2026")
    year, month, quarter = int(found[1]), found[2], found[3]
    if month:
        return _period(text, "month", year, int(month), 1)
    if quarter:
        return _period(text, "quarter", year, 3 * int(quarter) - 2, 3)
    return _period(text, "year", year, 1, 12)


def period_at(seconds: int, settlement: Settlement) -> Period:
    """The period in which a moment lies."""
    days = (seconds + OFFSET_S) // 86_400
    year, month = _year_and_month(days)
    if settlement == "month":
        return parse_period(f"{year:04d}-{month:02d}")
    if settlement == "quarter":
        return parse_period(f"{year:04d}-Q{(month + 2) // 3}")
    return parse_period(f"{year:04d}")


def _period(name: str, settlement: Settlement, year: int, month: int, months: int) -> Period:
    after = month + months
    until = (year + 1, after - 12) if after > 12 else (year, after)
    return Period(name, settlement, _first_second(year, month), _first_second(*until))


def _first_second(year: int, month: int) -> int:
    return timegm((year, month, 1, 0, 0, 0)) - OFFSET_S


def _year_and_month(days: int) -> tuple[int, int]:
    day = date.fromordinal(days + _EPOCH)
    return day.year, day.month
