"""The Endorser service: one proposal, one endorsement, by the peer of the caller's own organisation.

Source: core/endorser/endorser.go (ProcessProposal). A proposal that may not run is a gRPC error of code
UNKNOWN, as a peer's handler returns it; one that ran is a ProposalResponse, refusals included.
"""

from collections.abc import Mapping
from typing import Protocol

from fabric_protos.peer import proposal_pb2, proposal_response_pb2

from tanhui.network.protocol.endorsements import Endorsement
from tanhui.node.endorsing.outcome import NodeBusy, Outcome, ProposalRefused
from tanhui.node.services.gateway_port import GatewayChannel
from tanhui.node.services.gateway_requests import Unreadable, preferred, read_request, read_target
from tanhui.node.services.status import Code, refusal


class ChannellessEndorser(Protocol):
    """Runs proposals that name no channel: system chaincodes that speak for the whole peer."""

    async def run(self, signed_proposal: bytes) -> Outcome:
        """Judge against the local MSPs and run. Raises ProposalRefused, NodeBusy."""


class EndorserService:
    """Handlers take and give message bytes."""

    def __init__(self, channels: Mapping[str, GatewayChannel], channelless: ChannellessEndorser) -> None:
        self._channels = channels
        self._channelless = channelless

    async def process_proposal(self, raw: bytes) -> bytes:
        """Run and endorse."""
        try:
            target = read_target(read_request(proposal_pb2.SignedProposal, raw))
        except Unreadable as error:
            raise refusal(Code.UNKNOWN, str(error)) from None
        channel_id = target.channel_id
        if channel_id and channel_id not in self._channels:
            return _response(500, f"channel '{channel_id}' not found").SerializeToString()
        channel = self._channels.get(channel_id)
        try:
            outcome = await (channel.run(target) if channel else self._channelless.run(raw))
        except ProposalRefused as error:
            raise refusal(Code.UNKNOWN, str(error)) from None
        except NodeBusy as error:
            raise refusal(Code.RESOURCE_EXHAUSTED, str(error)) from None
        response = _response(outcome.response.status, outcome.response.message, outcome.response.payload)
        if channel and outcome.endorsable:
            endorsers = channel.endorsers_of(outcome.proposal.chaincode_id.name)
            peer = preferred(endorsers, target)
            (endorsement,) = await channel.endorse(outcome, (peer,))
            _add_endorsement(response, outcome.payload, endorsement)
        return response.SerializeToString()


def _response(status: int, message: str, payload: bytes = b"") -> proposal_response_pb2.ProposalResponse:
    return proposal_response_pb2.ProposalResponse(
        response=proposal_response_pb2.Response(status=status, message=message, payload=payload)
    )


def _add_endorsement(
    response: proposal_response_pb2.ProposalResponse, payload: bytes, endorsement: Endorsement
) -> None:
    response.version = 1
    response.payload = payload
    response.endorsement.endorser = endorsement.endorser
    response.endorsement.signature = endorsement.signature
