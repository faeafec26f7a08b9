"""aggregates:Backing, BackedBy and ConsentOf: read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.aggregates.record import Assignment, Backing, Consent
from tanhui.chaincode.transactions.fields import HexId, Slug
from tanhui.chaincode.transactions.projects.record import period_key
from tanhui.chaincode.transactions.projects.verify_period import PeriodNumber
from tanhui.chaincode.transactions.tx import Tx


class BackingQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One activity batch."""

    programme: Slug
    batch: Slug


class BackedByQuery(PageOrder, frozen=True, kw_only=True):
    """One period of an aggregate."""

    project: Slug
    number: PeriodNumber


class ConsentQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One account."""

    programme: Slug
    account: HexId


@query("aggregates:Backing")
async def backing(tx: Tx, order: BackingQuery) -> Assignment:
    """What an activity batch backs; absent: all of it is extinguished, or not assigned yet."""
    return await tx.assignments.get(order.programme, order.batch)


@query("aggregates:BackedBy")
async def backed_by(tx: Tx, order: BackedByQuery) -> Page[Backing]:
    """The activity batches behind a period, each with its grams: all pages together are the period's sum."""
    return await tx.backings.page(order, order.project, period_key(order.number))


@query("aggregates:ConsentOf")
async def consent_of(tx: Tx, order: ConsentQuery) -> Consent:
    """An account's consent, where it is in force."""
    return await tx.consents.get(order.programme, order.account)
