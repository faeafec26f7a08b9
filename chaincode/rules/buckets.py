"""Claim buckets: one person's slots of one exclusion group and month, whatever app they claim with.

An identity authority, never an operator, binds each account to a bucket = HMAC(its secret, group ‖ month),
cut to sixteen bytes; accounts of one person get the same. What stands in the bucket are the slots claimed
(slots.py), so one trip is claimed once across apps and operators (state.md, Identity of persons).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tanhui.chaincode.rules.days import Day, month_of
from tanhui.chaincode.rules.errors import identity as codes

BINDING_BYTES: Final = 32
"""An account and its bucket."""
BINDINGS_MAX: Final = 5_000


class Bucket:
    """The slots that one person claimed in one group and month, while a batch is worked through."""

    __slots__ = ("known", "slots")

    def __init__(self, slots: bytes = b"") -> None:
        self.known = slots
        self.slots = slots

    @property
    def changed(self) -> bool:
        """Whether a slot was claimed since it was read."""
        return self.slots != self.known


Held = Mapping[tuple[bytes, int], Bucket]
"""Buckets by account and month (days.month_of); accounts of one person share the object."""


def bucket_month(until: int, claim_days: int) -> int:
    """The month of a slot: that of its last day, so that a slot longer than a month has one bucket too."""
    return month_of(Day(until - claim_days))


def bindings_in(packed: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(account, bucket) of each packed binding; every account once.

    Raises:
        Refusal: identity.bindings_width, identity.bound_twice.
    """
    count, rest = divmod(len(packed), BINDING_BYTES)
    if rest or not 1 <= count <= BINDINGS_MAX:
        raise codes.BINDINGS_WIDTH.at("bindings", len(packed), width=BINDING_BYTES, limit=BINDINGS_MAX)
    seen: set[bytes] = set()
    for at in range(0, len(packed), BINDING_BYTES):
        account = packed[at : at + 16]
        if account in seen:
            raise codes.BOUND_TWICE.at("bindings", account.hex())
        seen.add(account)
        yield account, packed[at + 16 : at + BINDING_BYTES]
