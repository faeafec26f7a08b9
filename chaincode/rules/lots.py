"""Points lots: what an account holds, earliest expiry first (domain.md, Points lots).

Amounts are whole points; days are counted in UTC+8. An account's lots are sorted by (expires, issue) and no
two share both, so an account stays small however many activities it was credited for.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import points as codes
from tanhui.chaincode.rules.quantities import AMOUNT_MAX

LOTS_MAX: Final = 1_000
"""Lots in one account: eighty years of twelve issues each, or two years of forty a month."""

ISSUE_ID_BYTES: Final = 8


class Lot(NamedTuple):
    """Points of one issue that expire together."""

    expires: Day
    """The last day on which they can be spent."""
    issue: bytes
    """Eight bytes (issues.py): programme version, where they were earned, and vintage."""
    points: int
    """> 0."""


Lots = tuple[Lot, ...]


class Split(NamedTuple):
    """What stays in the account, and what was taken out; both keep issue and expiry."""

    stays: Lots
    taken: Lots


class Received(NamedTuple):
    """An account after points arrived: its lots, the debt that is left, and how many points repaid debt."""

    lots: Lots
    debt: int
    repaid: int


def total(lots: Iterable[Lot]) -> int:
    """Points in lots, expired ones included."""
    return sum(lot.points for lot in lots)


def available(lots: Lots, today: Day) -> int:
    """Points that can be spent today."""
    return sum(lot.points for lot in lots if lot.expires >= today)


def spend(lots: Lots, points: int, today: Day) -> Split:
    """Take `points` (> 0) from the unexpired lots, the ones that expire first before the others.

    Raises:
        Refusal: points.insufficient, when the unexpired lots hold less.
    """
    spendable = available(lots, today)
    if spendable < points:
        raise codes.INSUFFICIENT.at("points", points, available=spendable)
    return _take(lots, points, lambda lot: lot.expires >= today)


def take_issue(lots: Lots, issue: bytes, points: int) -> Split:
    """Take what is left of one issue, `points` at most, expired lots included."""
    return _take(lots, points, lambda lot: lot.issue == issue)


def expire(lots: Lots, today: Day) -> Split:
    """Take the lots whose last day has passed."""
    return Split(
        tuple(lot for lot in lots if lot.expires >= today),
        tuple(lot for lot in lots if lot.expires < today),
    )


def receive(lots: Lots, arriving: Iterable[Lot], debt: int) -> Received:
    """Add lots to an account; its debt is repaid first, from what expires first among the arriving ones.

    What repays debt makes no lot: it was spent before it came.

    Raises:
        Refusal: points.lots_full, points.balance_limit.
    """
    held = list(lots)
    left = debt
    for lot in sorted(arriving):
        repays = min(left, lot.points)
        left -= repays
        if lot.points > repays:
            _merge(held, lot._replace(points=lot.points - repays) if repays else lot)
    if len(held) > LOTS_MAX:
        raise codes.LOTS_FULL.at("lots", len(held), limit=LOTS_MAX)
    return Received(tuple(held), left, debt - left)


def reverse(lots: Lots, issue: bytes, points: int, debt: int) -> tuple[Split, int]:
    """Counter a wrong issue of `points`: take what is left of it; what is spent already is added to the debt.

    Returns the split and the new debt. Other lots are untouched: later issues repay the debt (domain.md,
    Correction), what was rightly earned before stays.
    """
    split = take_issue(lots, issue, points)
    return split, debt + points - total(split.taken)


def _take(lots: Lots, points: int, may_take: Callable[[Lot], bool]) -> Split:
    stays: list[Lot] = []
    taken: list[Lot] = []
    left = int(points)  # lots hold plain numbers, whatever subclass was asked for
    for lot in lots:
        part = min(left, lot.points) if left and may_take(lot) else 0
        left -= part
        if part:
            taken.append(lot._replace(points=part))
        if part < lot.points:
            stays.append(lot._replace(points=lot.points - part))
    return Split(tuple(stays), tuple(taken))


def _merge(held: list[Lot], lot: Lot) -> None:
    at = bisect_left(held, lot[:2])
    if at < len(held) and held[at][:2] == lot[:2]:
        points = held[at].points + lot.points
        if points > AMOUNT_MAX:
            raise codes.BALANCE_LIMIT.at("points", points, limit=AMOUNT_MAX)
        held[at] = lot._replace(points=points)
    else:
        held.insert(at, lot)
