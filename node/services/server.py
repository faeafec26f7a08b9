"""The node's services over gRPC and TLS: adapts the dispatcher, which already speaks bytes.

Limits are Fabric's (sampleconfig/core.yaml, internal/pkg/comm): message size, keepalive, calls at once.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping

from tanhui.network.http2.call import Call
from tanhui.network.http2.limits import Limits
from tanhui.network.http2.server import Server
from tanhui.network.http2.status import UNIMPLEMENTED, Status
from tanhui.network.http2.tls import ServerTls, server_context
from tanhui.network.protocol.transport import TransportError
from tanhui.node.services.context import CallContext
from tanhui.node.services.dispatcher import Dispatcher
from tanhui.node.services.status import Code
from tanhui.node.settings import NodeSettings


class NodeServer:
    """A server in front of one dispatcher."""

    def __init__(self, dispatcher: Dispatcher, settings: NodeSettings, tls: ServerTls | None) -> None:
        """Without `tls` the server speaks plain HTTP/2, for tests on loopback only."""
        self._dispatcher = dispatcher
        self._is_mutual = tls is not None and tls.client_roots is not None
        handlers: Mapping[str, Callable[[Call], Awaitable[Status]]] = {
            **dict.fromkeys(dispatcher.unary_methods, self._unary),
            **dict.fromkeys(dispatcher.stream_methods, self._stream),
        }
        self._handlers = handlers
        limits = Limits(
            settings.request_bytes_max,
            settings.connection_streams_max,
            settings.connections_max,
            keepalive_s=settings.keepalive_interval_s,
            keepalive_timeout_s=settings.keepalive_timeout_s,
            ping_interval_s_min=settings.keepalive_min_interval_s,
        )
        self._server = Server(self._serve, limits, None if tls is None else server_context(tls))

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 picks a free one. Returns the port. OSError when the address is taken."""
        return await self._server.start(host, port)

    async def stop(self, grace_s: float) -> None:
        """Take no more calls, let those under way end within `grace_s` seconds, then cut them off."""
        await self._server.stop(grace_s)

    async def _serve(self, call: Call) -> Status:
        handler = self._handlers.get(call.request.method)
        if handler is None:
            return Status(UNIMPLEMENTED, f"unknown method {call.request.method}")
        task = asyncio.current_task()
        assert task is not None, "every call has a task"
        call.on_close = task.cancel
        try:
            return await handler(call)
        except TransportError as error:
            return Status(error.code, error.message, error.details)

    async def _unary(self, call: Call) -> Status:
        method = call.request.method
        with self._dispatcher.deadline(method, call.request.timeout_s):
            call.send(await self._dispatcher.call(method, await call.only_message()))
        return Status()

    async def _stream(self, call: Call) -> Status:
        method = call.request.method
        responses = self._dispatcher.open(method, call.messages(), self._context(call))
        try:
            async with asyncio.timeout(call.request.timeout_s):
                async for response in responses:
                    call.send(response)
                    await call.drained()
        except TimeoutError:
            return Status(Code.DEADLINE_EXCEEDED, "context deadline exceeded")
        finally:
            await responses.aclose()
        return Status()

    def _context(self, call: Call) -> CallContext:
        certificate = call.certificate
        fingerprint = b"" if certificate is None else hashlib.sha256(certificate).digest()
        return CallContext(call.peer, fingerprint, self._is_mutual)
