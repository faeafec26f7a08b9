"""The transport over gRPC: one connection to one peer, messages as bytes, no generated stub in between."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from tanhui.network.http2.client.channel import Channel
from tanhui.network.http2.client.connection import Keepalive
from tanhui.network.http2.client.dialler import ChannelOptions
from tanhui.network.http2.status import CallError
from tanhui.network.http2.tls import TlsOptions
from tanhui.network.protocol.transport import TransportError

__all__ = ["GrpcTransport", "Keepalive", "TlsOptions"]

MESSAGE_BYTES_MAX = 100 * 1024 * 1024
"""Fabric's own limit for one message (internal/pkg/comm/config.go, MaxRecvMsgSize)."""
CONNECT_WAIT_S = 10.0


class GrpcTransport:
    """`Transport` to one endpoint, host:port. Belongs to the event loop in which it is used; close it at the end.

    Args:
        endpoint: host:port.
        tls: None speaks in the clear, which belongs on loopback only.
        connect_wait_s: how long a call waits for a connection; 0 fails with the first dial that does.
        keepalive: how a peer that says nothing is found to be gone.

    Raises:
        ValueError: the endpoint is not host:port, or a certificate or key cannot be read.
    """

    def __init__(
        self,
        endpoint: str,
        tls: TlsOptions | None = None,
        *,
        connect_wait_s: float = CONNECT_WAIT_S,
        keepalive: Keepalive | None = None,
    ) -> None:
        options = ChannelOptions(MESSAGE_BYTES_MAX, connect_wait_s, keepalive=keepalive or Keepalive())
        self.endpoint = endpoint
        self._channel = Channel(endpoint, tls, options)

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        """One request, one response. Raises TransportError."""
        try:
            return await self._channel.unary(method, request, timeout_s)
        except CallError as reason:
            raise TransportError(*reason.status) from reason

    async def stream(self, method: str, request: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
        """One request, also to Deliver, which could take more; many responses. Raises TransportError."""
        answers = self._channel.stream(method, request, timeout_s)
        try:
            async for answer in answers:
                yield answer
        except CallError as reason:
            raise TransportError(*reason.status) from reason
        finally:
            await answers.aclose()

    async def close(self) -> None:
        """Close the connection; calls under way are cancelled."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
