"""market:ProposeTrade."""

from datetime import date

import msgspec

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.market import amount_fen, left, require_open
from tanhui.chaincode.rules.serials import Range, place, require_free, require_holder
from tanhui.chaincode.rules.states import LISTING as MACHINE
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    change_pieces,
    quantity_of,
    require_receiver,
    spans_of,
)
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.fields import OrganisationId, Slug
from tanhui.chaincode.transactions.market.parties import require_other, require_party
from tanhui.chaincode.transactions.market.record import Trade
from tanhui.chaincode.transactions.market.trades import TradeOrder, hold_of, write_trade
from tanhui.chaincode.transactions.recognition.uses import require_use
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import TradeChanged


class ProposeTradeOrder(TradeOrder, frozen=True, kw_only=True):
    """Which own units go to whom for how much, payable by when; on a listing, or between the two alone."""

    buyer: OrganisationId
    pieces: Pieces
    amount: PositiveAmount
    """Fen."""
    pay_by: date
    listing: Slug | None = None


@transaction("market:ProposeTrade", roles=HOLDING_ROLES)
async def propose_trade(tx: Tx, order: ProposeTradeOrder) -> TradeChanged:
    """Propose a trade: the units are held until it is settled or ends."""
    require_other(tx, "buyer", order.buyer)
    if await tx.trades.find(order.trade) is not None:
        raise codes.EXISTS.at("trade", order.trade)
    require_open("pay_by", order.pay_by, tx.day)
    await require_receiver(tx, order.buyer)
    seller, hold = tx.caller.organisation, hold_of(order.trade)

    def held(piece: Range) -> Range:
        require_holder(piece, seller)
        require_free(piece)
        return place(piece, hold)

    await require_use(tx, order.pieces, "market")
    ranges = await change_pieces(tx, order.pieces, held)
    quantity = quantity_of(ranges)
    if order.listing is not None:
        await _draw(tx, order, order.listing, quantity)
    return write_trade(
        tx,
        Trade(
            id=order.trade,
            seller=seller,
            buyer=order.buyer,
            spans=spans_of(ranges),
            quantity=Amount(quantity),
            amount=Amount(order.amount),
            listing=order.listing or "",
            pay_by=order.pay_by,
            status="proposed",
        ),
    )


async def _draw(tx: Tx, order: ProposeTradeOrder, listing_id: str, quantity: int) -> None:
    """Take the trade's quantity out of its listing, at the listing's price."""
    listing = await tx.listings.get(listing_id)
    require_party(tx, "listing", listing.seller)
    MACHINE.require_in(listing.status, "open")
    require_open("listing", listing.until, tx.day)
    for piece in order.pieces:
        if piece.batch != listing.batch:
            raise codes.TERMS_DIFFER.at("batch", piece.batch, expected=listing.batch)
    amount = amount_fen(quantity, listing.price)
    if order.amount != amount:
        raise codes.TERMS_DIFFER.at("amount", order.amount, expected=amount)
    available = Amount(left(listing.available, quantity))
    tx.listings.put(msgspec.structs.replace(listing, available=available), listing.id)
