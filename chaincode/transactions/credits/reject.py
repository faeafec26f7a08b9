"""credits:Reject."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.credits.answer import AnswerOrder, end_offer, require_party
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased


@transaction("credits:Reject", roles=HOLDING_ROLES)
async def reject(tx: Tx, order: AnswerOrder) -> CreditsReleased:
    """Turn an offer down."""
    offer = await tx.offers.get(order.offer)
    require_party(tx, offer, offer.receiver)
    return await end_offer(tx, offer, "rejected")
