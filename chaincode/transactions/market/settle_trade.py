"""market:SettleTrade."""

import msgspec

from tanhui.chaincode.contract.amounts import PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.accounting import Entry
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.serials import move
from tanhui.chaincode.transactions.accounting.booking import Reason
from tanhui.chaincode.transactions.credits.ledger import (
    as_effect,
    change_spans,
    quantity_of,
    require_receiver,
)
from tanhui.chaincode.transactions.fields import CitedOrder, HexHash
from tanhui.chaincode.transactions.market.record import Payment
from tanhui.chaincode.transactions.market.trades import TradeOrder, hold_of, put_trade
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.market import TradeChanged


class SettleTradeOrder(TradeOrder, frozen=True, kw_only=True):
    """The payment's reference, how many fen it was, and the document that shows it."""

    payment: CitedOrder
    amount: PositiveAmount
    document: HexHash


@transaction("market:SettleTrade", roles={Role.EXCHANGE})
async def settle_trade(tx: Tx, order: SettleTradeOrder) -> tuple[TradeChanged, CreditsTransferred]:
    """Deliver an agreed trade's units against its payment, both or neither; a payment pays one trade.

    The exchange, which is neither party, vouches for the payment. A freeze that fell on any unit stops it.
    """
    trade = await tx.trades.get(order.trade)
    if tx.caller.organisation in (trade.seller, trade.buyer):
        raise codes.SAME_PARTY.at("trade", tx.caller.organisation)
    if order.amount != trade.amount:
        raise codes.TERMS_DIFFER.at("amount", order.amount, expected=trade.amount)
    paid = await tx.payments.find(order.payment)
    if paid is not None:
        raise codes.PAYMENT_USED.at("payment", order.payment, trade=paid.trade)
    await require_receiver(tx, trade.buyer)
    settled = msgspec.structs.replace(trade, payment=order.payment, document=order.document)
    changed = put_trade(tx, settled, "settled")
    hold = hold_of(trade.id)
    sale = Reason(out=Entry.SOLD, into=Entry.PURCHASED, amount=int(trade.amount))
    ranges = await change_spans(tx, trade.spans, lambda part: move(part, trade.buyer, hold), sale)
    tx.payments.put(Payment(trade=trade.id), order.payment)
    moved = CreditsTransferred(
        sender=trade.seller,
        receiver=trade.buyer,
        ranges=as_effect(ranges),
        quantity_kg=quantity_of(ranges),
        transfer=trade.id,
    )
    return changed, moved
