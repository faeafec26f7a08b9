"""Reading and writing ranges: the one place that keeps ranges and holdings in step."""

from collections.abc import Callable, Iterable, Sequence

from tanhui.chaincode.rules.accounting import Entry
from tanhui.chaincode.rules.errors import credits as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import Range, RangeState, cut
from tanhui.chaincode.transactions.accounting.booking import PLAIN, Reason, book, book_change
from tanhui.chaincode.transactions.credits.record import Holding, Piece, Span, serial_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.parts import SerialRange

HOLDING_ROLES = frozenset(
    {
        Role.BROKER,
        Role.EVENT_ORGANISER,
        Role.EXCHANGE,
        Role.HOLDER,
        Role.MERCHANT,
        Role.PLATFORM_OPERATOR,
        Role.PROJECT_OWNER,
        Role.PUBLIC_INSTITUTION,
    }
)
"""Roles that may hold, move and retire credits. A verifier holds nothing, nor does who judges or audits."""

PARTS_MAX = 1_000
"""Ranges that one span may have been cut into by holds."""


async def change_pieces(
    tx: Tx, pieces: Sequence[Piece], change: Callable[[Range], Range], reason: Reason = PLAIN
) -> list[Range]:
    """Cut each piece out of its recorded range, change it, write and book everything. Returns the changed pieces.

    Pieces of one recorded range are cut one after the other: the later one names the range as it was.

    Raises:
        Refusal: credits.range_absent, credits.range_outside, credits.range_backwards, and what `change` raises.
    """
    await tx.load(*{tx.ranges.at(one.batch, serial_key(one.range)) for one in pieces})
    open_parts: dict[tuple[str, int], list[Range]] = {}
    changed = []
    for one in pieces:
        key = (one.batch, one.range)
        if key not in open_parts:
            open_parts[key] = [await recorded(tx, one.batch, one.range)]
        parts = open_parts[key]
        at = next((at for at, part in enumerate(parts) if part.holds_serial(one.first)), 0)
        piece, rest = cut(parts[at], one.first, one.last) if parts else _used_up(one)
        parts[at : at + 1] = rest
        for part in rest:
            put_range(tx, part, None)
        made = change(piece)
        put_range(tx, made, piece.holder)
        book_change(tx, piece, made, reason)
        changed.append(made)
    return changed


def _used_up(one: Piece) -> tuple[Range, tuple[Range, ...]]:
    raise codes.RANGE_TWICE.at("pieces", f"{one.batch}:{one.first}-{one.last}")


async def change_spans(
    tx: Tx, spans: Iterable[Span], change: Callable[[Range], Range], reason: Reason = PLAIN
) -> list[Range]:
    """Change every recorded range of the spans, into however many ranges holds have cut them.

    Raises:
        Refusal: credits.range_absent, credits.range_outside, and what `change` raises.
    """
    changed: list[Range] = []
    for span in spans:
        serial: int = span.first
        while serial <= span.last:
            part = await recorded(tx, span.batch, serial)
            if part.last > span.last or len(changed) >= PARTS_MAX:
                raise codes.RANGE_OUTSIDE.at("range", part.name, first=span.first, last=span.last)
            made = change(part)
            put_range(tx, made, part.holder)
            book_change(tx, part, made, reason)
            changed.append(made)
            serial = part.last + 1
    return changed


async def recorded(tx: Tx, batch: str, first: int) -> Range:
    """The range that begins with this serial.

    Raises:
        Refusal: credits.range_absent.
    """
    found = await tx.ranges.find(batch, serial_key(first))
    if found is None:
        raise codes.RANGE_ABSENT.at("range", first, batch=batch)
    return found


def put_range(tx: Tx, one: Range, holder_before: str | None) -> None:
    """Write a range and its holding; `holder_before` had one under the same first serial."""
    first = serial_key(one.first)
    tx.ranges.put(one, one.batch, first)
    if holder_before is not None and holder_before != one.holder:
        tx.holdings.delete(holder_before, one.batch, first)
    tx.holdings.put(Holding(batch=one.batch, first=one.first), one.holder, one.batch, first)


def enter_range(tx: Tx, one: Range, entry: Entry) -> None:
    """Write a range that is new on this ledger; what is active of it is booked as `entry`."""
    put_range(tx, one, None)
    if one.state is RangeState.ACTIVE:
        book(tx, one.holder, entry, one.quantity)


def drop_range(tx: Tx, one: Range) -> None:
    """Forget a range that was merged into another."""
    tx.ranges.delete(one.batch, serial_key(one.first))
    tx.holdings.delete(one.holder, one.batch, serial_key(one.first))


async def require_receiver(tx: Tx, organisation: str) -> None:
    """Refuse a receiver that is not active, or whose roles hold no credits.

    Raises:
        Refusal: contract.record_absent, credits.receiver.
    """
    found = await tx.organisations.get(organisation)
    if found.status != "active" or HOLDING_ROLES.isdisjoint(found.roles):
        raise codes.RECEIVER.at("receiver", organisation, status=found.status, roles=",".join(found.roles))


def quantity_of(ranges: Iterable[Range]) -> int:
    """Kilograms CO2e in ranges."""
    return sum(one.quantity for one in ranges)


def spans_of(ranges: Iterable[Range]) -> tuple[Span, ...]:
    """Where ranges lie, without their state."""
    return tuple(Span(batch=one.batch, first=one.first, last=one.last) for one in ranges)


def as_effect(ranges: Iterable[Range]) -> tuple[SerialRange, ...]:
    """Ranges as effects carry them."""
    return tuple(SerialRange(one.batch, int(one.first), int(one.last)) for one in ranges)
