"""organisations:Get, organisations:List and governance:Founding: read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.organisations.record import Founding, Organisation
from tanhui.chaincode.transactions.tx import Tx


class OrganisationQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One organisation by its id."""

    organisation: OrganisationId


class FoundingQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Takes nothing: `{}`."""


@query("organisations:Get")
async def get(tx: Tx, order: OrganisationQuery) -> Organisation:
    """One organisation."""
    return await tx.organisations.get(order.organisation)


@query("organisations:List")
async def list_all(tx: Tx, order: PageOrder) -> Page[Organisation]:
    """All organisations, in the order of their ids."""
    return await tx.organisations.page(order)


@query("governance:Founding")
async def founding(tx: Tx, _order: FoundingQuery) -> Founding | None:
    """Who founded the registry, and in which transaction; null before that."""
    return await tx.founding.find()
