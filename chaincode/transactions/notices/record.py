"""Notices, their rules and their comments on the ledger."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.days import Day, WorkingCalendar, from_date
from tanhui.chaincode.transactions.fields import Slug

NoticeKind: TypeAlias = Literal["methodology", "project", "issuance"]
Subject = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*(@[0-9]{1,6})?$(?!\n)", max_length=80)]
"""`id@version` of a methodology, a project's id, `project@period` of an issuance."""
CalendarDays = Annotated[tuple[date, ...], msgspec.Meta(max_length=400)]
NoticeDays = Annotated[int, msgspec.Meta(ge=0, le=250)]


class NoticeRules(msgspec.Struct, frozen=True, kw_only=True):
    """How many working days each kind is on notice, 0 for none, by which calendar."""

    calendar: Slug
    since: date
    until: date
    holidays: CalendarDays
    worked_weekends: CalendarDays
    methodology: NoticeDays
    project: NoticeDays
    issuance: NoticeDays

    def days_for(self, kind: NoticeKind) -> int:
        """Working days of a kind's notice."""
        return {"methodology": self.methodology, "project": self.project, "issuance": self.issuance}[kind]

    def ends(self, opened: Day, kind: NoticeKind) -> Day:
        """The last day of a notice that begins on a day; that day is not counted.

        Raises:
            Refusal: value.calendar_end.
        """
        calendar = WorkingCalendar(
            self.calendar,
            from_date(self.since),
            from_date(self.until),
            frozenset(map(from_date, self.holidays)),
            frozenset(map(from_date, self.worked_weekends)),
        )
        return calendar.after(opened, self.days_for(kind))


DEFAULT_RULES: Final = NoticeRules(
    calendar="default",
    since=date(2024, 1, 1),
    until=date(2099, 12, 31),
    holidays=(),
    worked_weekends=(),
    methodology=0,
    project=0,
    issuance=0,
)
"""What holds until two persons of the regulator set rules: no kind is on notice, and Monday to Friday are worked.

No length is assumed, because the documents state none; a registry that wants notices says so in its first hour.
"""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown to the public, and until when; the calendar's version says how that was counted."""

    kind: NoticeKind
    subject: str
    document: str
    opened: int
    ends: int
    calendar: str


class NoticeComment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment of an organisation, and its answer, empty until there is one."""

    organisation: str
    number: int
    text: str
    answer: str

    @property
    def name(self) -> str:
        """As refusals show it."""
        return f"{self.organisation}:{self.number}"


NOTICE: Final = KeyType("notice", ("kind", "subject"), JsonCodec(Notice))
NOTICE_COMMENT: Final = KeyType(
    "notice_comment", ("kind", "subject", "organisation", "number"), JsonCodec(NoticeComment)
)
NOTICE_RULES: Final = KeyType("notice_rules", (), JsonCodec(NoticeRules))
