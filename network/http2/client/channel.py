"""A channel to one server: dials when it is asked, dials again when the connection is gone, and asks.

A call that finds no connection waits for it, up to a limit, instead of failing at once: a server may come up after its
clients.
"""

import asyncio
import random
import ssl
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Final, cast

import structlog

from tanhui.network.http2.client.call import Call
from tanhui.network.http2.client.connection import Connection, Keepalive
from tanhui.network.http2.client.request_headers import RequestHeaders
from tanhui.network.http2.endpoint import GREETING_S_MAX, Endpoint
from tanhui.network.http2.status import CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, CallError
from tanhui.network.http2.tls import TlsOptions, client_context

_log = structlog.get_logger(__name__)

ASKED_MAX: Final = 3
"""How often a call is sent that servers did nothing about."""
BACKOFF: Final = 1.6
BACKOFF_SPREAD: Final = 0.2
"""Each wait between two dials is so much longer than the last, give or take so much of it: gRPC's own
(connection-backoff.md)."""


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """How a channel behaves.

    Attributes:
        message_bytes_max: the largest answer; a larger one ends its call.
        connect_wait_s: how long a call waits for a connection; 0 fails with the first dial that does.
        redial_first_s: between the first two dials.
        redial_max_s: between any two.
        keepalive: how a server that says nothing is found to be gone.
    """

    message_bytes_max: int
    connect_wait_s: float = 10.0
    redial_first_s: float = 0.1
    redial_max_s: float = 5.0
    keepalive: Keepalive = field(default_factory=Keepalive)


class Channel:
    """To one endpoint, host:port. Belongs to the event loop in which it is first used; close it at the end."""

    def __init__(self, endpoint: str, tls: TlsOptions | None, options: ChannelOptions) -> None:
        """Nothing is dialled yet. Without `tls` it speaks in the clear, which belongs on loopback only.

        Raises:
            ValueError: the endpoint is not host:port, or a certificate or key cannot be read.
        """
        self.endpoint = endpoint
        self._host, self._port = _address(endpoint)
        self._context: ssl.SSLContext | None = None if tls is None else client_context(tls)
        self._server_name = (tls.server_name if tls is not None else None) or self._host
        self._options = options
        self._connection: Connection | None = None
        self._known: set[Connection] = set()
        self._dialling: asyncio.Task[None] | None = None
        self._failures = 0
        self._next_dial_s = 0.0
        self._fault = ""
        self._is_closed = False

    async def unary(self, method: str, message: bytes, timeout_s: float | None) -> bytes:
        """One message, one answer. Raises CallError."""
        asked = 0
        while True:
            call = await self._begun(method, message, timeout_s)
            asked += 1
            try:
                return await call.only_answer()
            except CallError:
                if call.was_begun or asked == ASKED_MAX:
                    raise
            finally:
                call.give_up()

    async def stream(
        self, method: str, message: bytes, timeout_s: float | None
    ) -> AsyncGenerator[bytes, None]:
        """One message, many answers; closing it gives the call up. Raises CallError."""
        call = await self._begun(method, message, timeout_s)
        try:
            async for answer in call.messages():
                yield answer
        finally:
            call.give_up()

    async def close(self) -> None:
        """Hang up; calls under way are cancelled."""
        self._is_closed = True
        if self._dialling is not None:
            self._dialling.cancel()
            await asyncio.gather(self._dialling, return_exceptions=True)
        await asyncio.gather(*(connection.close() for connection in self._known))

    # A connection for a call.

    async def _begun(self, method: str, message: bytes, timeout_s: float | None) -> Call:
        connection = self._connection
        if connection is not None and connection.takes_calls and connection.has_room:
            return connection.begin(method, message, timeout_s)
        loop = asyncio.get_running_loop()
        ends_s = None if timeout_s is None else loop.time() + timeout_s
        connection = await self._connected(timeout_s)
        while not connection.has_room:
            try:
                async with asyncio.timeout_at(ends_s):
                    is_promised = await connection.room()
            except TimeoutError:
                late = f"{method}: no room on the connection within {timeout_s:g} s"
                raise CallError(DEADLINE_EXCEEDED, late) from None
            if is_promised:
                break
            connection = await self._connected(_left(ends_s))
        return connection.begin(method, message, _left(ends_s))

    async def _connected(self, timeout_s: float | None) -> Connection:
        """A connection that takes calls. Raises CallError."""
        loop = asyncio.get_running_loop()
        wait_s = self._options.connect_wait_s
        is_patient = wait_s > 0
        if timeout_s is not None:
            wait_s = min(wait_s, timeout_s) if is_patient else timeout_s
        elif not is_patient:
            wait_s = 2 * GREETING_S_MAX
        ends_s = loop.time() + wait_s
        while True:
            if self._is_closed:
                raise CallError(CANCELLED, f"the channel to {self.endpoint} was closed")
            if self._connection is not None and self._connection.takes_calls:
                return self._connection
            left_s = ends_s - loop.time()
            if left_s <= 0 or (not is_patient and loop.time() < self._next_dial_s):
                within = f" within {wait_s:g} s" if is_patient else ""
                reason = f": {self._fault}" if self._fault else ""
                raise CallError(UNAVAILABLE, f"no connection to {self.endpoint}{within}{reason}")
            if self._dialling is None or self._dialling.done():
                self._dialling = asyncio.create_task(self._dial(), name=f"dial {self.endpoint}")
            await asyncio.wait({self._dialling}, timeout=left_s)

    async def _dial(self) -> None:
        """Once, when it is time to."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._next_dial_s - loop.time()))
        connection: Connection | None = None
        try:
            async with asyncio.timeout(2 * GREETING_S_MAX):
                _, dialled = await loop.create_connection(self._endpoint, self._host, self._port)
                connection = cast("Connection", dialled.speaker)
                await connection.ready
        except (OSError, TimeoutError) as error:
            self._failed(error)
        else:
            self._failures = 0
            self._fault = ""
            dialled.abandon_after(self._options.keepalive.timeout_s)
            self._connection, connection = connection, None
        finally:
            if connection is not None:
                connection.abort()

    def _failed(self, error: Exception) -> None:
        options = self._options
        wait_s = min(options.redial_first_s * BACKOFF ** min(self._failures, 32), options.redial_max_s)
        wait_s *= random.uniform(1 - BACKOFF_SPREAD, 1 + BACKOFF_SPREAD)  # noqa: S311 - spreads clients of one server
        self._next_dial_s = asyncio.get_running_loop().time() + wait_s
        self._failures += 1
        self._fault = str(error) or type(error).__name__
        _log.debug(
            "channel.no_connection", endpoint=self.endpoint, reason=self._fault, failures=self._failures
        )

    def _endpoint(self) -> Endpoint:
        return Endpoint(self._context, self._speaker, self._server_name)

    def _speaker(self, endpoint: Endpoint) -> Connection:
        scheme = "http" if self._context is None else "https"
        authority = f"[{self._server_name}]" if ":" in self._server_name else self._server_name
        headers = RequestHeaders(scheme, f"{authority}:{self._port}")
        options = self._options
        return Connection(endpoint, headers, options.message_bytes_max, options.keepalive, self._known)


def _left(ends_s: float | None) -> float | None:
    """How much time a call still has, at least a millisecond; None where it has all the time there is."""
    return None if ends_s is None else max(0.001, ends_s - asyncio.get_running_loop().time())


def _address(endpoint: str) -> tuple[str, int]:
    """Host and port of "host:port", "[::1]:port" or gRPC's "dns:///host:port". Raises ValueError."""
    host, colon, port = endpoint.removeprefix("dns:///").rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    name = host[1:-1] if is_bracketed else host
    is_port = port.isascii() and port.isdigit() and 0 < int(port) <= 65_535
    if not (colon and name and is_port) or (":" in name and not is_bracketed) or "/" in name:
        raise ValueError(f"endpoint {endpoint!r}: must be host:port")
    return name, int(port)
