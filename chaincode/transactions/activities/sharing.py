"""Claims of a batch whose exclusion group is shared across apps: by buckets, or by nullifiers, or not at all."""

from typing import Protocol

from tanhui.chaincode.rules.activity_records import claim_struct
from tanhui.chaincode.rules.buckets import Bucket, bucket_month
from tanhui.chaincode.rules.crediting import ALONE, Known
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import activities as codes
from tanhui.chaincode.rules.nullifiers import Nullifier, slot_until
from tanhui.chaincode.rules.slots import Crediting, SlotClock
from tanhui.chaincode.transactions.identity.record import group_key, month_key, until_key
from tanhui.chaincode.transactions.points.operating import Operated
from tanhui.chaincode.transactions.tx import Tx


class Shared(Protocol):
    """Reads what a batch claims from, and writes back what it used up."""

    async def read(self, programme: str, claims: bytes, inputs: int) -> Known:
        """What the claims are judged by: at most two multi-gets."""

    def write(self) -> None:
        """Write what changed."""


def shared_claims(tx: Tx, crediting: Crediting, programme: Operated) -> Shared:
    """How a group's claims are shared.

    Raises:
        Refusal: activities.identity_mode, where the programme does not accept buckets.
    """
    if not crediting.authority:
        return _Alone()
    if crediting.identity == "nullifiers":
        return NullifiedClaims(tx, crediting)
    if programme.rules.identity == "nullifiers":
        raise codes.IDENTITY_MODE.at("programme", programme.programme.id, group=crediting.exclusion_group)
    return SharedClaims(tx, crediting)


class _Alone:
    """Claims that stay in their accounts."""

    async def read(self, programme: str, claims: bytes, inputs: int) -> Known:
        """Nothing to know."""
        del programme, claims, inputs
        return ALONE

    def write(self) -> None:
        """Nothing to write."""


class SharedClaims:
    """Reads the buckets that a batch claims from, and writes back those that gained a slot."""

    def __init__(self, tx: Tx, crediting: Crediting) -> None:
        self._tx = tx
        self._crediting = crediting
        self._group = group_key(crediting.exclusion_group)
        self._buckets: dict[tuple[int, str], Bucket] = {}

    async def read(self, programme: str, claims: bytes, inputs: int) -> Known:
        """Buckets by account and month: one multi-get for the bindings, one for what they name."""
        tx, clock = self._tx, SlotClock(self._crediting)
        wanted = {
            (account, bucket_month(clock.slot(when)[1], self._crediting.claim_days)): None
            for account, when, *_ in claim_struct(inputs).iter_unpack(claims)
        }
        keys = [(programme, account.hex(), self._group, month_key(month)) for account, month in wanted]
        await tx.load(*[tx.bindings.at(*key) for key in keys])
        bound: dict[tuple[bytes, int], tuple[int, str]] = {}
        for (account, month), key in zip(wanted, keys, strict=True):
            found = await tx.bindings.find(*key)
            if found is not None:
                bound[account, month] = (month, found.hex())
        names = list(dict.fromkeys(bound.values()))
        await tx.load(*[tx.buckets.at(self._group, month_key(month), name) for month, name in names])
        for month, name in names:
            slots = await tx.buckets.find(self._group, month_key(month), name)
            self._buckets[month, name] = Bucket(slots or b"")
        return Known(held={claimant: self._buckets[name] for claimant, name in bound.items()})

    def write(self) -> None:
        """Write the buckets that gained a slot."""
        for (month, name), bucket in self._buckets.items():
            if bucket.changed:
                self._tx.buckets.put(bucket.slots, self._group, month_key(month), name)


class NullifiedClaims:
    """Reads the nullifiers of a batch's slots, and marks those that it used up."""

    def __init__(self, tx: Tx, crediting: Crediting) -> None:
        self._tx = tx
        self._crediting = crediting
        self._group = group_key(crediting.exclusion_group)
        self._nullifiers: dict[tuple[Day, str], Nullifier] = {}

    async def read(self, programme: str, claims: bytes, inputs: int) -> Known:
        """Nullifiers by account and slot: one multi-get for the bindings, one for what is used up."""
        tx, clock = self._tx, SlotClock(self._crediting)
        wanted = {
            (account, clock.slot(when)[0]): None
            for account, when, *_ in claim_struct(inputs).iter_unpack(claims)
        }
        keys = [
            (until_key(slot_until(slot)), programme, account.hex(), slot.hex()) for account, slot in wanted
        ]
        await tx.load(*[tx.nullifier_bindings.at(*key) for key in keys])
        bound: dict[tuple[bytes, bytes], tuple[Day, str]] = {}
        for (account, slot), key in zip(wanted, keys, strict=True):
            found = await tx.nullifier_bindings.find(*key)
            if found is not None:
                bound[account, slot] = (slot_until(slot), found.hex())
        names = list(dict.fromkeys(bound.values()))
        await tx.load(*[tx.nullifiers.at(until_key(until), self._group, name) for until, name in names])
        for until, name in names:
            used = await tx.nullifiers.find(until_key(until), self._group, name)
            self._nullifiers[until, name] = Nullifier(used=used is not None)
        return Known(nullifiers={claimant: self._nullifiers[name] for claimant, name in bound.items()})

    def write(self) -> None:
        """Mark the nullifiers that were used up; an absent key says that one is not."""
        for (until, name), nullifier in self._nullifiers.items():
            if nullifier.changed:
                self._tx.nullifiers.put(b"", until_key(until), self._group, name)
