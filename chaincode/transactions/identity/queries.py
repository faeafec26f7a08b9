"""identity:Bucket: read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.rules.days import month_of, parse_day
from tanhui.chaincode.rules.slots import SLOT_BYTES
from tanhui.chaincode.transactions.fields import HexId, Slug
from tanhui.chaincode.transactions.identity.bind import Month
from tanhui.chaincode.transactions.identity.record import group_key, month_key
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
