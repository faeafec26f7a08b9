"""trusts:Claim."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import trusts as codes
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.trusts.trust import TrustPiecesOrder, hand_to_beneficiary, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.trusts import TrustChanged


class ClaimTrustOrder(TrustPiecesOrder, frozen=True, kw_only=True):
    """Which units the beneficiary takes."""


@transaction("trusts:Claim", roles=HOLDING_ROLES)
async def claim(tx: Tx, order: ClaimTrustOrder) -> tuple[TrustChanged, CreditsTransferred]:
    """Take units out of a trust that is over, as its beneficiary: no trustee can keep them back."""
    trust = await tx.trusts.get(order.trust)
    require_party(tx, trust.beneficiary)
    if tx.day <= from_date(trust.until):
        raise codes.RUNNING.at("trust", day_text(tx.day), until=trust.until.isoformat())
    return await hand_to_beneficiary(tx, trust, order.pieces)
