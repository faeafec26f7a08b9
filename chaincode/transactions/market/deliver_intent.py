"""market:DeliverIntent."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.rules.states import INTENT as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.market.intents import IntentOrder, put_intent, write_intent
from tanhui.chaincode.transactions.market.parties import require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import IntentChanged


class DeliverIntentOrder(IntentOrder, frozen=True, kw_only=True):
    """A settled trade that delivers on the intent."""

    trade: Slug


@transaction("market:DeliverIntent", roles={Role.PROJECT_OWNER})
async def deliver_intent(tx: Tx, order: DeliverIntentOrder) -> IntentChanged:
    """Count a settled trade of issued units towards a signed intent; it is fulfilled when all is delivered."""
    intent = await tx.intents.get(order.intent)
    require_party(tx, "intent", intent.seller)
    MACHINE.require_in(intent.status, "signed")
    trade = await tx.trades.get(order.trade)
    parties = (trade.seller, trade.buyer)
    if trade.status != "settled" or trade.intent or parties != (intent.seller, intent.buyer):
        raise codes.NOT_DELIVERY.at("trade", trade.id)
    tx.trades.put(msgspec.structs.replace(trade, intent=intent.id), trade.id)
    delivered = Amount(intent.delivered + trade.quantity)
    counted = msgspec.structs.replace(intent, delivered=delivered)
    if delivered >= intent.quantity:
        return put_intent(tx, counted, "fulfilled")
    return write_intent(tx, counted)
