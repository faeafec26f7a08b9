"""pledges:Get."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.pledges.record import Pledge
from tanhui.chaincode.transactions.tx import Tx


class PledgeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One pledge by its id."""

    pledge: Slug


@query("pledges:Get")
async def get(tx: Tx, order: PledgeQuery) -> Pledge:
    """One pledge, ended ones included."""
    return await tx.pledges.get(order.pledge)
