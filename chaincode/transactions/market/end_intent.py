"""market:WithdrawIntent and market:LapseIntent."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.market import require_over
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.market.intents import IntentOrder, put_intent
from tanhui.chaincode.transactions.market.parties import require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import IntentChanged


class EndIntentOrder(IntentOrder, frozen=True, kw_only=True):
    """Which intent comes to nothing."""


@transaction("market:WithdrawIntent", roles=HOLDING_ROLES)
async def withdraw_intent(tx: Tx, order: EndIntentOrder) -> IntentChanged:
    """Take an intent back, by its buyer, before the seller signs."""
    intent = await tx.intents.get(order.intent)
    require_party(tx, "intent", intent.buyer)
    return put_intent(tx, intent, "withdrawn")


@transaction("market:LapseIntent", roles=HOLDING_ROLES)
async def lapse_intent(tx: Tx, order: EndIntentOrder) -> IntentChanged:
    """End a signed intent after its last day, by either party; what was delivered stays delivered."""
    intent = await tx.intents.get(order.intent)
    require_party(tx, "intent", intent.buyer, intent.seller)
    require_over("intent", intent.until, tx.day)
    return put_intent(tx, intent, "lapsed")
