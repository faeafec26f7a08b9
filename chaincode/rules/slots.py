"""Claim slots: one trip is claimed once, under one scene (domain.md, Nullifier; state.md, Identity).

An exclusion group divides time into slots; a record claims the slot in which its activity happened, and a
slot is claimed once. A claimed slot is 8 bytes:

| bytes | field |
| --- | --- |
| 0–1 | the last day on which the slot can be claimed, days since 1970-01-01 in UTC+8 (until 2149) |
| 2–5 | the group's number: the first four bytes of SHA-256 of its name |
| 6–7 | which slot of that day; 0 where the slot is a day or longer |

The last day comes first, so that slots that nobody can claim any more are found without knowing their group.
"""

from hashlib import sha256
from struct import Struct
from typing import Annotated, Literal, TypeAlias

import msgspec

from tanhui.chaincode.rules.days import (
    SECONDS_PER_DAY,
    UTC8_OFFSET_SECONDS,
    Day,
    add_months,
    from_date,
    to_date,
)
from tanhui.chaincode.rules.names import ID_LENGTH_MAX

SlotLength: TypeAlias = Literal["10m", "30m", "1h", "6h", "1d", "1mo", "1y"]

SLOT_BYTES = 8
CLAIM_DAYS_MAX = 366
RECORDS_PER_DAY_MAX = 1_000
_SECONDS: dict[str, int] = {"10m": 600, "30m": 1_800, "1h": 3_600, "6h": 21_600, "1d": SECONDS_PER_DAY}
_SLOT = Struct(">HIH")


class Crediting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a methodology says about claiming: which group, how long a slot, how late, how often."""

    exclusion_group: Annotated[
        str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)", max_length=ID_LENGTH_MAX)
    ]
    slot: SlotLength
    claim_days: Annotated[int, msgspec.Meta(ge=0, le=CLAIM_DAYS_MAX)]
    """A record is accepted until so many days after the last day of its slot."""
    records_per_day: Annotated[int, msgspec.Meta(ge=1, le=RECORDS_PER_DAY_MAX)]
    """Accepted records of one account, group and slot day; of one person, where there is an authority."""
    authority: Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Z]{18})?$(?!\n)", max_length=18)] = ""
    """Identity authority whose buckets make the group shared across apps; empty: claimed in each account."""
    identity: Literal["buckets", "nullifiers"] = "buckets"
    """How a shared group knows one person's claims (state.md, Identity of persons): by a bucket of the month, or by
    one nullifier a slot, which links nothing but the claims of that slot."""


def group_number(name: str) -> int:
    """The number that stands for a group's name in a slot."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big")


class SlotClock:
    """Slots of one group, by the second in which an activity happened. Remembers those of one batch."""

    def __init__(self, crediting: Crediting) -> None:
        self._group = group_number(crediting.exclusion_group)
        self._length = crediting.slot
        self._window = _SECONDS.get(crediting.slot, SECONDS_PER_DAY)
        self._claim_days = crediting.claim_days
        self._known: dict[int, tuple[bytes, int]] = {}

    def slot(self, seconds: int) -> tuple[bytes, int]:
        """The slot of an activity at `seconds` (UTC since 1970), and the last day on which to claim it."""
        window = (seconds + UTC8_OFFSET_SECONDS) // self._window
        found = self._known.get(window)
        if found is None:
            found = self._known[window] = self._make(window * self._window)
        return found

    def _make(self, local_seconds: int) -> tuple[bytes, int]:
        day, second = divmod(local_seconds, SECONDS_PER_DAY)
        end = day
        if self._length == "1mo":
            end = add_months(from_date(to_date(Day(day)).replace(day=1)), 1) - 1
        elif self._length == "1y":
            end = from_date(to_date(Day(day)).replace(month=12, day=31))
        index = second // self._window if self._length in _SECONDS else 0
        until = end + self._claim_days
        return _SLOT.pack(until, self._group, index), until


def is_claimed(slots: bytes, slot: bytes) -> bool:
    """Whether `slot` stands among the packed `slots`."""
    at = slots.find(slot)
    while at >= 0 and at % SLOT_BYTES:  # a match across two neighbours is none
        at = slots.find(slot, at + 1)
    return at >= 0


def claimed_on_day(slots: bytes, slot: bytes) -> int:
    """How many of the packed `slots` share group and day with `slot`."""
    prefix = slot[:6]
    return sum(slots[at : at + 6] == prefix for at in range(0, len(slots), SLOT_BYTES))


def prune(slots: bytes, today: Day) -> bytes:
    """The packed slots that can still be claimed on `today` or later."""
    if not slots:
        return slots
    oldest = today.to_bytes(2, "big")
    return b"".join(
        [slots[at : at + 8] for at in range(0, len(slots), SLOT_BYTES) if slots[at : at + 2] >= oldest]
    )
