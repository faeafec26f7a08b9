"""What the functions about forward intents have in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.states import INTENT as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.market.record import Intent, IntentStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.market import IntentChanged


class IntentOrder(Order, frozen=True, kw_only=True):
    """One forward intent."""

    intent: Slug


def put_intent(tx: Tx, intent: Intent, to: IntentStatus) -> IntentChanged:
    """Write the intent with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(intent.status, to)
    return write_intent(tx, msgspec.structs.replace(intent, status=to))


def write_intent(tx: Tx, intent: Intent) -> IntentChanged:
    """Write the intent as it is."""
    tx.intents.put(intent, intent.id)
    return IntentChanged(
        intent=intent.id,
        buyer=intent.buyer,
        seller=intent.seller,
        status=intent.status,
        quantity_kg=int(intent.quantity),
        price_fen=intent.price,
        delivered_kg=int(intent.delivered),
        document=bytes.fromhex(intent.document),
    )
