"""insurance:End."""

from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.days import day_text, from_date
from tanhui.chaincode.rules.errors import insurance as codes
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.insurance.policy import PolicyOrder, put_policy, require_party
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.insurance import PolicyChanged


class EndPolicyOrder(PolicyOrder, frozen=True, kw_only=True):
    """Which policy ends."""


@transaction("insurance:End", roles=HOLDING_ROLES)
async def end(tx: Tx, order: EndPolicyOrder) -> PolicyChanged:
    """End a policy without an open claim: the insured at any time, the insurer after its last day."""
    policy = await tx.policies.get(order.policy)
    require_party(tx, policy.insured, policy.insurer)
    if tx.caller.organisation != policy.insured and tx.day <= from_date(policy.last_day):
        raise codes.RUNNING.at("policy", day_text(tx.day), until=policy.last_day.isoformat())
    return put_policy(tx, policy, "ended")
