"""market:List and market:Unlist."""

from datetime import date

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.market import Price, require_open
from tanhui.chaincode.rules.states import LISTING as MACHINE
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.credits.record import BatchId
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.market.parties import require_party
from tanhui.chaincode.transactions.market.record import Listing
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import ListingChanged


class ListingOrder(Order, frozen=True, kw_only=True):
    """One listing."""

    listing: Slug


class ListUnitsOrder(ListingOrder, frozen=True, kw_only=True):
    """How many kilograms of a batch are for sale, at what price, until when."""

    batch: BatchId
    quantity: PositiveAmount
    price: Price
    until: date


class UnlistOrder(ListingOrder, frozen=True, kw_only=True):
    """Which listing ends."""


def write_listing(tx: Tx, listing: Listing) -> ListingChanged:
    """Write the listing as it is."""
    tx.listings.put(listing, listing.id)
    return ListingChanged(
        listing=listing.id,
        seller=listing.seller,
        batch=listing.batch,
        status=listing.status,
        available_kg=int(listing.available),
        price_fen=listing.price,
        until=listing.until.isoformat(),
    )


@transaction("market:List", roles=HOLDING_ROLES)
async def list_units(tx: Tx, order: ListUnitsOrder) -> ListingChanged:
    """Offer units of a batch to everybody. A listing holds nothing: a trade does, when it is proposed."""
    if await tx.listings.find(order.listing) is not None:
        raise codes.EXISTS.at("listing", order.listing)
    batch = await tx.batches.get(order.batch)
    if order.quantity > batch.quantity:
        raise codes.OVERSOLD.at("quantity", order.quantity, available=batch.quantity)
    require_open("listing", order.until, tx.day)
    return write_listing(
        tx,
        Listing(
            id=order.listing,
            seller=tx.caller.organisation,
            batch=order.batch,
            available=Amount(order.quantity),
            price=order.price,
            until=order.until,
            status="open",
        ),
    )


@transaction("market:Unlist", roles=HOLDING_ROLES)
async def unlist(tx: Tx, order: UnlistOrder) -> ListingChanged:
    """End an own listing; trades that were proposed on it go on."""
    listing = await tx.listings.get(order.listing)
    require_party(tx, "listing", listing.seller)
    MACHINE.require_move(listing.status, "closed")
    return write_listing(tx, msgspec.structs.replace(listing, status="closed"))
