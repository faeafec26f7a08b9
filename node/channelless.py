"""Proposals without a channel: system chaincodes that speak for the whole peer (core/endorser/endorser.go).

Their callers are judged by the peer's own organisations. Nothing of theirs can become a transaction.
"""

from collections.abc import Mapping

from tanhui.network.protocol.errors import IdentityError
from tanhui.network.protocol.identities import parse_identity
from tanhui.network.protocol.msp_identity import MspIdentity
from tanhui.node.channel import NodeChannel
from tanhui.node.clock import Clock
from tanhui.node.endorsing.judge import authenticate, read_signed
from tanhui.node.endorsing.outcome import Outcome, fault
from tanhui.node.endorsing.workers import Workers


class LocalEndorser:
    """Knows the members of the organisations that have a peer here, by the channels' configurations."""

    def __init__(
        self, channels: Mapping[str, NodeChannel], workers: Workers, clock: Clock, window_s: float
    ) -> None:
        self._channels = channels
        self._workers = workers
        self._clock = clock
        self._window_s = window_s

    async def run(self, signed_proposal: bytes) -> Outcome:
        """Judge and run. Raises ProposalRefused, NodeBusy."""
        return await self._workers.run("channelless", self._run, signed_proposal)

    def _run(self, signed_proposal: bytes) -> Outcome:
        proposal, signature = read_signed(signed_proposal)
        authentic = authenticate(proposal, signature, self._deserialize, self._clock(), self._window_s)
        for channel in self._channels.values():
            return channel.run_system(authentic)
        return fault(authentic.proposal, "the node has no channel")

    def _deserialize(self, creator: bytes) -> MspIdentity:
        msp_id = parse_identity(creator).msp_id
        for channel in self._channels.values():
            if channel.has_peer_of(msp_id):
                return channel.config.deserialize_identity(creator)
        raise IdentityError("mspid", f"{msp_id} has no peer here")
