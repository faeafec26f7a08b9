"""trusts:Distribute."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.trusts.trust import TrustPiecesOrder, hand_to_beneficiary, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.trusts import TrustChanged


class DistributeTrustOrder(TrustPiecesOrder, frozen=True, kw_only=True):
    """Which units leave the trust."""


@transaction("trusts:Distribute", roles=HOLDING_ROLES)
async def distribute(tx: Tx, order: DistributeTrustOrder) -> tuple[TrustChanged, CreditsTransferred]:
    """Hand units in trust to the beneficiary, and to nobody else, as its trustee. The last ones end the trust."""
    trust = await tx.trusts.get(order.trust)
    require_party(tx, trust.trustee)
    return await hand_to_beneficiary(tx, trust, order.pieces)
