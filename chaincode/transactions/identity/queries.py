"""identity:Bucket and identity:Nullifier: read by any member of the channel."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.rules.days import month_of, parse_day
from tanhui.chaincode.rules.nullifiers import slot_until
from tanhui.chaincode.rules.slots import SLOT_BYTES
from tanhui.chaincode.transactions.fields import HexId, Slug
from tanhui.chaincode.transactions.identity.bind import Month
from tanhui.chaincode.transactions.identity.record import group_key, month_key, until_key
from tanhui.chaincode.transactions.tx import Tx


class BucketQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The bucket of an account for one exclusion group and month."""

    programme: Slug
    account: HexId
    group: Slug
    month: Month


class BucketView(msgspec.Struct, frozen=True, kw_only=True):
    """The bucket, and the slots claimed from it by any account of the same person, hex."""

    bucket: str
    slots: tuple[str, ...]


@query("identity:Bucket")
async def bucket(tx: Tx, order: BucketQuery) -> BucketView:
    """What an account is bound to, and what is claimed there."""
    group, month = group_key(order.group), month_key(month_of(parse_day(f"{order.month}-01", "month")))
    found = await tx.bindings.get(order.programme, order.account, group, month)
    slots = await tx.buckets.find(group, month, found.hex()) or b""
    parts = (slots[at : at + SLOT_BYTES].hex() for at in range(0, len(slots), SLOT_BYTES))
    return BucketView(bucket=found.hex(), slots=tuple(parts))


class NullifierQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An account and a slot, 16 hex digits."""

    programme: Slug
    account: HexId
    group: Slug
    slot: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$(?!\n)", max_length=16)]


class NullifierView(msgspec.Struct, frozen=True, kw_only=True):
    """The account's nullifier for the slot, and whether it is used up, by whatever account of the same person."""

    nullifier: str
    used: bool


@query("identity:Nullifier")
async def nullifier(tx: Tx, order: NullifierQuery) -> NullifierView:
    """What an account claims a slot with; absent where the authority bound nothing, or it was pruned."""
    until = until_key(slot_until(bytes.fromhex(order.slot)))
    found = await tx.nullifier_bindings.get(until, order.programme, order.account, order.slot)
    used = await tx.nullifiers.find(until, group_key(order.group), found.hex())
    return NullifierView(nullifier=found.hex(), used=used is not None)
