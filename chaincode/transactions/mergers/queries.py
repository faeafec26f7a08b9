"""mergers:Get and organisations:Ties."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.mergers.record import Merger
from tanhui.chaincode.transactions.organisations.ties import Tie
from tanhui.chaincode.transactions.tx import Tx


class MergerQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The organisation that was merged into another."""

    organisation: OrganisationId


class TiesQuery(PageOrder, frozen=True, kw_only=True):
    """Whose."""

    organisation: OrganisationId


@query("mergers:Get")
async def get(tx: Tx, order: MergerQuery) -> Merger:
    """The newest merger of an organisation."""
    return await tx.mergers.get(order.organisation)


@query("organisations:Ties")
async def ties(tx: Tx, order: TiesQuery) -> Page[Tie]:
    """Everything open of which an organisation is part: what keeps it from closing, by kind."""
    return await tx.ties.page(order, order.organisation)
