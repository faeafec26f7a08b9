"""credits:AcceptAndRetire."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.serials import Hold, HoldKind, Range, move, retire
from tanhui.chaincode.transactions.credits.answer import put_answer, require_party
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES, as_effect, change_spans, quantity_of
from tanhui.chaincode.transactions.credits.record import OfferId
from tanhui.chaincode.transactions.retirements.retiring import (
    RetirementTerms,
    put_retirement,
    reason_of,
    require_terms,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.retirements import CreditsRetired


class AcceptAndRetireOrder(RetirementTerms, frozen=True, kw_only=True):
    """Which offer is taken, and for whom its units are used up at once."""

    offer: OfferId


@transaction("credits:AcceptAndRetire", roles=HOLDING_ROLES)
async def accept_and_retire(tx: Tx, order: AcceptAndRetireOrder) -> tuple[CreditsTransferred, CreditsRetired]:
    """Take what was offered and retire all of it in the same transaction, both or neither.

    The receiver never holds active units: this is the only way to take an offer made to be retired on receipt,
    and any other offer may be taken so too.
    """
    offer = await tx.offers.get(order.offer)
    require_party(tx, offer, offer.receiver)
    parties = await require_terms(tx, order)
    put_answer(tx, offer, "accepted")
    hold = Hold(HoldKind.OFFER, offer.id)

    def received_and_retired(part: Range) -> Range:
        return retire(move(part, offer.receiver, hold), order.retirement)

    ranges = await change_spans(tx, offer.spans, received_and_retired, reason_of(order))
    moved = CreditsTransferred(
        sender=offer.sender,
        receiver=offer.receiver,
        ranges=as_effect(ranges),
        quantity_kg=quantity_of(ranges),
        transfer=offer.id,
    )
    return moved, put_retirement(tx, order, parties, ranges)
