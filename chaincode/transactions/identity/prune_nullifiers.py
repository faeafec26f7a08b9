"""identity:PruneNullifiers."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text
from tanhui.chaincode.rules.errors import identity as codes
from tanhui.chaincode.rules.nullifiers import BOUND_BYTES, bound_in
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.identity.bind_nullifiers import NullifiersOrder
from tanhui.chaincode.transactions.identity.record import group_key, until_key
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import merkle
from tanhui.proofs.effects.identity import NullifiersPruned


@transaction("identity:PruneNullifiers", roles={Role.IDENTITY_AUTHORITY, Role.PLATFORM_OPERATOR})
async def prune_nullifiers(tx: Tx, order: NullifiersOrder) -> NullifiersPruned:
    """Delete nullifiers of slots that nobody can claim any more, the same bytes as they were bound.

    It reads nothing, so it conflicts with nothing; what such a slot would be claimed for is refused anyway.
    """
    bound = list(bound_in(order.bindings, order.group))
    for one in bound:
        if one.until >= tx.day:
            raise codes.STILL_CLAIMABLE.at("bindings", one.slot.hex(), until=day_text(one.until))
    group = group_key(order.group)
    for one in bound:
        until = until_key(one.until)
        tx.nullifier_bindings.delete(until, order.programme, one.account.hex(), one.slot.hex())
        tx.nullifiers.delete(until, group, one.nullifier.hex())
    return NullifiersPruned(
        programme=order.programme,
        group=order.group,
        count=len(bound),
        bindings_root=merkle.packed_root(order.bindings, BOUND_BYTES),
    )
