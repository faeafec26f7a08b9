"""The Gateway's unary calls: Evaluate, Endorse, Submit, CommitStatus (internal/pkg/gateway).

One difference to Fabric, where authentication filters answer an expired identity or a stale timestamp with no
response at all, so that its Gateway reports UNAVAILABLE and forgets the peer: here both are a refusal of the
proposal, as a bad signature is: FAILED_PRECONDITION on Evaluate, ABORTED with details on Endorse.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_response_pb2, transaction_pb2

from tanhui.network.protocol.gateway_errors import ErrorDetail
from tanhui.network.protocol.policies import SignedData
from tanhui.network.protocol.transactions import transaction_payload
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.endorsing.outcome import Concern, NodeBusy, Outcome, ProposalRefused
from tanhui.node.ordering.errors import NotOrdered, OrderingQueueFull
from tanhui.node.services.gateway_port import GatewayChannel, NoLayout
from tanhui.node.services.gateway_requests import (
    MessageT,
    Target,
    Unreadable,
    preferred,
    read_request,
    read_target,
    require_target,
)
from tanhui.node.services.status import Code, refusal

Broadcast = Callable[[common_pb2.Envelope], Awaitable[None]]
"""Orders an envelope. Raises NotOrdered."""

COMMIT_STATUS_RESOURCE = "gateway/CommitStatus"


class GatewayService:
    """Handlers take and give message bytes; what fails is a TransportError."""

    def __init__(self, channels: Mapping[str, GatewayChannel], broadcast: Broadcast) -> None:
        self._channels = channels
        self._broadcast = broadcast

    async def evaluate(self, raw: bytes) -> bytes:
        """Run a proposal at one endorser and return the chaincode's response."""
        request = _request(gateway_pb2.EvaluateRequest, raw)
        try:
            target = read_target(request.proposed_transaction)
            require_target(target)
        except Unreadable as error:
            raise refusal(Code.INVALID_ARGUMENT, f"failed to unpack transaction proposal: {error}") from None
        channel = self._channels.get(target.channel_id)
        if channel is None:
            raise refusal(Code.UNAVAILABLE, _unknown_channel(target.channel_id))
        endorsers = _narrowed(channel.endorsers_of(target.chaincode), request.target_organizations)
        if not endorsers:
            raise refusal(
                Code.FAILED_PRECONDITION,
                f"no peers available to evaluate chaincode {target.chaincode} in channel {target.channel_id}",
            )
        peer = preferred(endorsers, target)
        outcome = await _evaluated(channel, target, peer, endorsers)
        response = outcome.response
        return gateway_pb2.EvaluateResponse(
            result=proposal_response_pb2.Response(
                status=response.status, message=response.message, payload=response.payload
            )
        ).SerializeToString()

    async def endorse(self, raw: bytes) -> bytes:
        """Collect the endorsements that the policies need; the client signs the assembled transaction."""
        request = _request(gateway_pb2.EndorseRequest, raw)
        if not request.proposed_transaction.proposal_bytes:
            raise refusal(Code.INVALID_ARGUMENT, "the proposed transaction must contain a signed proposal")
        try:
            target = read_target(request.proposed_transaction)
        except Unreadable as error:
            raise refusal(Code.INVALID_ARGUMENT, str(error)) from None
        if request.endorsing_organizations:
            channel, outcome, peers = await self._endorse_by(target, request.endorsing_organizations)
        else:
            channel, outcome, peers = await self._endorse_by_policy(target)
        endorsements = await channel.endorse(outcome, peers)
        payload = transaction_payload(outcome.proposal, outcome.payload, endorsements)
        return gateway_pb2.EndorseResponse(
            prepared_transaction=common_pb2.Envelope(payload=payload)
        ).SerializeToString()

    async def _endorse_by(
        self, target: Target, organisations: Sequence[str]
    ) -> tuple[GatewayChannel, Outcome, tuple[str, ...]]:
        """The client names the endorsers, and answers for it that they suffice."""
        channel = self._channels.get(target.channel_id)
        available = () if channel is None else channel.endorsers_of(target.chaincode)
        missing = [msp_id for msp_id in organisations if msp_id not in available]
        if channel is None or missing:
            raise refusal(
                Code.UNAVAILABLE, f"failed to find any endorsing peers for org(s): {', '.join(missing)}"
            )
        peers = tuple(dict.fromkeys(organisations))
        outcome = await _run_to_endorse(
            channel, target, peers, "failed to collect enough transaction endorsements"
        )
        return channel, outcome, peers

    async def _endorse_by_policy(self, target: Target) -> tuple[GatewayChannel, Outcome, tuple[str, ...]]:
        """The first result says which chaincodes are concerned; their policies say who else signs."""
        channel = self._channels.get(target.channel_id)
        endorsers = () if channel is None else channel.endorsers_of(target.chaincode)
        if channel is None or not endorsers:  # Fabric asks discovery, which has not heard of either
            raise refusal(Code.FAILED_PRECONDITION, _no_combination(_no_metadata(target)))
        peer = preferred(endorsers, target)
        outcome = await _run_to_endorse(channel, target, (peer,), "failed to endorse transaction")
        try:
            peers = channel.layout(outcome.concerns or (Concern(target.chaincode),), peer)
        except NoLayout as error:
            raise refusal(Code.FAILED_PRECONDITION, _no_combination(str(error))) from None
        return channel, outcome, peers

    async def submit(self, raw: bytes) -> bytes:
        """Hand a signed transaction to the orderer; success means that it was accepted, not committed."""
        request = _request(gateway_pb2.SubmitRequest, raw)
        if not request.HasField("prepared_transaction"):
            raise refusal(Code.INVALID_ARGUMENT, "a prepared transaction is required")
        if not request.prepared_transaction.signature:
            raise refusal(Code.INVALID_ARGUMENT, "prepared transaction must be signed")
        if request.channel_id not in self._channels:
            raise refusal(Code.FAILED_PRECONDITION, _unknown_channel(request.channel_id))
        try:
            await self._broadcast(request.prepared_transaction)
        except OrderingQueueFull as error:
            raise refusal(Code.RESOURCE_EXHAUSTED, error.info) from None
        except NotOrdered as error:
            raise _not_ordered(error) from None
        return gateway_pb2.SubmitResponse().SerializeToString()

    async def commit_status(self, raw: bytes) -> bytes:
        """Wait until a transaction is committed, valid or not."""
        signed = _request(gateway_pb2.SignedCommitStatusRequest, raw)
        if not signed.request:
            raise refusal(Code.INVALID_ARGUMENT, "a commit status request is required")
        try:
            request = read_request(gateway_pb2.CommitStatusRequest, signed.request)
        except Unreadable as error:
            raise refusal(Code.INVALID_ARGUMENT, f"invalid status request: {error}") from None
        if not request.identity:
            raise refusal(Code.INVALID_ARGUMENT, "no identity provided")
        if not request.channel_id:
            raise refusal(Code.INVALID_ARGUMENT, "no channel ID provided")
        if not request.transaction_id:
            raise refusal(Code.INVALID_ARGUMENT, "transaction ID should not be empty")
        channel = self._channels.get(request.channel_id)
        if channel is None:
            raise refusal(Code.PERMISSION_DENIED, _no_policy_manager(request.channel_id))
        claim = SignedData(request.identity, signed.request, signed.signature)
        right = await channel.verified(claim)
        try:
            channel.check_access(COMMIT_STATUS_RESOURCE, claim, right.verify)
        except AccessDenied as error:
            raise refusal(Code.PERMISSION_DENIED, str(error)) from None
        with channel.waiters.subscribed(request.transaction_id) as coming:
            status = channel.find(request.transaction_id) or await coming
        return gateway_pb2.CommitStatusResponse(
            result=transaction_pb2.TxValidationCode.ValueType(status.code), block_number=status.block_number
        ).SerializeToString()


async def _run(channel: GatewayChannel, target: Target) -> Outcome:
    try:
        return await channel.run(target)
    except NodeBusy as error:
        raise refusal(Code.RESOURCE_EXHAUSTED, str(error)) from None


async def _evaluated(channel: GatewayChannel, target: Target, peer: str, endorsers: Sequence[str]) -> Outcome:
    """Run for Evaluate; a fault of the node, which every endorser here would repeat, names them all."""
    try:
        outcome = await _run(channel, target)
    except ProposalRefused as error:
        raise refusal(
            Code.FAILED_PRECONDITION,
            f"evaluate call to endorser returned error: {error}",
            [channel.endorser_detail(peer, str(error))],
        ) from None
    if outcome.from_node:
        others = [msp_id for msp_id in endorsers if msp_id != peer]
        raise refusal(
            Code.ABORTED,
            "failed to evaluate transaction, see attached details for more info",
            [channel.endorser_detail(msp_id, outcome.response.message) for msp_id in (peer, *others)],
        )
    if outcome.response.status >= 400:
        message = _chaincode_response(outcome)
        raise refusal(
            Code.UNKNOWN,
            f"evaluate call to endorser returned error: {message}",
            [channel.endorser_detail(peer, message)],
        )
    return outcome


async def _run_to_endorse(
    channel: GatewayChannel, target: Target, peers: Sequence[str], failure: str
) -> Outcome:
    """Run for Endorse; whatever is not endorsable is ABORTED, with one detail for each organisation asked."""
    try:
        outcome = await _run(channel, target)
    except ProposalRefused as error:
        reason = str(error)
    else:
        if outcome.endorsable:
            return outcome
        reason = outcome.response.message if outcome.from_node else _chaincode_response(outcome)
    raise refusal(
        Code.ABORTED,
        f"{failure}, see attached details for more info",
        [channel.endorser_detail(msp_id, reason) for msp_id in peers],
    )


def _not_ordered(error: NotOrdered) -> Exception:
    if 400 <= error.status < 500:
        name = common_pb2.Status.Name(common_pb2.Status.ValueType(error.status))
        return refusal(
            Code.ABORTED,
            f"received unsuccessful response from orderer: status={name}, info={error.info}",
        )
    return refusal(
        Code.UNAVAILABLE,
        "no orderers could successfully process transaction",
        [ErrorDetail("orderer", "", error.info)],
    )


def _request(message_type: type[MessageT], raw: bytes) -> MessageT:
    try:
        return read_request(message_type, raw)
    except Unreadable as error:
        raise refusal(Code.INTERNAL, f"grpc: error unmarshalling request: {error}") from None


def _narrowed(available: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(available) if not wanted else tuple(msp_id for msp_id in wanted if msp_id in available)


def _chaincode_response(outcome: Outcome) -> str:
    return f"chaincode response {outcome.response.status}, {outcome.response.message}"


def _unknown_channel(channel_id: str) -> str:
    return (
        f"failed to get config for channel [{channel_id}]: could not get last config for channel {channel_id}"
    )


def _no_metadata(target: Target) -> str:
    return f"No metadata was found for chaincode {target.chaincode} in channel {target.channel_id}"


def _no_combination(reason: str) -> str:
    return f"no combination of peers can be derived which satisfy the endorsement policy: {reason}"


def _no_policy_manager(channel_id: str) -> str:
    return f"Failed to get policy manager for channel [{channel_id}]"
