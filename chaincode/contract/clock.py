"""The transaction's time: the proposal's timestamp and nothing else (state.md, Time)."""

from typing import Final

SECONDS_PER_DAY: Final = 86_400
UTC8_OFFSET_SECONDS: Final = 8 * 3_600


def day_of(seconds: int) -> int:
    """Days since 1970-01-01, counted in UTC+8, of a second counted in UTC."""
    return (seconds + UTC8_OFFSET_SECONDS) // SECONDS_PER_DAY
