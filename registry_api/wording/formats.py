"""How figures and times are shown: whole numbers in, text out; no amount is rounded up.

Tonnes have three decimals (domain.md, Units), which is exact for kilograms. Days and times are shown in UTC+8.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8))
EPOCH: Final = date(1970, 1, 1)
DASH: Final = "–"


def number(value: int | str) -> str:
    """A whole number with thousands apart: 1,234,567."""
    return f"{int(value):,}"


def tonnes(kilograms: int | str) -> str:
    """Kilograms as tonnes with three decimals, exact: 18250 is 18.250."""
    amount = int(kilograms)
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 1_000)
    return f"{sign}{whole:,}.{rest:03d}"


def tonnes_of_grams(grams: int | str) -> str:
    """Grams as tonnes with three decimals, what is below a kilogram left off."""
    return tonnes(int(grams) // 1_000)


def kilograms(grams: int | str) -> str:
    """Grams as kilograms with three decimals, exact."""
    return tonnes(grams)


def yuan(fen: int | str) -> str:
    """Fen as yuan with two decimals."""
    whole, rest = divmod(int(fen), 100)
    return f"{whole:,}.{rest:02d}"


def percent(basis_points: int | str) -> str:
    """Basis points as per cent with two decimals: 500 is 5.00 %."""
    whole, rest = divmod(int(basis_points), 100)
    return f"{whole}.{rest:02d} %"


def share(part: int, whole: int) -> str:
    """`part` of `whole` as per cent, rounded half up to one decimal; a dash where there is no whole."""
    if whole <= 0:
        return DASH
    tenths = (part * 2_000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def day(days: int) -> str:
    """Days since 1970-01-01 as a date."""
    return (EPOCH + timedelta(days=days)).isoformat()


def moment(time: str | int | None) -> str:
    """An RFC 3339 time, or seconds since 1970, to the minute in UTC+8; a dash where it is unknown."""
    if time in (None, ""):
        return DASH
    known = isinstance(time, int)
    found = datetime.fromtimestamp(int(time), UTC) if known else datetime.fromisoformat(str(time))
    return found.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def short(identifier: str, keep: int = 10) -> str:
    """A long hash cut for reading; whole where it is short."""
    return identifier if len(identifier) <= 2 * keep else f"{identifier[:keep]}…{identifier[-4:]}"
