"""recalls:Get, List, Affected, Notices, and retirements:Standing."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import PAGE_SIZE_MAX, Page, PageOrder
from tanhui.chaincode.rules.recalls import says
from tanhui.chaincode.transactions.credits.record import Batch, Span
from tanhui.chaincode.transactions.fields import OrganisationId, Slug
from tanhui.chaincode.transactions.methodologies.record import Version
from tanhui.chaincode.transactions.recalls.record import Recall, RecallDue
from tanhui.chaincode.transactions.retirements.record import RetirementId
from tanhui.chaincode.transactions.tx import Tx


class RecallQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recall by its id."""

    recall: Slug


class AffectedQuery(PageOrder, frozen=True, kw_only=True):
    """Batches that a wrong factor touches: those made by one version of a methodology."""

    methodology: Slug
    version: Version


class NoticesQuery(PageOrder, frozen=True, kw_only=True):
    """What recalls took from one holder."""

    holder: OrganisationId


class StandingQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One retirement by its id."""

    retirement: RetirementId


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a retirement's certificate says on the day of the query."""

    retirement: str
    says: str
    """`valid`, `recalled`, or `recalled_and_replaced` once nothing is missing."""
    quantity: Amount
    recalled: Amount
    replaced: Amount
    recalls: tuple[str, ...]
    replacement: tuple[Span, ...]
    """Serials that are retired under this certificate instead."""


@query("recalls:Get")
async def get(tx: Tx, order: RecallQuery) -> Recall:
    """One recall: what it names, what is marked of it, what still stands still."""
    return await tx.recalls.get(order.recall)


@query("recalls:List")
async def list_all(tx: Tx, order: PageOrder) -> Page[Recall]:
    """All recalls, in the order of their ids."""
    return await tx.recalls.page(order)


@query("recalls:Affected")
async def affected(tx: Tx, order: AffectedQuery) -> Page[Batch]:
    """Every batch of one methodology version. A page looks at `page_size` batches and shows those that match.

    Their ranges say who holds what and under which retirement (credits:Ranges), exported ones included.
    """
    page = await tx.batches.page(order)
    wanted = (order.methodology, order.version)
    items = tuple(one for one in page.items if (one.methodology, one.version) == wanted)
    return Page(items, page.bookmark)


@query("recalls:Notices")
async def notices(tx: Tx, order: NoticesQuery) -> Page[RecallDue]:
    """What recalls took from one holder, by retirement and as units, and what was replaced of it."""
    return await tx.recall_dues.page(order, order.holder)


@query("retirements:Standing")
async def standing(tx: Tx, order: StandingQuery) -> Standing:
    """What a certificate says now. An offline proof of the retirement stays valid as of its day and knows no recall."""
    retirement = await tx.retirements.get(order.retirement)
    page = await tx.recall_dues.page(PageOrder(page_size=PAGE_SIZE_MAX), retirement.holder, retirement.id)
    recalled = sum(one.recalled for one in page.items)
    replaced = sum(one.replaced for one in page.items)
    return Standing(
        retirement=retirement.id,
        says=says(recalled, replaced),
        quantity=retirement.quantity,
        recalled=Amount(recalled),
        replaced=Amount(replaced),
        recalls=tuple(one.recall for one in page.items),
        replacement=tuple(span for one in page.items for span in one.replacement),
    )
