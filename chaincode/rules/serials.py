"""The serial interval ledger: who holds which kilograms (domain.md, Serial interval ledger).

One serial is one kilogram CO2e. A batch's serials run from 1. Every range has one state, one holder and any
number of independent holds; whatever happens to part of a range splits it first, so that ranges of a batch
stay disjoint and complete.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Self

import msgspec

from tanhui.chaincode.rules.errors import credits as codes

SERIAL_MAX = 2**53 - 1
HOLDS_MAX = 16
"""Holds on one range at a time."""


class Serial(int):
    """1..2^53−1; a decimal string in JSON, as every amount is."""

    __slots__ = ()

    def __new__(cls, value: int | str) -> Self:
        """ValueError when out of range."""
        self = super().__new__(cls, value)
        if not 1 <= self <= SERIAL_MAX:
            raise ValueError(f"expected 1..{SERIAL_MAX}")
        return self


class RangeState(StrEnum):
    """What has become of a range; all but `active` are final, except that a returned export reactivates."""

    ACTIVE = "active"
    RETIRED = "retired"
    CANCELLED = "cancelled"
    EXPORTED = "exported"


class HoldKind(StrEnum):
    """Why a range can neither move nor retire."""

    OFFER = "offer"
    LIEN = "lien"
    FREEZE = "freeze"
    LOCK = "lock"
    TRUST = "trust"
    RECALL = "recall"


class Hold(msgspec.Struct, frozen=True, order=True):
    """One reason, and the offer, lien, order or transfer that it stands for."""

    kind: HoldKind
    reference: str


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """Serials first..last of one batch, both included.

    `made_from` names the first serials of the ranges that this one was split or merged from when it came to
    be under its key: the way back through a serial's life.
    """

    batch: str
    first: Serial
    last: Serial
    holder: str
    state: RangeState = RangeState.ACTIVE
    holds: tuple[Hold, ...] = ()
    made_from: tuple[Serial, ...] = ()
    retirement: str = ""
    """Under which retirement it was used up; empty otherwise."""
    recall: str = ""
    """The recall that marked it; empty for what was never recalled."""

    @property
    def quantity(self) -> int:
        """Kilograms CO2e."""
        return self.last - self.first + 1

    @property
    def name(self) -> str:
        """The way refusals show it."""
        return f"{self.batch}:{self.first}-{self.last}"

    def holds_serial(self, serial: int) -> bool:
        """Whether `serial` lies in it."""
        return self.first <= serial <= self.last


class BrokenLedger(ValueError):  # noqa: N818  says what was found
    """Ranges of one batch that overlap, leave a gap or run over its end: no transaction can make that."""


def issue(batch: str, quantity: int, holder: str) -> Range:
    """A new batch's first range: `quantity` kilograms, all with one holder."""
    return Range(batch=batch, first=Serial(1), last=Serial(quantity), holder=holder)


def cut(whole: Range, first: int, last: int) -> tuple[Range, tuple[Range, ...]]:
    """Take serials first..last out of `whole`: (the piece, what is left on either side).

    Raises:
        Refusal: credits.range_backwards, credits.range_outside.
    """
    shown = f"{whole.batch}:{first}-{last}"
    if last < first:
        raise codes.RANGE_BACKWARDS.at("range", shown, first=first)
    if first < whole.first or last > whole.last:
        raise codes.RANGE_OUTSIDE.at("range", shown, first=whole.first, last=whole.last)
    bounds = ((whole.first, first - 1), (last + 1, whole.last))
    rest = tuple(_part(whole, low, high) for low, high in bounds if low <= high)
    return _part(whole, first, last), rest


def _part(whole: Range, first: int, last: int) -> Range:
    if (first, last) == (whole.first, whole.last):
        return whole
    return msgspec.structs.replace(whole, first=Serial(first), last=Serial(last), made_from=(whole.first,))


def merge(ranges: Sequence[Range]) -> Range:
    """One range out of several that continue each other with the same state, holder and holds.

    Raises:
        Refusal: credits.ranges_apart, naming the first that does not fit the one before it.
    """
    whole = ranges[0]
    for one in ranges[1:]:
        alike = msgspec.structs.replace(one, first=whole.first, last=whole.last, made_from=whole.made_from)
        if alike != whole or one.first != whole.last + 1:
            raise codes.RANGES_APART.at("range", one.name)
        whole = msgspec.structs.replace(whole, last=one.last)
    return msgspec.structs.replace(whole, made_from=tuple(one.first for one in ranges))


def require_holder(one: Range, organisation: str) -> None:
    """Refuse a range that somebody else holds.

    Raises:
        Refusal: credits.not_holder.
    """
    if one.holder != organisation:
        raise codes.NOT_HOLDER.at("range", one.name, holder=one.holder)


def require_active(one: Range) -> None:
    """Refuse a range that is retired, cancelled or exported.

    Raises:
        Refusal: credits.not_active.
    """
    if one.state is not RangeState.ACTIVE:
        raise codes.NOT_ACTIVE.at("range", one.name, state=one.state)


def require_free(one: Range, but: Hold | None = None) -> None:
    """Refuse a range that is not active, or that any hold stops, `but` the one that the mover itself placed.

    Raises:
        Refusal: credits.not_active, credits.held.
    """
    require_active(one)
    for hold in one.holds:
        if hold != but:
            raise codes.HELD.at("range", one.name, hold=hold.kind, reference=hold.reference)


def place(one: Range, hold: Hold) -> Range:
    """The active range with one more hold, whatever others it has.

    Raises:
        Refusal: credits.not_active, credits.hold_twice, credits.holds_many.
    """
    require_active(one)
    if hold in one.holds:
        raise codes.HOLD_TWICE.at("range", one.name, hold=hold.kind, reference=hold.reference)
    if len(one.holds) >= HOLDS_MAX:
        raise codes.HOLDS_MANY.at("range", one.name, limit=HOLDS_MAX)
    return msgspec.structs.replace(one, holds=tuple(sorted((*one.holds, hold))))


def release(one: Range, hold: Hold) -> Range:
    """The range without that hold; others stay.

    Raises:
        Refusal: credits.hold_absent.
    """
    if hold not in one.holds:
        raise codes.HOLD_ABSENT.at("range", one.name, hold=hold.kind, reference=hold.reference)
    return msgspec.structs.replace(one, holds=tuple(other for other in one.holds if other != hold))


def move(one: Range, to: str, by: Hold | None = None) -> Range:
    """The free range with another holder; `by` is the mover's own hold, which ends here.

    Raises:
        Refusal: credits.not_active, credits.held, credits.hold_absent.
    """
    require_free(one, by)
    moved = release(one, by) if by is not None else one
    return msgspec.structs.replace(moved, holder=to)


def end(one: Range, state: RangeState) -> Range:
    """The free range in a final state; it keeps its holder, so that the record says whose it was.

    Raises:
        Refusal: credits.not_active, credits.held.
    """
    assert state is not RangeState.ACTIVE
    require_free(one)
    return msgspec.structs.replace(one, state=state)


def retire(one: Range, retirement: str) -> Range:
    """The free range used up under a retirement.

    Raises:
        Refusal: credits.not_active, credits.held.
    """
    return msgspec.structs.replace(end(one, RangeState.RETIRED), retirement=retirement)


def hand_over(one: Range, to: str, by: Hold) -> Range:
    """As `move`, by who placed `by`; a recall's hold goes along, so that a right can end on recalled units too.

    Raises:
        Refusal: credits.not_active, credits.held, credits.hold_absent.
    """
    recalls = tuple(hold for hold in one.holds if hold.kind is HoldKind.RECALL)
    rest = msgspec.structs.replace(one, holds=tuple(hold for hold in one.holds if hold not in recalls))
    return msgspec.structs.replace(move(rest, to, by), holds=recalls)


def succeed(one: Range, predecessor: str, successor: str) -> Range:
    """The active range of an organisation that is merged into another; every hold goes along.

    Raises:
        Refusal: credits.not_holder, credits.not_active.
    """
    require_holder(one, predecessor)
    require_active(one)
    return msgspec.structs.replace(one, holder=successor)


def check_complete(ranges: Iterable[Range], batch: str, quantity: int) -> None:
    """Every serial 1..quantity of the batch stands in exactly one of the ranges, whatever their order.

    Raises:
        BrokenLedger: an overlap, a gap, a foreign range, or an end that is not the batch's.
    """
    expected = 1
    for one in sorted(ranges, key=lambda part: part.first):
        if one.batch != batch:
            raise BrokenLedger(f"{one.name} stands among the ranges of {batch}")
        if one.first != expected:
            what = "overlap" if one.first < expected else "gap"
            raise BrokenLedger(f"{what} before {one.name}: serial {expected} was expected")
        expected = one.last + 1
    if expected != quantity + 1:
        raise BrokenLedger(f"ranges of {batch} end at {expected - 1}, its quantity is {quantity}")
