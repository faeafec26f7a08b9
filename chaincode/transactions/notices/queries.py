"""notices:Get and notices:Comments: read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.notices.record import Notice, NoticeComment, NoticeKind, Subject
from tanhui.chaincode.transactions.tx import Tx


class NoticeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One notice."""

    kind: NoticeKind
    subject: Subject


class NoticeCommentsQuery(PageOrder, frozen=True, kw_only=True):
    """The comments on one notice."""

    kind: NoticeKind
    subject: Subject


@query("notices:Get")
async def get(tx: Tx, order: NoticeQuery) -> Notice:
    """One notice."""
    return await tx.notices.get(order.kind, order.subject)


@query("notices:Comments")
async def comments(tx: Tx, order: NoticeCommentsQuery) -> Page[NoticeComment]:
    """Comments and answers, by organisation."""
    return await tx.notice_comments.page(order, order.kind, order.subject)
