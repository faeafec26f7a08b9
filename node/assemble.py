"""Every service of a node under its name on the wire."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping

from fabric_protos.common import common_pb2

from tanhui.node.channel import NodeChannel
from tanhui.node.clock import Clock
from tanhui.node.services.broadcast import broadcast_stream
from tanhui.node.services.context import CallContext
from tanhui.node.services.deliver import (
    BLOCKS,
    BLOCKS_AND_PRIVATE_DATA,
    FILTERED_BLOCKS,
    ORDERED_BLOCKS,
    DeliverKind,
    DeliverService,
)
from tanhui.node.services.dispatcher import Dispatcher, Stream
from tanhui.node.services.endorser import ChannellessEndorser, EndorserService
from tanhui.node.services.gateway import GatewayService
from tanhui.node.services.gateway_events import chaincode_event_stream
from tanhui.node.settings import NodeSettings

Broadcast = Callable[[common_pb2.Envelope], Awaitable[None]]


def assemble(
    channels: Mapping[str, NodeChannel],
    channelless: ChannellessEndorser,
    broadcast: Broadcast,
    settings: NodeSettings,
    clock: Clock,
) -> Dispatcher:
    """The dispatcher that in-process callers and the gRPC server share."""
    gateway = GatewayService(channels, broadcast)
    endorser = EndorserService(channels, channelless)
    deliver = DeliverService(channels.get, clock, settings.timestamp_window_s)

    def delivering(kind: DeliverKind) -> Stream:
        def stream(requests: AsyncIterator[bytes], context: CallContext) -> AsyncGenerator[bytes, None]:
            return deliver.handle(kind, requests, context)

        return stream

    def broadcasting(requests: AsyncIterator[bytes], _context: CallContext) -> AsyncGenerator[bytes, None]:
        return broadcast_stream(broadcast, requests)

    async def chaincode_events(
        requests: AsyncIterator[bytes], _context: CallContext
    ) -> AsyncGenerator[bytes, None]:
        async for request in requests:
            async for response in chaincode_event_stream(channels, request):
                yield response
            return

    return Dispatcher(
        {
            "/gateway.Gateway/Evaluate": gateway.evaluate,
            "/gateway.Gateway/Endorse": gateway.endorse,
            "/gateway.Gateway/Submit": gateway.submit,
            "/gateway.Gateway/CommitStatus": gateway.commit_status,
            "/protos.Endorser/ProcessProposal": endorser.process_proposal,
        },
        {
            "/gateway.Gateway/ChaincodeEvents": chaincode_events,
            "/protos.Deliver/Deliver": delivering(BLOCKS),
            "/protos.Deliver/DeliverFiltered": delivering(FILTERED_BLOCKS),
            "/protos.Deliver/DeliverWithPrivateData": delivering(BLOCKS_AND_PRIVATE_DATA),
            "/orderer.AtomicBroadcast/Broadcast": broadcasting,
            "/orderer.AtomicBroadcast/Deliver": delivering(ORDERED_BLOCKS),
        },
        calls_max={
            "/gateway.Gateway": settings.gateway_calls_max,
            "/protos.Endorser": settings.endorser_calls_max,
            "/protos.Deliver": settings.deliver_streams_max,
            "/orderer.AtomicBroadcast": settings.deliver_streams_max,
        },
        request_bytes_max=settings.request_bytes_max,
    )
