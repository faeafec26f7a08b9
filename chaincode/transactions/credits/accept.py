"""credits:Accept."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.errors import credits as codes
from tanhui.chaincode.rules.serials import Hold, HoldKind, move
from tanhui.chaincode.transactions.credits.answer import AnswerOrder, put_answer, require_party
from tanhui.chaincode.transactions.credits.ledger import (
    HOLDING_ROLES,
    as_effect,
    change_spans,
    quantity_of,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred


@transaction("credits:Accept", roles=HOLDING_ROLES)
async def accept(tx: Tx, order: AnswerOrder) -> CreditsTransferred:
    """Take what was offered, all of it: a freeze or lien that fell on any part since then stops the whole."""
    offer = await tx.offers.get(order.offer)
    require_party(tx, offer, offer.receiver)
    if offer.retire_on_receipt:
        raise codes.RETIRE_ON_RECEIPT.at("offer", offer.id)
    put_answer(tx, offer, "accepted")
    hold = Hold(HoldKind.OFFER, offer.id)
    ranges = await change_spans(tx, offer.spans, lambda part: move(part, offer.receiver, hold))
    return CreditsTransferred(
        sender=offer.sender,
        receiver=offer.receiver,
        ranges=as_effect(ranges),
        quantity_kg=quantity_of(ranges),
        transfer=offer.id,
    )
