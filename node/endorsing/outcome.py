"""What becomes of a proposal (core/endorser/endorser.go, ProcessProposal).

Two ways to fail, which the Gateway tells apart: a proposal that may not be run at all raises
ProposalRefused; one that was run, or should have been, is an Outcome with a response of 400 or above.
"""

from dataclasses import dataclass, field

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
class Concern:
    """A chaincode whose part of a transaction somebody must endorse (peer.ChaincodeCall).

    Attributes:
        needs_policy: whether its own policy counts: not where every key that it writes has one of its own.
        key_policies: those keys' policies, common.SignaturePolicyEnvelope bytes, each once.
        collections: private collections that it writes.
    """

    namespace: str
    needs_policy: bool = True
    key_policies: tuple[bytes, ...] = ()
    collections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal that was run.

    Attributes:
        response: what the chaincode answered, or the node in its place.
        proposal: what was asked.
        payload: peer.ProposalResponsePayload bytes; b"" when there is nothing that could be endorsed.
        from_node: the node answered in place of the chaincode, which could not be run.
        concerns: application chaincodes that took part, sorted by name; empty for a system chaincode.
        private: rwset.TxPvtReadWriteSet bytes for the collections' members, b"" where there are none.
    """

    response: Response
    proposal: ProposalView
    payload: bytes = b""
    from_node: bool = False
    concerns: tuple[Concern, ...] = ()
    private: bytes = field(default=b"", repr=False)

    @property
    def endorsable(self) -> bool:
        """Whether an endorser may sign it."""
        return self.response.status < RESPONSE_ERROR_FROM and bool(self.payload)


def fault(proposal: ProposalView, message: str) -> Outcome:
    """The node's own 500: the chaincode could not be run."""
    return Outcome(Response(RESPONSE_FAULT_FROM, message, b""), proposal, from_node=True)
