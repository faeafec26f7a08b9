"""identity:BindNullifiers."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.buckets import bucket_month
from tanhui.chaincode.rules.errors import identity as codes
from tanhui.chaincode.rules.nullifiers import BOUND_BYTES, BOUND_MAX, bound_in
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.identity.group import require_authority, shared_group
from tanhui.chaincode.transactions.identity.record import until_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.identity import NullifiersBound


class NullifiersOrder(Order, frozen=True, kw_only=True):
    """Accounts of one programme, slots of one group, and their nullifiers."""

    programme: Slug
    group: Slug
    bindings: Annotated[bytes, msgspec.Meta(min_length=1, max_length=BOUND_MAX * BOUND_BYTES)]
    """Base64, packed, see rules/nullifiers.py."""


@transaction("identity:BindNullifiers", roles={Role.IDENTITY_AUTHORITY})
async def bind_nullifiers(tx: Tx, order: NullifiersOrder) -> NullifiersBound:
    """Write which nullifier each account claims a slot with: once, by the group's authority.

    Nobody else writes them, so no operator invents one. Unlike a bucket, a nullifier shows that two accounts share a
    person only where both claim the same slot.
    """
    group = await shared_group(tx, order.group, "nullifiers")
    bound = list(bound_in(order.bindings, order.group))
    for month in {bucket_month(one.until, group.claim_days) for one in bound}:
        require_authority(tx, group, month)
    keys = [(until_key(one.until), order.programme, one.account.hex(), one.slot.hex()) for one in bound]
    await tx.load(*[tx.nullifier_bindings.at(*key) for key in keys])
    for one, key in zip(bound, keys, strict=True):
        known = await tx.nullifier_bindings.find(*key)
        if known is not None and known != one.nullifier:
            raise codes.BOUND_OTHERWISE.at("bindings", one.account.hex())
        tx.nullifier_bindings.put(one.nullifier, *key)
    return NullifiersBound(
        authority=tx.caller.organisation,
        programme=order.programme,
        group=order.group,
        count=len(bound),
        bindings_root=merkle.packed_root(order.bindings, BOUND_BYTES),
    )
