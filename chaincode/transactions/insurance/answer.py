"""insurance:Accept and insurance:Decline."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import from_date
from tanhui.chaincode.rules.insurance import require_period
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.insurance.policy import PolicyOrder, put_policy, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.insurance import PolicyChanged


class AnswerPolicyOrder(PolicyOrder, frozen=True, kw_only=True):
    """Which offered policy is answered."""


@transaction("insurance:Accept", roles=HOLDING_ROLES)
async def accept(tx: Tx, order: AnswerPolicyOrder) -> PolicyChanged:
    """Accept a policy as the insured, before its first day: what is recalled by then is not covered."""
    policy = await tx.policies.get(order.policy)
    require_party(tx, policy.insured)
    require_period(from_date(policy.first_day), from_date(policy.last_day), tx.day)
    return put_policy(tx, policy, "in_force")


@transaction("insurance:Decline", roles=HOLDING_ROLES)
async def decline(tx: Tx, order: AnswerPolicyOrder) -> PolicyChanged:
    """End an offered policy, by either party."""
    policy = await tx.policies.get(order.policy)
    require_party(tx, policy.insured, policy.insurer)
    return put_policy(tx, policy, "declined")
