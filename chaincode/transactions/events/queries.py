"""events:Get, List, Rules: the event register, read by any member of the channel."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.transactions.events.record import Event, EventRulesVersion, Version, rules_key
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.tx import Tx


class EventQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One dossier by its id."""

    event: Slug


class EventRulesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of the rules."""

    version: Version


@query("events:Get")
async def get(tx: Tx, order: EventQuery) -> Event:
    """One dossier: what its public page shows."""
    return await tx.events.get(order.event)


@query("events:List")
async def list_all(tx: Tx, order: PageOrder) -> Page[Event]:
    """The event register, in the order of ids."""
    return await tx.events.page(order)


@query("events:Rules")
async def rules(tx: Tx, order: EventRulesQuery) -> EventRulesVersion:
    """One version of the rules."""
    return await tx.event_rules.get(rules_key(order.version))
