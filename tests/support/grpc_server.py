"""Any `Transport` behind a real gRPC server on loopback: TLS, mutual TLS, error trailers, cancellation."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from tanhui.network.protocol.transport import Transport, TransportError

CODES = {code.value[0]: code for code in grpc.StatusCode}


class Handlers(grpc.GenericRpcHandler):
    """Hands every method's bytes to a transport: Deliver takes a stream of requests, as in Fabric."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def service(self, call: Any) -> Any:
        method: str = call.method

        async def unary(request: bytes, context: Any) -> Any:
            try:
                return await self._transport.unary(method, request, context.time_remaining())
            except TransportError as reason:
                return await end(context, reason)

        async def answers(request: bytes, context: Any) -> AsyncIterator[bytes]:
            try:
                async for answer in self._transport.stream(method, request, context.time_remaining()):
                    yield answer
            except TransportError as reason:
                await end(context, reason)

        async def deliver(requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
            async for request in requests:
                async for answer in answers(request, context):
                    yield answer

        if method.startswith("/protos.Deliver/"):
            return grpc.stream_stream_rpc_method_handler(deliver)
        if method == "/gateway.Gateway/ChaincodeEvents":
            return grpc.unary_stream_rpc_method_handler(answers)
        return grpc.unary_unary_rpc_method_handler(unary)


async def end(context: Any, reason: TransportError) -> Any:
    trailers = (("grpc-status-details-bin", reason.details),) if reason.details else ()
    await context.abort(CODES[reason.code], reason.message, trailers)


@contextlib.asynccontextmanager
async def serving(
    transport: Transport, credentials: grpc.ServerCredentials | None = None, port: int = 0
) -> AsyncIterator[int]:
    """The port it listens on, at 127.0.0.1."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Handlers(transport),))
    address = f"127.0.0.1:{port}"
    bound = (
        server.add_insecure_port(address)
        if credentials is None
        else server.add_secure_port(address, credentials)
    )
    await server.start()
    try:
        yield bound
    finally:
        await server.stop(0)
