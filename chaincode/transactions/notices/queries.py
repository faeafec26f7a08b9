"""notices:Get, notices:Comments and notices:Rules: read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.notices.record import (
    DEFAULT_RULES,
    Notice,
    NoticeComment,
    NoticeKind,
    NoticeRules,
    Subject,
)
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


class NoticeRulesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The rules in force: there is nothing to choose."""


@query("notices:Rules")
async def rules(tx: Tx, order: NoticeRulesQuery) -> NoticeRules:
    """How long each kind is on notice, by which calendar; `default` until two persons of the regulator set rules."""
    del order
    return await tx.notice_rules.find() or DEFAULT_RULES
