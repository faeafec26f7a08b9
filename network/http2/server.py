"""Listening: connections accepted up to a number, kept alive, and ended together."""

import asyncio
import ssl
from typing import Final, cast

import structlog

from tanhui.network.http2.calls import Serve
from tanhui.network.http2.connection import Connection
from tanhui.network.http2.endpoint import Endpoint
from tanhui.network.http2.limits import Limits

FULL_TOLD_S: Final = 10.0
"""Between two words in the log about clients who found no room."""

_log = structlog.get_logger(__name__)


class Server:
    """For one kind of calls."""

    def __init__(self, serve: Serve, limits: Limits, context: ssl.SSLContext | None) -> None:
        """Without `context` it speaks in the clear, which belongs on loopback only."""
        self._serve = serve
        self._limits = limits
        self._context = context
        self._server: asyncio.Server | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._connections: set[Connection] = set()
        self._is_stopping = False
        self._told_s = -FULL_TOLD_S
        self._turned_away = 0

    async def start(self, host: str | None, port: int) -> int:
        """Listen; port 0 picks a free one. Returns the port. OSError when the address is taken."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._endpoint, host, port)
        self._server = server
        self._keeper = asyncio.create_task(self._keep_alive(), name="http2-keepalive")
        return cast("int", server.sockets[0].getsockname()[1])

    async def stop(self, grace_s: float) -> None:
        """Begin no more calls, let those under way end within `grace_s` seconds, then cut them off."""
        if self._server is None or self._keeper is None:
            return
        self._is_stopping = True
        self._server.close()
        self._keeper.cancel()
        connections = list(self._connections)
        for connection in connections:
            connection.stop()
        await asyncio.gather(*(connection.finish(grace_s) for connection in connections))
        await asyncio.gather(self._keeper, return_exceptions=True)

    def _endpoint(self) -> asyncio.BaseProtocol:
        if self._is_stopping:
            return _Refusing()
        if not self._has_room():
            self._tell_full()
            return _Refusing()
        return Endpoint(self._context, self._connection)

    def _has_room(self) -> bool:
        """Whoever has no calls makes room, the longest silent first: a client with calls to come dials again."""
        if len(self._connections) < self._limits.connections_max:
            return True
        idle = [connection for connection in self._connections if connection.is_idle]
        if idle:
            silent = min(idle, key=lambda connection: connection.heard_s)
            self._connections.discard(silent)  # now: a burst of newcomers must not count it twice
            silent.abort()
        return bool(idle)

    def _tell_full(self) -> None:
        """Now and then: newcomers may be many."""
        now_s = asyncio.get_running_loop().time()
        self._turned_away += 1
        if now_s >= self._told_s + FULL_TOLD_S:
            _log.warning("server.full", connections=len(self._connections), turned_away=self._turned_away)
            self._told_s, self._turned_away = now_s, 0

    def _connection(self, endpoint: Endpoint) -> Connection:
        return Connection(endpoint, self._serve, self._limits, self._connections)

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        limits = self._limits
        while True:
            await asyncio.sleep(limits.keepalive_timeout_s)
            now_s = loop.time()
            for connection in list(self._connections):
                silent_s = now_s - connection.heard_s
                if silent_s >= limits.keepalive_s + limits.keepalive_timeout_s:
                    _log.warning("connection.silent", peer=connection.peer, seconds=round(silent_s))
                    connection.abort()
                elif silent_s >= limits.keepalive_s:
                    connection.ping()


class _Refusing(asyncio.Protocol):
    """Hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
