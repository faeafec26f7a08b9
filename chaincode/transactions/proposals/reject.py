"""proposals:Reject."""

import msgspec

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.functions import transaction
from tanhui.chaincode.contract.orders import Order
from tanhui.chaincode.contract.refusal import Refusal
from tanhui.chaincode.rules.roles import Role
from tanhui.chaincode.transactions.fields import HexHash, Text
from tanhui.chaincode.transactions.proposals.fields import RequestDay
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects.proposals import ProposalRejected


class RejectOrder(Order, frozen=True, kw_only=True):
    """The proposal, by the day in its request id and its hash."""

    day: RequestDay
    proposal: HexHash
    reason: Text


@transaction("proposals:Reject", roles=set(Role) - {Role.AUDITOR})
async def reject(tx: Tx, order: RejectOrder) -> ProposalRejected:
    """Turn down an open proposal: a regulator any, everybody else those of the own organisation.

    Sending the proposed order again is refused from then on; the same wish needs a new request id.
    """
    proposal = await tx.proposals.get(order.day, order.proposal)
    if proposal.state != "open":
        raise Refusal(codes.PROPOSAL_CLOSED, "proposal", proposal.id, state=proposal.state)
    if Role.REGULATOR not in tx.roles:
        tx.require_own(proposal.proposed_by_organisation, "proposal")
    rejected = msgspec.structs.replace(
        proposal,
        state="rejected",
        closed_by_organisation=tx.caller.organisation,
        closed_by_person=tx.caller.person,
        closed_in=tx.transaction_id,
    )
    tx.proposals.put(rejected, order.day, order.proposal)
    return ProposalRejected(
        proposal=bytes.fromhex(proposal.id),
        function=proposal.function,
        organisation=tx.caller.organisation,
        person=tx.caller.person,
        reason=order.reason,
    )
