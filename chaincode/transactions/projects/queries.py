"""projects:Get, All and Periods."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.projects.record import Period, Project
from tanhui.chaincode.transactions.tx import Tx


class ProjectQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One project by its id."""

    project: Slug


class PeriodsQuery(PageOrder, frozen=True, kw_only=True):
    """The monitoring periods of one project."""

    project: Slug


@query("projects:Get")
async def get(tx: Tx, order: ProjectQuery) -> Project:
    """One project."""
    return await tx.projects.get(order.project)


@query("projects:All")
async def list_all(tx: Tx, order: PageOrder) -> Page[Project]:
    """All projects, in the order of their ids; `projects:List` is the transaction that lists a draft."""
    return await tx.projects.page(order)


@query("projects:Periods")
async def periods(tx: Tx, order: PeriodsQuery) -> Page[Period]:
    """A project's monitoring periods, oldest first."""
    return await tx.periods.page(order, order.project)
