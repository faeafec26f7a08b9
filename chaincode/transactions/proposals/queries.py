"""proposals:List: what was proposed on a day; read by any member of the channel."""

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.contract.proposals import Proposal
from tanhui.chaincode.transactions.proposals.fields import RequestDay
from tanhui.chaincode.transactions.tx import Tx


class ProposalsQuery(PageOrder, frozen=True, kw_only=True):
    """Proposals whose request ids carry this day."""

    day: RequestDay


@query("proposals:List")
async def list_of_day(tx: Tx, order: ProposalsQuery) -> Page[Proposal]:
    """Proposals of one day with their whole orders, open and closed: to be read before signing."""
    return await tx.proposals.page(order, order.day)
