"""Hand an envelope to an ordering node: a transaction, or a change of the channel's configuration."""

import asyncio
import time
from typing import Final

from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2

from tanhui.network.channel.errors import ChannelError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.transport import Transport

BROADCAST: Final = "/orderer.AtomicBroadcast/Broadcast"
BROADCAST_TIMEOUT_S: Final = 30.0
LEADER_WAIT_S: Final = 60.0
_POLL_S: Final = 0.3


async def broadcast(transport: Transport, envelope: bytes) -> None:
    """Send one envelope and wait until the node has taken it; it is in no block yet.

    ChannelError with the node's status and reason, TransportError when there is no answer.
    """
    answers = transport.stream(BROADCAST, envelope, BROADCAST_TIMEOUT_S)
    async for raw in answers:
        response = parse(ab_pb2.BroadcastResponse, raw, "broadcast_response")
        if response.status != common_pb2.Status.SUCCESS:
            name = common_pb2.Status.Name(response.status)
            raise ChannelError("envelope", name, response.info or "was refused by the ordering node")
        return
    raise ChannelError("envelope", "no answer", "the ordering node closed the stream")


async def broadcast_when_ready(transport: Transport, envelope: bytes) -> None:
    """`broadcast`, tried again for a while where the channel has no leader yet, as after a start.

    Repeating is safe: what a node refused is in no block, and a transaction id counts once.
    """
    end = time.monotonic() + LEADER_WAIT_S
    while True:
        try:
            return await broadcast(transport, envelope)
        except ChannelError as error:
            if error.value != "SERVICE_UNAVAILABLE" or time.monotonic() > end:
                raise
        await asyncio.sleep(_POLL_S)
