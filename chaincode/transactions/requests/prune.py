"""requests:Prune and requests:Remembered."""

from typing import Annotated, Final

import msgspec

from tanhui.chaincode.contract.functions import query, transaction
from tanhui.chaincode.contract.orders import REQUEST_DAYS_KEPT, Order, RequestId, is_forgotten
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.errors import requests as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.proposals.fields import RequestDay
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.proposals import RequestsForgotten

PRUNED_MAX: Final = 1_000


class PruneOrder(Order, frozen=True, kw_only=True):
    """Requests of one day of one organisation."""

    day: RequestDay
    organisation: OrganisationId
    request_ids: Annotated[tuple[RequestId, ...], msgspec.Meta(min_length=1, max_length=PRUNED_MAX)]


class RememberedQuery(PageOrder, frozen=True, kw_only=True):
    """The requests of one day."""

    day: RequestDay


@transaction("requests:Prune", roles=set(Role) - {Role.AUDITOR})
async def prune(tx: Tx, order: PruneOrder) -> RequestsForgotten:
    """Delete requests whose day is past: their ids are refused anyway, so nothing can run twice.

    Any organisation may do it for any: it reads nothing, so it conflicts with nothing, and deleting what is
    not there does nothing.
    """
    if not is_forgotten(order.day, tx.days):
        raise codes.STILL_REMEMBERED.at("day", order.day, days=REQUEST_DAYS_KEPT)
    for request_id in order.request_ids:
        if not request_id.startswith(order.day):
            raise codes.OTHER_DAY.at("request_ids", request_id, day=order.day)
        tx.requests.delete(order.day, order.organisation, request_id)
    return RequestsForgotten(organisation=order.organisation, day=order.day, count=len(order.request_ids))


@query("requests:Remembered")
async def remembered(tx: Tx, order: RememberedQuery) -> Page[tuple[str, ...]]:
    """(day, organisation, request id) of the requests of one day that are still stored."""
    page = await tx.requests.page_with_ids(order, order.day)
    return Page(tuple(ids for ids, _ in page.items), page.bookmark)
