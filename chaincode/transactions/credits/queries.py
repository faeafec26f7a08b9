"""credits:Batch, Range, Ranges, Holdings, GetOffer and Life."""

from typing import Final

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.errors import credits as codes
from tanhui.chaincode.rules.serials import Range, Serial
from tanhui.chaincode.transactions.credits.ledger import recorded
from tanhui.chaincode.transactions.credits.record import (
    RANGE,
    Batch,
    BatchId,
    Offer,
    OfferId,
    serial_key,
)
from tanhui.chaincode.transactions.fields import OrganisationId
from tanhui.chaincode.transactions.tx import Tx

KEYS_VISITED_MAX: Final = 500
"""Keys whose history one question about a serial's life may read."""


class BatchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One batch by its id."""

    batch: BatchId


class RangeQuery(BatchQuery, frozen=True, kw_only=True):
    """One recorded range by its first serial."""

    range: Serial


class RangesQuery(PageOrder, frozen=True, kw_only=True):
    """The ranges of one batch."""

    batch: BatchId


class HoldingsQuery(PageOrder, frozen=True, kw_only=True):
    """What one organisation holds or ended."""

    holder: OrganisationId


class OfferQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One offer by its id."""

    offer: OfferId


class LifeQuery(RangeQuery, frozen=True, kw_only=True):
    """The life of one serial, from the recorded range in which it is now."""

    serial: Serial


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction in a serial's life, and the range it was in afterwards."""

    transaction: str
    seconds: int
    """The transaction's timestamp, UTC since 1970."""
    range: Range


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """A serial's stations, oldest first."""

    serial: Serial
    stations: tuple[Station, ...]


@query("credits:Batch")
async def batch(tx: Tx, order: BatchQuery) -> Batch:
    """One batch as it was issued."""
    return await tx.batches.get(order.batch)


@query("credits:Range")
async def one_range(tx: Tx, order: RangeQuery) -> Range:
    """One recorded range."""
    return await recorded(tx, order.batch, order.range)


@query("credits:Ranges")
async def ranges(tx: Tx, order: RangesQuery) -> Page[Range]:
    """The ranges of a batch, by serial: all pages together are complete and disjoint."""
    return await tx.ranges.page(order, order.batch)


@query("credits:Holdings")
async def holdings(tx: Tx, order: HoldingsQuery) -> Page[Range]:
    """The ranges whose holder is or was last this organisation, by batch and serial."""
    page = await tx.holdings.page(order, order.holder)
    await tx.load(*(tx.ranges.at(one.batch, serial_key(one.first)) for one in page.items))
    return Page(tuple([await recorded(tx, one.batch, one.first) for one in page.items]), page.bookmark)


@query("credits:GetOffer")
async def get_offer(tx: Tx, order: OfferQuery) -> Offer:
    """One offer."""
    return await tx.offers.get(order.offer)


@query("credits:Life")
async def life(tx: Tx, order: LifeQuery) -> Life:
    """Every transaction that wrote the range in which a serial was, from its issuance on.

    Ranges remember what they were cut or merged from, so the way back visits the keys that the serial
    passed through and no others.
    """
    now = await recorded(tx, order.batch, order.range)
    if not now.holds_serial(order.serial):
        raise codes.RANGE_OUTSIDE.at("serial", order.serial, first=now.first, last=now.last)
    stations = await _run(tx, order, int(now.first), before="")
    for _ in range(KEYS_VISITED_MAX):
        oldest = stations[-1]
        earlier: list[Station] = []
        for first in oldest.range.made_from:
            earlier = await _run(tx, order, int(first), before=oldest.transaction)
            if earlier:
                break
        if not earlier:
            break
        stations += earlier
    return Life(serial=order.serial, stations=tuple(reversed(stations)))


async def _run(tx: Tx, order: LifeQuery, first: int, before: str) -> list[Station]:
    """The versions of one key that hold the serial, newest first, from the newest or from before a transaction.

    Timestamps are the clients' and do not order anything: the chain does.
    """
    stations: list[Station] = []
    waiting = bool(before)
    for modification in await tx.stub.get_history(RANGE.key(order.batch, serial_key(first))):
        if waiting:
            waiting = modification.transaction_id != before
            continue
        if modification.is_delete:
            break
        was = RANGE.codec.decode(modification.value)
        if not was.holds_serial(order.serial):
            break
        seconds = modification.timestamp.seconds
        stations.append(Station(transaction=modification.transaction_id, seconds=seconds, range=was))
    return stations
