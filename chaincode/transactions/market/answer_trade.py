"""market:AgreeTrade, RejectTrade, WithdrawTrade and DefaultTrade."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.market import require_open, require_over
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.market.parties import require_party
from tanhui.chaincode.transactions.market.trades import AnswerTradeOrder, end_trade, put_trade
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import TradeChanged


@transaction("market:AgreeTrade", roles=HOLDING_ROLES)
async def agree_trade(tx: Tx, order: AnswerTradeOrder) -> TradeChanged:
    """Agree as the buyer, while there is time to pay. From now on the seller is bound until that time is over."""
    trade = await tx.trades.get(order.trade)
    require_party(tx, "trade", trade.buyer)
    require_open("pay_by", trade.pay_by, tx.day)
    return put_trade(tx, trade, "agreed")


@transaction("market:RejectTrade", roles=HOLDING_ROLES)
async def reject_trade(tx: Tx, order: AnswerTradeOrder) -> TradeChanged:
    """Refuse a proposed trade as the buyer."""
    trade = await tx.trades.get(order.trade)
    require_party(tx, "trade", trade.buyer)
    return await end_trade(tx, trade, "rejected")


@transaction("market:WithdrawTrade", roles=HOLDING_ROLES)
async def withdraw_trade(tx: Tx, order: AnswerTradeOrder) -> TradeChanged:
    """Take a proposed trade back as the seller."""
    trade = await tx.trades.get(order.trade)
    require_party(tx, "trade", trade.seller)
    return await end_trade(tx, trade, "withdrawn")


@transaction("market:DefaultTrade", roles=HOLDING_ROLES)
async def default_trade(tx: Tx, order: AnswerTradeOrder) -> TradeChanged:
    """End an agreed trade as the seller, when the time to pay is over: the units are the seller's to use again."""
    trade = await tx.trades.get(order.trade)
    require_party(tx, "trade", trade.seller)
    require_over("pay_by", trade.pay_by, tx.day)
    return await end_trade(tx, trade, "defaulted")
