"""trusts:Get."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.trusts.record import Trust
from tanhui.chaincode.transactions.tx import Tx


class TrustQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One trust by its id."""

    trust: Slug


@query("trusts:Get")
async def get(tx: Tx, order: TrustQuery) -> Trust:
    """One trust, ended ones included."""
    return await tx.trusts.get(order.trust)
