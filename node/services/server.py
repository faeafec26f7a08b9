"""The node's services over gRPC and TLS: adapts the dispatcher, which already speaks bytes.

Limits are Fabric's (sampleconfig/core.yaml, internal/pkg/comm): message size, keepalive, streams at once.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tanhui.network.protocol.gateway_errors import TRAILER
from tanhui.network.protocol.transport import TransportError
from tanhui.node.services.context import CallContext
from tanhui.node.services.dispatcher import Dispatcher
from tanhui.node.settings import NodeSettings

_STATUS_CODES = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class ServerTls:
    """What the server shows and what it asks for.

    Attributes:
        certificate, private_key: PEM.
        client_roots: PEM of the authorities whose client certificates are required; None asks for none.
    """

    certificate: bytes
    private_key: bytes
    client_roots: bytes | None = None


class NodeServer:
    """A grpc.aio server in front of one dispatcher."""

    def __init__(self, dispatcher: Dispatcher, settings: NodeSettings, tls: ServerTls | None) -> None:
        """Without `tls` the server speaks plain HTTP/2, for tests on loopback only."""
        self._dispatcher = dispatcher
        self._tls = tls
        self._server = grpc.aio.server(options=_options(settings))
        self._server.add_generic_rpc_handlers((_Handlers(dispatcher, mutual=bool(tls and tls.client_roots)),))
        self.port = 0

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 picks a free one. Returns the port. OSError when the address is taken."""
        address = f"{host}:{port}"
        try:
            if self._tls is None:
                self.port = self._server.add_insecure_port(address)
            else:
                self.port = self._server.add_secure_port(address, _credentials(self._tls))
        except RuntimeError as error:
            raise OSError(f"cannot listen on {address}: {error}") from None
        await self._server.start()
        return self.port

    async def stop(self, grace_s: float) -> None:
        """Take no more calls, let those under way end within `grace_s` seconds, then cut them off."""
        await self._server.stop(grace_s)


class _Handlers(grpc.GenericRpcHandler):
    """Method name → handler on raw bytes."""

    def __init__(self, dispatcher: Dispatcher, *, mutual: bool) -> None:
        self._dispatcher = dispatcher
        self._mutual = mutual
        self._by_name: dict[str, Any] = {}
        for method in dispatcher.unary_methods:
            self._by_name[method] = grpc.unary_unary_rpc_method_handler(self._unary(method))
        for method in dispatcher.stream_methods:
            if method == "/gateway.Gateway/ChaincodeEvents":
                self._by_name[method] = grpc.unary_stream_rpc_method_handler(self._server_stream(method))
            else:
                self._by_name[method] = grpc.stream_stream_rpc_method_handler(self._both_streams(method))

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """None for an unknown method, which gRPC answers with UNIMPLEMENTED."""
        return self._by_name.get(handler_call_details.method)

    def _unary(self, method: str) -> Any:
        async def handle(request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
            try:
                return await self._dispatcher.call(method, request)
            except TransportError as error:
                return await _abort(context, error)

        return handle

    def _server_stream(self, method: str) -> Any:
        async def handle(
            request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]
        ) -> AsyncIterator[bytes]:
            async def requests() -> AsyncIterator[bytes]:
                yield request

            async for response in self._responses(method, requests(), context):
                yield response

        return handle

    def _both_streams(self, method: str) -> Any:
        async def handle(
            requests: AsyncIterator[bytes], context: grpc.aio.ServicerContext[bytes, bytes]
        ) -> AsyncIterator[bytes]:
            async for response in self._responses(method, requests, context):
                yield response

        return handle

    async def _responses(
        self,
        method: str,
        requests: AsyncIterator[bytes],
        context: grpc.aio.ServicerContext[bytes, bytes],
    ) -> AsyncIterator[bytes]:
        responses = self._dispatcher.open(method, requests, self._context(context))
        try:
            async for response in responses:
                yield response
        except TransportError as error:
            await _abort(context, error)
        finally:
            await responses.aclose()

    def _context(self, context: grpc.aio.ServicerContext[bytes, bytes]) -> CallContext:
        certificate = next(iter(context.auth_context().get("x509_pem_cert", ())), None)
        fingerprint = b""
        if certificate is not None:
            der = x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)
            fingerprint = hashlib.sha256(der).digest()
        return CallContext(context.peer(), fingerprint, self._mutual)


async def _abort(context: grpc.aio.ServicerContext[bytes, bytes], error: TransportError) -> bytes:
    trailer = ((TRAILER, error.details),) if error.details else ()
    await context.abort(_STATUS_CODES[error.code], error.message, trailer)
    raise AssertionError("abort raises")


def _credentials(tls: ServerTls) -> grpc.ServerCredentials:
    return grpc.ssl_server_credentials(
        [(tls.private_key, tls.certificate)],
        root_certificates=tls.client_roots,
        require_client_auth=tls.client_roots is not None,
    )


def _options(settings: NodeSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.request_bytes_max),
        ("grpc.max_send_message_length", settings.request_bytes_max),
        ("grpc.max_concurrent_streams", settings.connection_streams_max),
        ("grpc.keepalive_time_ms", int(settings.keepalive_interval_s * 1000)),
        ("grpc.keepalive_timeout_ms", int(settings.keepalive_timeout_s * 1000)),
        ("grpc.http2.min_ping_interval_without_data_ms", int(settings.keepalive_min_interval_s * 1000)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.so_reuseport", 0),
    ]
