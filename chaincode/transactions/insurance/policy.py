"""What the functions about policies have in common."""

import msgspec

from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.rules.errors import insurance as codes
from tanhui.chaincode.rules.states import POLICY as MACHINE
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.insurance.record import Policy, PolicyStatus
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.insurance import PolicyChanged


class PolicyOrder(Order, frozen=True, kw_only=True):
    """Which policy."""

    policy: Slug


def require_party(tx: Tx, *allowed: str) -> None:
    """Refuse a caller of none of these organisations.

    Raises:
        Refusal: insurance.party.
    """
    if tx.caller.organisation not in allowed:
        raise codes.PARTY.at("policy", tx.caller.organisation, allowed=",".join(allowed))


def put_policy(tx: Tx, policy: Policy, to: PolicyStatus, document: str = "") -> PolicyChanged:
    """Write the policy with its new status.

    Raises:
        Refusal: states.not_allowed.
    """
    MACHINE.require_move(policy.status, to)
    return write_policy(tx, msgspec.structs.replace(policy, status=to), document)


def write_policy(tx: Tx, policy: Policy, document: str = "") -> PolicyChanged:
    """Write the policy as it is; `document` is what shows the change, the policy's own hash otherwise."""
    tx.policies.put(policy, policy.id)
    return PolicyChanged(
        policy=policy.id,
        insurer=policy.insurer,
        insured=policy.insured,
        status=policy.status,
        covered_kg=int(policy.covered),
        claimed_kg=int(policy.claimed),
        first_day=policy.first_day.isoformat(),
        last_day=policy.last_day.isoformat(),
        document=bytes.fromhex(document or policy.document),
        recall=policy.recall or None,
        retirement=policy.retirement or None,
    )
