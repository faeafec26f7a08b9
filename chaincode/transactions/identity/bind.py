"""identity:Bind."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.buckets import BINDING_BYTES, BINDINGS_MAX, bindings_in
from tanhui.chaincode.rules.days import month_of, parse_day
from tanhui.chaincode.rules.errors import identity as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.identity.group import require_authority, shared_group
from tanhui.chaincode.transactions.identity.record import group_key, month_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.identity import AccountsBound

Month = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}$(?!\n)", max_length=7)]


class BindOrder(Order, frozen=True, kw_only=True):
    """Accounts of one programme and their buckets for one exclusion group and month."""

    programme: Slug
    group: Slug
    month: Month
    """YYYY-MM, in UTC+8."""
    bindings: Annotated[bytes, msgspec.Meta(min_length=1, max_length=BINDINGS_MAX * BINDING_BYTES)]
    """Base64: account and bucket, sixteen bytes each, one after the other."""


@transaction("identity:Bind", roles={Role.IDENTITY_AUTHORITY})
async def bind(tx: Tx, order: BindOrder) -> AccountsBound:
    """Write which bucket each account claims from: once, by the authority that the group's methodologies name.

    An account stays bound as it is for the month, or a person could claim the same slot from another bucket.
    Accounts are not read: that would make every binding wait for the account's points.
    """
    month = month_of(parse_day(f"{order.month}-01", "month"))
    require_authority(tx, await shared_group(tx, order.group, "buckets"), month)
    ids = [
        ((order.programme, account.hex(), group_key(order.group), month_key(month)), bucket)
        for account, bucket in bindings_in(order.bindings)
    ]
    await tx.load(*[tx.bindings.at(*key) for key, _ in ids])
    for key, bucket in ids:
        known = await tx.bindings.find(*key)
        if known is not None and known != bucket:
            raise codes.BOUND_OTHERWISE.at("bindings", key[1])
        tx.bindings.put(bucket, *key)
    return AccountsBound(
        authority=tx.caller.organisation,
        programme=order.programme,
        group=order.group,
        month=order.month,
        count=len(ids),
        bindings_root=merkle.packed_root(order.bindings, BINDING_BYTES),
    )
