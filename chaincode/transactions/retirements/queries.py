"""retirements:Get and List."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.retirements.record import Retirement, RetirementId
from tanhui.chaincode.transactions.tx import Tx


class RetirementQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One retirement by its id."""

    retirement: RetirementId


@query("retirements:Get")
async def get(tx: Tx, order: RetirementQuery) -> Retirement:
    """One retirement."""
    return await tx.retirements.get(order.retirement)


@query("retirements:List")
async def list_all(tx: Tx, order: PageOrder) -> Page[Retirement]:
    """The retirement register, in the order of ids."""
    return await tx.retirements.page(order)
