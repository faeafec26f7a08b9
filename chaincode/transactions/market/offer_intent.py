"""market:OfferIntent."""

from datetime import date

from tanhui.chaincode.contract.amounts import Amount, PositiveAmount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import market as codes
from tanhui.chaincode.rules.market import Price, require_open
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.fields import HexHash, OrganisationId, Slug, Text
from tanhui.chaincode.transactions.market.intents import IntentOrder, write_intent
from tanhui.chaincode.transactions.market.parties import require_other
from tanhui.chaincode.transactions.market.record import Intent
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import IntentChanged


class OfferIntentOrder(IntentOrder, frozen=True, kw_only=True):
    """What the caller intends to buy once it is verified, at what price, until when."""

    seller: OrganisationId
    subject: Text
    methodology: Slug
    quantity: PositiveAmount
    price: Price
    until: date
    document: HexHash


@transaction("market:OfferIntent", roles=HOLDING_ROLES)
async def offer_intent(tx: Tx, order: OfferIntentOrder) -> IntentChanged:
    """Offer to subscribe units that are not verified yet (Zhoushan: 未来贝类养殖项目碳减排量认购).

    An intent makes no units: there is nothing that could be transferred, pledged or retired by it.
    """
    require_other(tx, "seller", order.seller)
    if await tx.intents.find(order.intent) is not None:
        raise codes.EXISTS.at("intent", order.intent)
    await tx.organisations.get(order.seller)
    require_open("intent", order.until, tx.day)
    return write_intent(
        tx,
        Intent(
            id=order.intent,
            buyer=tx.caller.organisation,
            seller=order.seller,
            subject=order.subject,
            methodology=order.methodology,
            quantity=Amount(order.quantity),
            price=order.price,
            until=order.until,
            document=order.document,
            status="offered",
            delivered=Amount(0),
        ),
    )
