"""retirements:Retire."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.serials import Range, require_holder
from tanhui.chaincode.rules.serials import retire as retire_range
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES, change_pieces
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.recognition.uses import require_use
from tanhui.chaincode.transactions.retirements.retiring import (
    RetirementTerms,
    put_retirement,
    reason_of,
    require_terms,
)
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.retirements import CreditsRetired, Purpose


class RetireOrder(RetirementTerms, frozen=True, kw_only=True):
    """Which own units are used up, for whom, and why."""

    pieces: Pieces


@transaction("retirements:Retire", roles=HOLDING_ROLES)
async def retire(tx: Tx, order: RetireOrder) -> CreditsRetired:
    """Retire own free units, all that are named or none; the refusal names the range that stops it.

    It is never reversed. A repeat of the request answers as before; another request with the same
    retirement id is refused, so that one retirement has one certificate.
    """
    parties = await require_terms(tx, order)
    if order.purpose is Purpose.COMPENSATION:
        await require_use(tx, order.pieces, "compensation")
    holder = tx.caller.organisation

    def retired(piece: Range) -> Range:
        require_holder(piece, holder)
        return retire_range(piece, order.retirement)

    ranges = await change_pieces(tx, order.pieces, retired, reason_of(order))
    return put_retirement(tx, order, parties, ranges)
