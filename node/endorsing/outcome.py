"""What becomes of a proposal (core/endorser/endorser.go, ProcessProposal).

Two ways to fail, which the Gateway tells apart: a proposal that may not be run at all raises
ProposalRefused; one that was run, or should have been, is an Outcome with a response of 400 or above.
"""

from dataclasses import dataclass

from tanhui.chaincode.contract.stub import Response
from tanhui.network.protocol.proposals import ProposalView
from tanhui.node.errors import NodeRefusal

RESPONSE_ERROR_FROM = 400
RESPONSE_FAULT_FROM = 500


class ProposalRefused(NodeRefusal):
    """The proposal is malformed, not authentic, not allowed, stale or a replay. Nothing was run."""


class NodeBusy(NodeRefusal):
    """No endorsing thread came free: the caller may try again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal that was run.

    Attributes:
        response: what the chaincode answered, or the node in its place.
        proposal: what was asked.
        payload: peer.ProposalResponsePayload bytes; b"" when there is nothing that could be endorsed.
        from_node: the node answered in place of the chaincode, which could not be run.
        namespaces: application chaincodes whose policies must be met, sorted; empty for a system chaincode.
    """

    response: Response
    proposal: ProposalView
    payload: bytes = b""
    from_node: bool = False
    namespaces: tuple[str, ...] = ()

    @property
    def endorsable(self) -> bool:
        """Whether an endorser may sign it."""
        return self.response.status < RESPONSE_ERROR_FROM and bool(self.payload)


def fault(proposal: ProposalView, message: str) -> Outcome:
    """The node's own 500: the chaincode could not be run."""
    return Outcome(Response(RESPONSE_FAULT_FROM, message, b""), proposal, from_node=True)
