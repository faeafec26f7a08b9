"""Carbon-neutral events: what the rules allow, and whether a declaration holds (大型活动碳中和; domain.md, Event).

Rules are data of one version, filed by the regulator: kinds of event, emission categories, which offsets count
for what, the deadline, and the threshold of the free assessment (Chengdu 18). A dossier names its version.
Quantities are kilograms CO2e.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import events as codes

CATEGORIES_MAX: Final = 50
OFFSETS_MAX: Final = 200
"""Offsets that one dossier takes."""
KILOGRAMS_MAX: Final = 2**53 - 1

EventKind: TypeAlias = Literal["performance", "competition", "meeting", "forum", "exhibition"]
OffsetKind: TypeAlias = Literal["credit", "allowance", "green_power", "ccer"]
Claim: TypeAlias = Literal["full", "partial"]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)", max_length=64)]
Kilograms = Annotated[int, msgspec.Meta(ge=0, le=KILOGRAMS_MAX)]


class OffsetRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of offset that counts, for every category or for one: green power for electricity alone."""

    kind: OffsetKind
    category: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9._-]*$(?!\n)", max_length=64)] = ""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Emissions of one category, in kilograms."""

    category: Slug
    kg: Kilograms


class Offset(msgspec.Struct, frozen=True, kw_only=True):
    """What one retirement or outside document offsets, in kilograms."""

    kind: OffsetKind
    reference: str
    kg: int


class EventRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of the rules."""

    kinds: Annotated[tuple[EventKind, ...], msgspec.Meta(min_length=1, max_length=5)]
    categories: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1, max_length=CATEGORIES_MAX)]
    offsets: Annotated[tuple[OffsetRule, ...], msgspec.Meta(min_length=1, max_length=4)]
    deadline_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)]
    """Days after the event's last day within which it is declared."""
    assessment_threshold_kg: Kilograms
    """Subscriptions in a year that earn a free assessment."""

    def require_consistent(self) -> None:
        """Refuse rules that name something twice, or an offset for a category that they lack.

        Raises:
            Refusal: events.rules_shape.
        """
        for field, names in (
            ("kinds", self.kinds),
            ("categories", self.categories),
            ("offsets", tuple(one.kind for one in self.offsets)),
        ):
            for at, name in enumerate(names):
                if name in names[:at]:
                    raise codes.RULES_SHAPE.at(f"rules.{field}", name)
        for one in self.offsets:
            if one.category and one.category not in self.categories:
                raise codes.RULES_SHAPE.at("rules.offsets", one.category)

    def require_kind(self, kind: EventKind) -> None:
        """Refuse a kind of event that these rules do not know.

        Raises:
            Refusal: events.kind.
        """
        if kind not in self.kinds:
            raise codes.EVENT_KIND.at("kind", kind)

    def require_lines(self, lines: Sequence[Line]) -> None:
        """Refuse accounts with a category that these rules do not know, or with one twice.

        Raises:
            Refusal: events.category.
        """
        seen: set[str] = set()
        for at, line in enumerate(lines):
            if line.category not in self.categories or line.category in seen:
                raise codes.CATEGORY.at(f"lines[{at}].category", line.category)
            seen.add(line.category)

    def require_offset(self, kind: OffsetKind) -> None:
        """Refuse a kind of offset that does not count under these rules.

        Raises:
            Refusal: events.offset_kind.
        """
        if all(one.kind != kind for one in self.offsets):
            raise codes.OFFSET_KIND.at("kind", kind)

    def counted(self, lines: Sequence[Line], offsets: Iterable[Offset]) -> int:
        """Kilograms of the offsets that count: one for a single category, up to that category's emissions."""
        category_of = {one.kind: one.category for one in self.offsets}
        by_category: dict[str, int] = {}
        for offset in offsets:
            if offset.kind in category_of:
                category = category_of[offset.kind]
                by_category[category] = by_category.get(category, 0) + offset.kg
        limits = {line.category: line.kg for line in lines}
        anywhere = by_category.pop("", 0)
        return anywhere + sum(min(kg, limits.get(category, 0)) for category, kg in by_category.items())

    def require_declarable(self, claim: Claim, lines: Sequence[Line], offsets: Sequence[Offset]) -> int:
        """What counts, when the claim holds: "full" needs all emissions offset, "partial" some of them.

        Raises:
            Refusal: events.nothing_offset, events.not_offset.
        """
        counted, emitted = self.counted(lines, offsets), emissions(lines)
        if counted == 0 and emitted:
            raise codes.NOTHING_OFFSET.at("claim", claim)
        if claim == "full" and counted < emitted:
            raise codes.NOT_OFFSET.at("claim", counted, emissions=emitted)
        return counted

    def require_in_time(self, last_day: Day, today: Day) -> None:
        """Refuse a declaration after the deadline.

        Raises:
            Refusal: events.deadline.
        """
        until = Day(last_day + self.deadline_days)
        if today > until:
            raise codes.DEADLINE.at("event", day_text(today), until=day_text(until))


def emissions(lines: Iterable[Line]) -> int:
    """Kilograms in all categories."""
    return sum(line.kg for line in lines)
