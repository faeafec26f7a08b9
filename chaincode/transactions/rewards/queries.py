"""rewards:Get, List, Voucher, StockUse, GetDraw, DrawEntries: read by any member of the channel."""

from collections import Counter

import msgspec

from tanhui.chaincode.contract.functions import query
from tanhui.chaincode.contract.paging import Page, PageOrder
from tanhui.chaincode.rules.rewards import Number
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.rewards.record import Draw, DrawEntry, Reward, Voucher, number_key
from tanhui.chaincode.transactions.rewards.voucher import Year
from tanhui.chaincode.transactions.tx import Tx


class RewardQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One reward of a programme's catalogue."""

    programme: Slug
    reward: Slug


class CatalogueQuery(PageOrder, frozen=True, kw_only=True):
    """The rewards of one programme's own catalogue."""

    programme: Slug


class VoucherQuery(RewardQuery, frozen=True, kw_only=True):
    """One unit of a reward's stock."""

    year: Year
    number: Number


class StockUseQuery(PageOrder, frozen=True, kw_only=True):
    """The stock of one reward in one year."""

    programme: Slug
    reward: Slug
    year: Year


class DrawQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One draw of a programme."""

    programme: Slug
    draw: Slug


class DrawEntriesQuery(PageOrder, frozen=True, kw_only=True):
    """The entries of one draw."""

    programme: Slug
    draw: Slug


class StockUse(msgspec.Struct, frozen=True, kw_only=True):
    """Vouchers of one page by status; the pages' sums are the year's stock use."""

    units_per_year: int
    """0: without limit."""
    taken: int
    opened: int
    refunded: int
    donated: int
    bookmark: str


@query("rewards:Get")
async def get(tx: Tx, order: RewardQuery) -> Reward:
    """One reward."""
    return await tx.rewards.get(order.programme, order.reward)


@query("rewards:List")
async def list_all(tx: Tx, order: CatalogueQuery) -> Page[Reward]:
    """A programme's own catalogue, in the order of ids, whatever the rewards' status."""
    return await tx.rewards.page(order, order.programme)


@query("rewards:Voucher")
async def voucher(tx: Tx, order: VoucherQuery) -> Voucher:
    """One voucher."""
    return await tx.vouchers.get(order.programme, order.reward, str(order.year), number_key(order.number))


@query("rewards:StockUse")
async def stock_use(tx: Tx, order: StockUseQuery) -> StockUse:
    """How many units of a year's stock are taken, opened, refunded and donated: a page's part of it."""
    reward = await tx.rewards.get(order.programme, order.reward)
    page = await tx.vouchers.page(order, order.programme, order.reward, str(order.year))
    by_status = Counter(one.status for one in page.items)
    return StockUse(
        units_per_year=reward.terms.units_per_year,
        taken=by_status["taken"],
        opened=by_status["opened"],
        refunded=by_status["refunded"],
        donated=by_status["donated"],
        bookmark=page.bookmark,
    )


@query("rewards:GetDraw")
async def get_draw(tx: Tx, order: DrawQuery) -> Draw:
    """One draw, with its seeds and winners once they are known."""
    return await tx.draws.get(order.programme, order.draw)


@query("rewards:DrawEntries")
async def draw_entries(tx: Tx, order: DrawEntriesQuery) -> Page[DrawEntry]:
    """Who entered: with the two seeds, all that is needed to draw again."""
    return await tx.draw_entries.page(order, order.programme, order.draw)
