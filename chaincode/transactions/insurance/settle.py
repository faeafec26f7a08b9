"""insurance:Settle."""

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.rules.insurance import left
from tanhui.chaincode.rules.states import POLICY as MACHINE
from tanhui.chaincode.transactions.credits.ledger import HOLDING_ROLES
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.insurance.policy import (
    PolicyOrder,
    put_policy,
    require_party,
    write_policy,
)
from tanhui.chaincode.transactions.recalls.making_good import give_units, replace_under
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.credits import CreditsTransferred
from tanhui.proofs.effects.insurance import PolicyChanged
from tanhui.proofs.effects.recalls import RecallCompensated, RecallReplaced


class SettlePolicyOrder(PolicyOrder, frozen=True, kw_only=True):
    """With which own units the insurer replaces."""

    pieces: Pieces


@transaction("insurance:Settle", roles=HOLDING_ROLES)
async def settle(
    tx: Tx, order: SettlePolicyOrder
) -> tuple[PolicyChanged | RecallReplaced | RecallCompensated | CreditsTransferred, ...]:
    """Replace what is claimed with the insurer's own free units, in part or whole.

    Under a certificate they are retired, otherwise they become the insured's. It counts towards what the recall
    owes, so that nobody is made good twice. The whole of it puts the policy in force again.
    """
    policy = await tx.policies.get(order.policy)
    require_party(tx, policy.insurer)
    MACHINE.require_in(policy.status, "claimed")
    recall = await tx.recalls.get(policy.recall)
    made: tuple[RecallReplaced | RecallCompensated | CreditsTransferred, ...]
    if policy.retirement:
        retirement = await tx.retirements.get(policy.retirement)
        made = (await replace_under(tx, recall, retirement, "insurer", order.pieces),)
    else:
        made = await give_units(tx, recall, policy.insured, "insurer", order.pieces)
    quantity = sum(one.last - one.first + 1 for one in order.pieces)
    claimed = left(policy.claimed, quantity)
    settled = msgspec.structs.replace(
        policy, claimed=Amount(claimed), settled=Amount(policy.settled + quantity)
    )
    if claimed:
        return write_policy(tx, settled), *made
    closed = msgspec.structs.replace(settled, recall="", retirement="")
    return put_policy(tx, closed, "in_force"), *made
