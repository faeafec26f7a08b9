"""Nullifiers: one person's claim of one slot, whatever app it is made with, and nothing else (state.md, Identity).

For a group whose methodologies ask for them, the identity authority sends for each account and slot a nullifier =
HMAC(its secret, group ‖ slot), cut to sixteen bytes: accounts of one person get the same for one slot, and others for
every other slot. A binding is 40 bytes:

| bytes | field |
| --- | --- |
| 0–15 | account |
| 16–23 | slot (slots.py) |
| 24–39 | nullifier |

State grows with claims, so both keys begin with the slot's last day, and are pruned after it.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import identity as codes
from tanhui.chaincode.rules.slots import SLOT_BYTES, group_number

NULLIFIER_BYTES: Final = 16
ACCOUNT_BYTES: Final = 16
BOUND_BYTES: Final = ACCOUNT_BYTES + SLOT_BYTES + NULLIFIER_BYTES
BOUND_MAX: Final = 5_000


class Nullifier:
    """One nullifier while a batch is worked through."""

    __slots__ = ("known", "used")

    def __init__(self, *, used: bool) -> None:
        self.known = used
        self.used = used

    @property
    def changed(self) -> bool:
        """Whether it was used up since it was read."""
        return self.used != self.known


Nullifiers = Mapping[tuple[bytes, bytes], Nullifier]
"""By account and slot; accounts of one person share the object."""


class Bound(NamedTuple):
    """An account's nullifier for a slot."""

    account: bytes
    slot: bytes
    nullifier: bytes

    @property
    def until(self) -> Day:
        """The last day on which the slot can be claimed."""
        return slot_until(self.slot)


def slot_until(slot: bytes) -> Day:
    """The last day on which a slot can be claimed."""
    return Day(int.from_bytes(slot[:2], "big"))


def bound_in(packed: bytes, group: str) -> Iterator[Bound]:
    """Each packed binding; every account and slot once, all slots of the group.

    Raises:
        Refusal: identity.bindings_width, identity.bound_twice, identity.slot_group.
    """
    count, rest = divmod(len(packed), BOUND_BYTES)
    if rest or not 1 <= count <= BOUND_MAX:
        raise codes.BINDINGS_WIDTH.at("bindings", len(packed), width=BOUND_BYTES, limit=BOUND_MAX)
    number = group_number(group).to_bytes(4, "big")
    seen: set[bytes] = set()
    for at in range(0, len(packed), BOUND_BYTES):
        one = packed[at : at + BOUND_BYTES]
        account, slot = one[:ACCOUNT_BYTES], one[ACCOUNT_BYTES : ACCOUNT_BYTES + SLOT_BYTES]
        if slot[2:6] != number:
            raise codes.SLOT_GROUP.at("bindings", slot.hex(), group=group)
        if account + slot in seen:
            raise codes.BOUND_TWICE.at("bindings", account.hex())
        seen.add(account + slot)
        yield Bound(account, slot, one[ACCOUNT_BYTES + SLOT_BYTES :])
