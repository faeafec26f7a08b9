"""The transport over gRPC: one shared channel, messages as bytes, no generated stub in between.

A call that finds no connection waits for it, up to a limit, instead of failing at once: a peer may come up
after its clients.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio

from tanhui.network.gateway.status import GrpcCode
from tanhui.network.protocol.gateway_errors import TRAILER
from tanhui.network.protocol.transport import TransportError

MESSAGE_BYTES_MAX = 100 * 1024 * 1024
"""Fabric's own limit for one message (internal/pkg/comm/config.go, MaxRecvMsgSize)."""

CONNECT_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How the peer is recognised, and the client where TLS is mutual. Certificates and keys in PEM.

    Attributes:
        root_certificates: what the peer's certificate must lead to.
        server_name: the name in the peer's certificate, where the endpoint has another.
        client_certificate, client_key: both or neither.
    """

    root_certificates: bytes
    server_name: str | None = None
    client_certificate: bytes | None = None
    client_key: bytes | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for half a client identity."""
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("client_certificate and client_key go together")


class GrpcTransport:
    """`Transport` to one endpoint, host:port. Made inside a running event loop; close it at the end.

    Args:
        endpoint: host:port.
        tls: None speaks in the clear, which belongs on loopback only.
        connect_wait_s: how long a call waits for a connection; 0 fails at once.
        channel_options: gRPC's own, which override those chosen here.
    """

    def __init__(
        self,
        endpoint: str,
        tls: TlsOptions | None = None,
        *,
        connect_wait_s: float = CONNECT_WAIT_S,
        channel_options: Sequence[tuple[str, str | int]] = (),
    ) -> None:
        self.endpoint = endpoint
        self._connect_wait_s = connect_wait_s
        options = [*_default_options(tls), *channel_options]
        if tls is None:
            self._channel = grpc.aio.insecure_channel(endpoint, options)
        else:
            credentials = grpc.ssl_channel_credentials(
                tls.root_certificates, tls.client_key, tls.client_certificate
            )
            self._channel = grpc.aio.secure_channel(endpoint, credentials, options)
        self._unary: dict[str, grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]] = {}
        self._stream: dict[str, grpc.aio.UnaryStreamMultiCallable[bytes, bytes]] = {}

    async def unary(self, method: str, request: bytes, timeout_s: float | None) -> bytes:
        """One request, one response. Raises TransportError."""
        call = self._unary.get(method)
        if call is None:
            call = self._unary[method] = self._channel.unary_unary(method)
        left_s = await self._connected(timeout_s)
        try:
            return await call(request, timeout=left_s)
        except grpc.aio.AioRpcError as reason:
            raise _transport_error(reason) from reason

    async def stream(self, method: str, request: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
        """One request, also to Deliver, which could take more; many responses. Raises TransportError."""
        multi = self._stream.get(method)
        if multi is None:
            multi = self._stream[method] = self._channel.unary_stream(method)
        left_s = await self._connected(timeout_s)
        call = multi(request, timeout=left_s)
        try:
            async for answer in call:
                yield answer
        except grpc.aio.AioRpcError as reason:
            raise _transport_error(reason) from reason
        finally:
            call.cancel()

    async def close(self) -> None:
        """Close the channel; calls under way are cancelled."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _connected(self, timeout_s: float | None) -> float | None:
        """Wait until the channel is ready; the time that the call has left."""
        state = self._channel.get_state(try_to_connect=True)
        if state is grpc.ChannelConnectivity.READY or self._connect_wait_s <= 0:
            return timeout_s
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        wait_s = self._connect_wait_s if timeout_s is None else min(timeout_s, self._connect_wait_s)
        try:
            await asyncio.wait_for(self._channel.channel_ready(), wait_s)
        except TimeoutError:
            message = f"no connection to {self.endpoint} within {wait_s:g} s"
            raise TransportError(GrpcCode.UNAVAILABLE, message) from None
        return None if timeout_s is None else max(0.001, timeout_s - (loop.time() - began_s))


def _default_options(tls: TlsOptions | None) -> list[tuple[str, str | int]]:
    options: list[tuple[str, str | int]] = [
        ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
        ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 5_000),
        # A peer closes connections that ping more often than its keepalive.minInterval, 60 s (core.yaml).
        ("grpc.keepalive_time_ms", 120_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.enable_retries", 0),
    ]
    if tls is not None and tls.server_name is not None:
        options.append(("grpc.ssl_target_name_override", tls.server_name))
    return options


def _transport_error(reason: grpc.aio.AioRpcError) -> TransportError:
    trailers: Any = reason.trailing_metadata() or ()
    details = next((value for key, value in trailers if key == TRAILER), b"")
    code = reason.code().value[0]
    return TransportError(code, reason.details() or "", details if isinstance(details, bytes) else b"")
