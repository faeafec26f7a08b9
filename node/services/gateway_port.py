"""What the Gateway service needs of a channel: the node's own channel, or a double in tests."""

from collections.abc import Sequence
from typing import Protocol

from tanhui.network.protocol.endorsements import Endorsement
from tanhui.network.protocol.gateway_errors import ErrorDetail
from tanhui.network.protocol.policies import SignedData, Verify, verify_anew
from tanhui.node.endorsing.outcome import Concern, Outcome
from tanhui.node.errors import NodeRefusal
from tanhui.node.services.commit_waiters import CommitStatus, CommitWaiters
from tanhui.node.services.gateway_requests import Target
from tanhui.node.services.recent import RecentBlocks
from tanhui.node.validation.signatures import RightSignatures


class NoLayout(NodeRefusal):
    """No set of this node's endorsers satisfies the policies concerned; the message says why."""


class GatewayChannel(Protocol):
    """One channel, from one event loop."""

    @property
    def blocks(self) -> RecentBlocks:
        """The chain."""

    @property
    def waiters(self) -> CommitWaiters:
        """Who waits for which transaction."""

    def endorsers_of(self, chaincode: str) -> tuple[str, ...]:
        """MSP ids whose peer here runs the chaincode, all for a system chaincode; empty when unknown."""

    def layout(self, concerns: Sequence[Concern], preferred: str) -> tuple[str, ...]:
        """Whose endorsements satisfy the policies concerned. Raises NoLayout."""

    async def run(self, target: Target) -> Outcome:
        """Judge and simulate a proposal as it was read. Raises ProposalRefused, NodeBusy."""

    async def endorse(self, outcome: Outcome, msp_ids: Sequence[str]) -> tuple[Endorsement, ...]:
        """One endorsement by the peer of each organisation, in this order; what it hides is kept first."""

    def endorser_detail(self, msp_id: str, message: str) -> ErrorDetail:
        """An error detail that names the organisation's peer."""

    def find(self, transaction_id: str) -> CommitStatus | None:
        """How a committed transaction ended; None when the ledger does not know it."""

    async def verified(self, signed: SignedData) -> RightSignatures:
        """The signature, where it was verified beside the event loop; its identity is still to be judged."""

    def check_access(self, resource: str, signed: SignedData, verify: Verify = verify_anew) -> None:
        """Raise AccessDenied unless the channel's policy for `resource` is satisfied.

        `verify` may answer from what was verified before.
        """
