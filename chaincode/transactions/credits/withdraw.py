"""credits:Withdraw."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.credits.answer import AnswerOrder, end_offer, require_party
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsReleased


@transaction("credits:Withdraw", roles=HOLDING_ROLES)
async def withdraw(tx: Tx, order: AnswerOrder) -> CreditsReleased:
    """Take an offer back before it is accepted."""
    offer = await tx.offers.get(order.offer)
    require_party(tx, offer, offer.sender)
    return await end_offer(tx, offer, "withdrawn")
