"""Carbon insurance (碳保险): which serials a policy covers, when, and for how much a recall may be claimed."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.rules.errors import credits as credit_codes
from tanhui.chaincode.rules.errors import insurance as codes

Bounds: TypeAlias = tuple[int, int]
"""First and last serial, both included."""


def quantity_of(parts: Iterable[tuple[str, int, int]]) -> int:
    """Kilograms in parts (batch, first, last) that do not overlap.

    Raises:
        Refusal: credits.range_backwards, credits.range_twice.
    """
    quantity, before = 0, ("", 0)
    for batch, first, last in sorted(parts):
        shown = f"{batch}:{first}-{last}"
        if last < first:
            raise credit_codes.RANGE_BACKWARDS.at("range", shown, first=first)
        if (batch, first) <= before:
            raise credit_codes.RANGE_TWICE.at("pieces", shown)
        quantity, before = quantity + last - first + 1, (batch, last)
    return quantity


def shared(*sets: Sequence[Bounds]) -> int:
    """Serials that lie in every one of these sets; the parts of each set are disjoint."""
    common: list[Bounds] = list(sets[0])
    for other in sets[1:]:
        common = [
            (max(one[0], two[0]), min(one[1], two[1]))
            for one in common
            for two in other
            if one[0] <= two[1] and two[0] <= one[1]
        ]
    return sum(last - first + 1 for first, last in common)


def require_period(first_day: Day, last_day: Day, today: Day) -> None:
    """Refuse cover that begins before tomorrow, or ends before it begins: nothing is insured afterwards.

    Raises:
        Refusal: insurance.period.
    """
    if not today < first_day <= last_day:
        raise codes.PERIOD.at(
            "first_day", day_text(first_day), today=day_text(today), last_day=day_text(last_day)
        )


def claimable(lost: int, missing: int) -> int:
    """What may be claimed: covered serials that were lost, as far as nobody has replaced them yet.

    Raises:
        Refusal: insurance.nothing_covered.
    """
    claimed = min(lost, missing)
    if claimed == 0:
        raise codes.NOTHING_COVERED.at("policy", lost, missing=missing)
    return claimed


def require_covered_day(day: Day, first_day: Day, last_day: Day) -> None:
    """Refuse a loss of a day that is not covered.

    Raises:
        Refusal: insurance.not_covered.
    """
    if not first_day <= day <= last_day:
        raise codes.NOT_COVERED.at(
            "recall", day_text(day), first_day=day_text(first_day), last_day=day_text(last_day)
        )


def left(claimed: int, quantity: int) -> int:
    """What is still claimed after so much was replaced.

    Raises:
        Refusal: insurance.too_much.
    """
    if quantity > claimed:
        raise codes.TOO_MUCH.at("pieces", quantity, claimed=claimed)
    return claimed - quantity


def bounds(parts: Iterable[tuple[str, int, int]], batch: str) -> tuple[Bounds, ...]:
    """The parts of one batch, without its name."""
    return tuple((first, last) for name, first, last in parts if name == batch)
