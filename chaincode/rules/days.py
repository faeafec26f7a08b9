"""Days: calendar days in UTC+8, counted from 1970-01-01 (state.md, Time). Storage is UTC.

A `Day` is a plain integer, so that it packs, sorts and subtracts; `parse_day` reads its ISO form.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import NewType

from tanhui.chaincode.rules.errors import values as codes

Day = NewType("Day", int)

SECONDS_PER_DAY = 86_400
UTC8_OFFSET_SECONDS = 8 * 3_600
DAY_MAX = Day(date(9999, 12, 31).toordinal() - date(1970, 1, 1).toordinal())
_EPOCH = date(1970, 1, 1).toordinal()
_SATURDAY = 5
_CALENDAR_STEPS_MAX = 4_000


def day_of(seconds: int) -> Day:
    """The day in UTC+8 on which the second `seconds` (UTC, since 1970) falls."""
    return Day((seconds + UTC8_OFFSET_SECONDS) // SECONDS_PER_DAY)


def first_second(day: Day) -> int:
    """The first second (UTC, since 1970) of a day in UTC+8."""
    return day * SECONDS_PER_DAY - UTC8_OFFSET_SECONDS


def to_date(day: Day) -> date:
    """The calendar date of a day."""
    return date.fromordinal(day + _EPOCH)


def from_date(value: date) -> Day:
    """The day of a calendar date."""
    return Day(value.toordinal() - _EPOCH)


def day_text(day: Day) -> str:
    """YYYY-MM-DD."""
    return to_date(day).isoformat()


def parse_day(text: str, name: str) -> Day:
    """The day that YYYY-MM-DD names; other ISO forms are refused. From 1970-01-01 on.

    Raises:
        Refusal: value.not_a_day.
    """
    try:
        value = date.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or text != value.isoformat() or value.toordinal() < _EPOCH:
        raise codes.NOT_A_DAY.at(name, text[:40])
    return from_date(value)


def year_of(day: Day) -> int:
    """The calendar year, in UTC+8: a vintage, a quota's year."""
    return to_date(day).year


def month_of(day: Day) -> int:
    """Months since January of year 0: sorts and subtracts; the bucket month of state.md."""
    value = to_date(day)
    return value.year * 12 + value.month - 1


def add_months(day: Day, months: int) -> Day:
    """The same day of the month so many months later, or that month's last day; 9999-12-31 at most."""
    value = to_date(day)
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if year > 9999:
        return DAY_MAX
    return from_date(date(year, month + 1, min(value.day, monthrange(year, month + 1)[1])))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """A version of the working-day calendar: Monday to Friday, less holidays, plus weekends worked instead.

    Notices count working days by it (domain.md, Two-person rule). The State Council publishes it for a year
    at a time, so a calendar covers `since..until` and refuses to guess about a later day.
    """

    version: str
    since: Day
    until: Day
    holidays: frozenset[Day] = field(default_factory=frozenset)
    worked_weekends: frozenset[Day] = field(default_factory=frozenset)

    def is_working(self, day: Day) -> bool:
        """Whether people work on `day`.

        Raises:
            Refusal: value.calendar_end.
        """
        if not self.since <= day <= self.until:
            raise codes.CALENDAR_END.at(
                "day", day_text(day), version=self.version, until=day_text(self.until)
            )
        if to_date(day).weekday() >= _SATURDAY:
            return day in self.worked_weekends
        return day not in self.holidays

    def after(self, start: Day, working_days: int) -> Day:
        """The working day that is `working_days` (0..1000) later; the start itself is not counted.

        Raises:
            Refusal: value.calendar_end, value.out_of_range.
        """
        if not 0 <= working_days <= 1_000:
            raise codes.OUT_OF_RANGE.at("working_days", working_days, low=0, high=1_000)
        day, left = start, working_days
        for _ in range(_CALENDAR_STEPS_MAX):
            if left == 0:
                return day
            day = Day(day + 1)
            left -= self.is_working(day)
        raise codes.CALENDAR_END.at("day", day_text(day), version=self.version, until=day_text(self.until))
