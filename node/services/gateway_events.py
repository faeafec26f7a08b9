"""The Gateway's ChaincodeEvents: the events of one chaincode's valid transactions, block by block.

Source: internal/pkg/gateway/chaincodeevents.go.
"""

from collections.abc import AsyncGenerator, Callable, Mapping

from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import chaincode_event_pb2

from tanhui.network.protocol.policies import SignedData
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.services.gateway_port import GatewayChannel
from tanhui.node.services.gateway_requests import Unreadable, read_request
from tanhui.node.services.status import Code, refusal

CHAINCODE_EVENTS_RESOURCE = "gateway/ChaincodeEvents"

Match = Callable[[chaincode_event_pb2.ChaincodeEvent], bool]


async def chaincode_event_stream(
    channels: Mapping[str, GatewayChannel], raw: bytes
) -> AsyncGenerator[bytes, None]:
    """ChaincodeEventsResponse bytes for each block with matching events. Raises TransportError."""
    try:
        signed = read_request(gateway_pb2.SignedChaincodeEventsRequest, raw)
        if not signed.request:
            raise refusal(Code.INVALID_ARGUMENT, "a chaincode events request is required")
        request = read_request(gateway_pb2.ChaincodeEventsRequest, signed.request)
    except Unreadable as error:
        raise refusal(Code.INVALID_ARGUMENT, f"invalid chaincode events request: {error}") from None
    channel = channels.get(request.channel_id)
    if channel is None:
        raise refusal(Code.NOT_FOUND, f"channel does not exist: {request.channel_id}")
    try:
        claim = SignedData(request.identity, signed.request, signed.signature)
        channel.check_access(CHAINCODE_EVENTS_RESOURCE, claim)
    except AccessDenied as error:
        raise refusal(Code.PERMISSION_DENIED, str(error)) from None
    number = _start(channel, request)
    matches = _matcher(request)
    while True:
        block = await channel.blocks.block(number)
        events = [event for event in block.events if matches(event)]
        if events:
            yield gateway_pb2.ChaincodeEventsResponse(events=events, block_number=number).SerializeToString()
        number += 1


def _start(channel: GatewayChannel, request: gateway_pb2.ChaincodeEventsRequest) -> int:
    if request.after_transaction_id:
        after = channel.find(request.after_transaction_id)
        if after is not None:
            return after.block_number
    kind = request.start_position.WhichOneof("Type")
    if kind is None or kind == "next_commit":
        return channel.blocks.height
    if kind == "specified":
        return request.start_position.specified.number
    raise refusal(Code.INVALID_ARGUMENT, f"invalid start position type: {kind}")


def _matcher(request: gateway_pb2.ChaincodeEventsRequest) -> Match:
    """Events of the chaincode, once the transaction to resume after has gone by."""
    passed = not request.after_transaction_id

    def matches(event: chaincode_event_pb2.ChaincodeEvent) -> bool:
        nonlocal passed
        if not passed:
            passed = event.tx_id == request.after_transaction_id
            return False
        return event.chaincode_id == request.chaincode_id

    return matches
