"""The orderer's Broadcast: envelopes in, one response for each (orderer/common/broadcast/broadcast.go)."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2
from google.protobuf.message import DecodeError

from tanhui.node.ordering.errors import NotOrdered

Broadcast = Callable[[common_pb2.Envelope], Awaitable[None]]
"""Orders an envelope. Raises NotOrdered."""


async def broadcast_stream(
    broadcast: Broadcast, requests: AsyncIterator[bytes]
) -> AsyncGenerator[bytes, None]:
    """Answer each envelope in turn; the stream ends after the first that is refused."""
    async for raw in requests:
        try:
            await broadcast(common_pb2.Envelope.FromString(raw))
        except DecodeError as error:
            yield _response(common_pb2.BAD_REQUEST, f"could not read the envelope: {error}")
            return
        except NotOrdered as error:
            yield _response(error.status, error.info)
            return
        yield _response(common_pb2.SUCCESS, "")


def _response(status: int, info: str) -> bytes:
    return ab_pb2.BroadcastResponse(status=common_pb2.Status.ValueType(status), info=info).SerializeToString()
