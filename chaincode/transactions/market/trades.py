"""What the functions about trades have in common."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.serials import Hold, HoldKind, release
from tanhui.chaincode.rules.states import TRADE as MACHINE
from tanhui.chaincode.transactions.credits.ledger import change_spans
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.market.record import Trade, TradeStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import TradeChanged
from tanhui.proofs.effects.parts import SerialRange


class TradeOrder(Order, frozen=True, kw_only=True):
    """One trade."""

    trade: Slug


class AnswerTradeOrder(TradeOrder, frozen=True, kw_only=True):
    """Which trade is answered or ended."""


def hold_of(trade: str) -> Hold:
    """The hold that a trade places on its units; no offer's id can be the same, for ids have no colon."""
    return Hold(HoldKind.OFFER, f"trade:{trade}")


def put_trade(tx: Tx, trade: Trade, to: TradeStatus) -> TradeChanged:
    """Write the trade with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(trade.status, to)
    return write_trade(tx, msgspec.structs.replace(trade, status=to))


def write_trade(tx: Tx, trade: Trade) -> TradeChanged:
    """Write the trade as it is."""
    tx.trades.put(trade, trade.id)
    return TradeChanged(
        trade=trade.id,
        seller=trade.seller,
        buyer=trade.buyer,
        status=trade.status,
        ranges=tuple(SerialRange(one.batch, int(one.first), int(one.last)) for one in trade.spans),
        quantity_kg=int(trade.quantity),
        amount_fen=int(trade.amount),
        payment=trade.payment or None,
        document=bytes.fromhex(trade.document) if trade.document else None,
    )


async def end_trade(tx: Tx, trade: Trade, to: TradeStatus) -> TradeChanged:
    """End a trade without delivery: its units are free again, and back in the listing while that is open."""
    changed = put_trade(tx, trade, to)
    hold = hold_of(trade.id)
    await change_spans(tx, trade.spans, lambda part: release(part, hold))
    listing = await tx.listings.find(trade.listing) if trade.listing else None
    if listing is not None and listing.status == "open":
        available = Amount(listing.available + trade.quantity)
        tx.listings.put(msgspec.structs.replace(listing, available=available), listing.id)
    return changed
