"""Caps of an agreement, drawn in shards: which counters a transfer raises, and how far each may go."""

from typing import NamedTuple

from tanhui.chaincode.rules.days import Day, day_text, year_of
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import Caps


class Counter(NamedTuple):
    """One counter: its key's parts after agreement and source, what it may reach, and which cap it is of."""

    scope: str
    limit: int
    cap: str


def counters(caps: Caps, shard: int, person: str, locked: Day) -> tuple[Counter, ...]:
    """The counters that a transfer of this person, in this shard, locked on this day raises.

    Source and destination both count by the lock's day, each on its own ledger; what is unlocked is given
    back at the source and was never counted at the destination, so an honest source is never refused there.

    Raises:
        Refusal: recognition.shard_unknown.
    """
    if not 0 <= shard < caps.shards:
        raise codes.SHARD_UNKNOWN.at("shard", shard, shards=caps.shards)
    year = year_of(locked)
    shared = (
        (f"day/{day_text(locked)}", caps.per_day, "per_day"),
        (f"year/{year}", caps.per_year, "per_year"),
        ("total", caps.total, "total"),
    )
    found = [
        Counter(f"{scope}/{shard:02d}", share(limit, caps.shards, shard), name)
        for scope, limit, name in shared
        if limit
    ]
    if caps.per_person:
        found.append(Counter(f"person/{year}/{person}", caps.per_person, "per_person"))
    return tuple(found)


def share(limit: int, shards: int, shard: int) -> int:
    """A shard's part of a cap; all parts together are the whole of it."""
    each, rest = divmod(limit, shards)
    return each + (shard < rest)


def draw(counter: Counter, used: int, quantity: int) -> int:
    """What a counter stands at when `quantity` more source units are drawn.

    Raises:
        Refusal: recognition.cap.
    """
    if used + quantity > counter.limit:
        raise codes.CAP.at("quantity", quantity, cap=counter.cap, available=max(counter.limit - used, 0))
    return used + quantity
