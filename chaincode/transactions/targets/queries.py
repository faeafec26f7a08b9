"""targets:Get and All."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.targets.record import Target
from tanhui.chaincode.transactions.tx import Tx


class TargetQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One target by its id."""

    target: Slug


@query("targets:Get")
async def get(tx: Tx, order: TargetQuery) -> Target:
    """One target, with every place that states it."""
    return await tx.targets.get(order.target)


@query("targets:All")
async def list_all(tx: Tx, order: PageOrder) -> Page[Target]:
    """Every target, in the order of their ids."""
    return await tx.targets.page(order)
