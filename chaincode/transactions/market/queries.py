"""market:Intent, Listings, Trade, Price, GradeOf, Labelled and Inventory."""

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.serials import RangeState
from tanhui.chaincode.transactions.credits.ledger import recorded
from tanhui.chaincode.transactions.credits.record import serial_key
from tanhui.chaincode.transactions.fields import OrganisationId, Slug
from tanhui.chaincode.transactions.market.record import (
    Grade,
    Intent,
    Label,
    Listing,
    PriceHead,
    PriceVersion,
    ReferencePrice,
    Trade,
    price_key,
)
from tanhui.chaincode.transactions.tx import Tx


class IntentQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One forward intent."""

    intent: Slug


class TradeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One trade."""

    trade: Slug


class PriceHeadQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One product."""

    product: Slug


class PriceQuery(PriceHeadQuery, frozen=True, kw_only=True):
    """One version of a product's reference price."""

    version: PriceVersion


class GradeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One participant's grade by one standard."""

    participant: OrganisationId
    standard: Slug


class LabelledQuery(PageOrder, frozen=True, kw_only=True):
    """Who carries one label."""

    label: Slug


class InventoryQuery(PageOrder, frozen=True, kw_only=True):
    """What a broker, or any other holder, has in stock."""

    holder: OrganisationId


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Kilograms of one page of a holder's ranges, active ones only; the pages' sums are its inventory (收储)."""

    free_kg: int
    held_kg: int
    """Under an offer, a trade, a lien, a freeze or a lock."""
    bookmark: str


@query("market:Intent")
async def intent(tx: Tx, order: IntentQuery) -> Intent:
    """One forward intent."""
    return await tx.intents.get(order.intent)


@query("market:Listings")
async def listings(tx: Tx, order: PageOrder) -> Page[Listing]:
    """All listings, open and closed, in the order of ids."""
    return await tx.listings.page(order)


@query("market:Trade")
async def trade(tx: Tx, order: TradeQuery) -> Trade:
    """One trade."""
    return await tx.trades.get(order.trade)


@query("market:PriceVersions")
async def price_versions(tx: Tx, order: PriceHeadQuery) -> PriceHead:
    """The newest version of a reference price, and the one approved last."""
    return await tx.price_heads.get(order.product)


@query("market:Price")
async def price(tx: Tx, order: PriceQuery) -> ReferencePrice:
    """One version of a reference price, with what it cites."""
    return await tx.reference_prices.get(order.product, price_key(order.version))


@query("market:GradeOf")
async def grade_of(tx: Tx, order: GradeQuery) -> Grade:
    """One participant's grade."""
    return await tx.grades.get(order.participant, order.standard)


@query("market:Labelled")
async def labelled(tx: Tx, order: LabelledQuery) -> Page[Label]:
    """Who carries a label, and until when."""
    return await tx.labels.page(order, order.label)


@query("market:Inventory")
async def inventory(tx: Tx, order: InventoryQuery) -> Inventory:
    """A holder's stock: a page's part of it."""
    page = await tx.holdings.page(order, order.holder)
    await tx.load(*(tx.ranges.at(one.batch, serial_key(one.first)) for one in page.items))
    free = held = 0
    for one in page.items:
        found = await recorded(tx, one.batch, one.first)
        if found.state is RangeState.ACTIVE:
            free += 0 if found.holds else found.quantity
            held += found.quantity if found.holds else 0
    return Inventory(free_kg=free, held_kg=held, bookmark=page.bookmark)
