"""market:SignIntent."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.market import require_open
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.market.intents import IntentOrder, put_intent
from tanhui.chaincode.transactions.market.parties import require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import IntentChanged


class SignIntentOrder(IntentOrder, frozen=True, kw_only=True):
    """The document that is signed."""

    document: HexHash


@transaction("market:SignIntent", roles={Role.PROJECT_OWNER})
async def sign_intent(tx: Tx, order: SignIntentOrder) -> IntentChanged:
    """Sign an intent as the seller that it names, before it ends."""
    intent = await tx.intents.get(order.intent)
    require_party(tx, "intent", intent.seller)
    require_open("intent", intent.until, tx.day)
    if order.document != intent.document:
        raise codes.TERMS_DIFFER.at("document", order.document, expected=intent.document)
    return put_intent(tx, intent, "signed")
