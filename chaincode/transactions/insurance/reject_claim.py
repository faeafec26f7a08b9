"""insurance:RejectClaim."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.fields import HexHash
from tanhui.chaincode.transactions.insurance.policy import PolicyOrder, put_policy, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.insurance import PolicyChanged


class RejectClaimOrder(PolicyOrder, frozen=True, kw_only=True):
    """Which claim, and the document with the grounds."""

    document: HexHash


@transaction("insurance:RejectClaim", roles=HOLDING_ROLES)
async def reject_claim(tx: Tx, order: RejectClaimOrder) -> PolicyChanged:
    """Reject what is still claimed, as the insurer. The policy goes on, and the insured may claim again."""
    policy = await tx.policies.get(order.policy)
    require_party(tx, policy.insurer)
    rejected = msgspec.structs.replace(policy, recall="", retirement="", claimed=Amount(0))
    return put_policy(tx, rejected, "in_force", order.document)
