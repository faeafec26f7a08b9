"""programmes:Get, programmes:List, programmes:Rules, programmes:Issues: read by any member of the channel."""

from typing import Annotated

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.programmes.record import Programme, ProgrammeVersion, version_key
from tanhui.chaincode.transactions.tx import Tx


class ProgrammeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One programme by its id."""

    programme: Slug


class RulesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of a programme."""

    programme: Slug
    version: Annotated[int, msgspec.Meta(ge=1, le=999_999)]


class IssuesQuery(PageOrder, frozen=True, kw_only=True):
    """The issues of one programme."""

    programme: Slug


class IssueFound(msgspec.Struct, frozen=True):
    """An issue and the id that lots carry for it, 16 hex digits."""

    id: str
    issue: Issue


@query("programmes:Get")
async def get(tx: Tx, order: ProgrammeQuery) -> Programme:
    """One programme."""
    return await tx.programmes.get(order.programme)


@query("programmes:List")
async def list_all(tx: Tx, order: PageOrder) -> Page[Programme]:
    """All programmes, in the order of their ids."""
    return await tx.programmes.page(order)


@query("programmes:Rules")
async def rules(tx: Tx, order: RulesQuery) -> ProgrammeVersion:
    """The rules of one version, drafted, in force or past."""
    return await tx.programme_versions.get(order.programme, version_key(order.version))


@query("programmes:Issues")
async def issues(tx: Tx, order: IssuesQuery) -> Page[IssueFound]:
    """What the issue ids in a programme's lots stand for."""
    page = await tx.issues.page(order, order.programme)
    return Page(tuple(IssueFound(issue.id.hex(), issue) for issue in page.items), page.bookmark)
