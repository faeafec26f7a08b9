"""insurance:Get."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.insurance.record import Policy
from tanhui.chaincode.transactions.tx import Tx


class PolicyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One policy by its id."""

    policy: Slug


@query("insurance:Get")
async def get(tx: Tx, order: PolicyQuery) -> Policy:
    """One policy, ended ones included."""
    return await tx.policies.get(order.policy)
