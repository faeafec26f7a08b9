"""The buckets of a batch whose exclusion group is shared across apps (rules/buckets.py)."""

from tanhui.chaincode.rules.activity_records import claim_struct
from tanhui.chaincode.rules.buckets import Bucket, Held, bucket_month
from tanhui.chaincode.rules.slots import Crediting, SlotClock
from tanhui.chaincode.transactions.identity.record import group_key, month_key
from tanhui.chaincode.transactions.tx import Tx


class SharedClaims:
    """Reads the buckets that a batch claims from, and writes back those that gained a slot."""

    def __init__(self, tx: Tx, crediting: Crediting) -> None:
        self._tx = tx
        self._crediting = crediting
        self._group = group_key(crediting.exclusion_group)
        self._buckets: dict[tuple[int, str], Bucket] = {}

    async def hold(self, programme: str, claims: bytes, inputs: int) -> Held:
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
        return {claimant: self._buckets[name] for claimant, name in bound.items()}

    def write(self) -> None:
        """Write the buckets that gained a slot."""
        for (month, name), bucket in self._buckets.items():
            if bucket.changed:
                self._tx.buckets.put(bucket.slots, self._group, month_key(month), name)
