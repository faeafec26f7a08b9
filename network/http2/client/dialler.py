"""Has a connection to one server ready: dials when there is none, and waits longer after each dial that led nowhere."""

import asyncio
import contextlib
import random
import socket
import ssl
from dataclasses import dataclass, field
from typing import Final, cast

import structlog

from tanhui.network.http2.client.connection import Connection, Keepalive
from tanhui.network.http2.client.request_headers import RequestHeaders
from tanhui.network.http2.endpoint import GREETING_S_MAX, Endpoint
from tanhui.network.http2.status import CANCELLED, UNAVAILABLE, CallError
from tanhui.network.http2.tls import TlsOptions, client_context

_log = structlog.get_logger(__name__)

BACKOFF: Final = 1.6
BACKOFF_SPREAD: Final = 0.2
"""Each wait between two dials is so much longer than the last, give or take so much of it: gRPC's own
(connection-backoff.md)."""
DIAL_S_MAX: Final = 2 * GREETING_S_MAX
ADDRESS_S_MAX: Final = 3.0
"""After so long without an answer a host's next address is dialled. Both at once would be quicker (RFC 8305), but
asyncio's way to do that loses sockets when it is cancelled (3.11)."""


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """How a channel behaves.

    Attributes:
        message_bytes_max: the largest answer; a larger one ends its call.
        connect_wait_s: how long a call waits for a connection; 0 fails with the first dial that does.
        redial_first_s: between the first two dials that led nowhere.
        redial_max_s: between any two.
        keepalive: how a server that says nothing is found to be gone.
    """

    message_bytes_max: int
    connect_wait_s: float = 10.0
    redial_first_s: float = 0.1
    redial_max_s: float = 5.0
    keepalive: Keepalive = field(default_factory=Keepalive)


class Dialler:
    """Of one endpoint, host:port.

    Attributes:
        current: the connection that takes calls, or took them until lately.
    """

    def __init__(self, endpoint: str, tls: TlsOptions | None, options: ChannelOptions) -> None:
        """Nothing is dialled yet. Without `tls` it speaks in the clear, which belongs on loopback only.

        Raises:
            ValueError: the endpoint is not host:port, or a name, a certificate or a key cannot be read.
        """
        self._name = endpoint
        self._host, self._port = _address(endpoint)
        self._context: ssl.SSLContext | None = None if tls is None else client_context(tls)
        self._server_name = (tls.server_name if tls is not None else None) or self._host
        _require_name("server_name", self._server_name)
        self._shows_itself = tls is not None and tls.client_certificate is not None
        self._options = options
        self._known: set[Connection] = set()
        self._dialling: asyncio.Task[None] | None = None
        self._failures = 0
        self._next_dial_s = 0.0
        self._fault = ""
        self._is_closed = False
        self.current: Connection | None = None

    async def connected(self, timeout_s: float | None) -> Connection:
        """A connection that takes calls. Raises CallError."""
        loop = asyncio.get_running_loop()
        wait_s = self._options.connect_wait_s
        is_patient = wait_s > 0
        if timeout_s is not None:
            wait_s = min(wait_s, timeout_s) if is_patient else timeout_s
        elif not is_patient:
            wait_s = DIAL_S_MAX
        ends_s = loop.time() + wait_s
        while True:
            if self._is_closed:
                raise CallError(CANCELLED, f"the channel to {self._name} was closed")
            if self.current is not None and self.current.takes_calls:
                return self.current
            if self._dialling is None or self._dialling.done():
                self._part()
                if is_patient or self._next_dial_s <= loop.time():
                    self._dialling = asyncio.create_task(self._dial(), name=f"dial {self._name}")
            left_s = ends_s - loop.time()
            if left_s <= 0 or self._dialling is None or self._dialling.done():
                within = f" within {wait_s:g} s" if is_patient else ""
                reason = self._fault or "nobody has answered yet"
                raise CallError(UNAVAILABLE, f"no connection to {self._name}{within}: {reason}")
            await asyncio.wait({self._dialling}, timeout=left_s)

    async def close(self) -> None:
        """Hang up; calls under way are cancelled."""
        self._is_closed = True
        if self._dialling is not None:
            self._dialling.cancel()
            await asyncio.gather(self._dialling, return_exceptions=True)
        await asyncio.gather(*(connection.close() for connection in self._known))

    def _part(self) -> None:
        """From the connection there was. One over which no call was answered counts as a dial that led nowhere."""
        last, self.current = self.current, None
        if last is None:
            return
        if last.has_answered:
            self._failures, self._next_dial_s, self._fault = 0, 0.0, last.parting
        else:
            self._failed(last.parting)

    async def _dial(self) -> None:
        """Once, when it is time to."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._next_dial_s - loop.time()))
        connection: Connection | None = None
        try:
            async with asyncio.timeout(DIAL_S_MAX):
                endpoint = await self._reached()
                connection = cast("Connection", endpoint.speaker)
                await self._greeted(connection)
        except TimeoutError as error:
            self._failed(str(error) or f"nobody has answered within {DIAL_S_MAX:g} s")
        except (OSError, ValueError) as error:  # ValueError: a name that cannot be looked up
            self._failed(str(error) or type(error).__name__)
        else:
            endpoint.abandon_after(self._options.keepalive.timeout_s)
            self.current, connection = connection, None
        finally:
            if connection is not None:
                connection.abort()

    async def _reached(self) -> Endpoint:
        """The first of the host's addresses that answers. Raises OSError of the last, and UnicodeError."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        for _, _, _, _, address in found[:-1]:
            with contextlib.suppress(OSError):
                async with asyncio.timeout(ADDRESS_S_MAX):
                    return (await loop.create_connection(self._endpoint, *address[:2]))[1]
        return (await loop.create_connection(self._endpoint, *found[-1][4][:2]))[1]

    async def _greeted(self, connection: Connection) -> None:
        """Raises ConnectionError, with what the operator may look at first."""
        try:
            await connection.ready
        except ConnectionError as error:
            if "certificate" in str(error).lower():  # it says what is wrong
                raise
            hint = ""
            if self._context is None:
                hint = ": does it want TLS?"
            elif not self._shows_itself:
                hint = ": does it want the client's certificate?"
            raise ConnectionError(f"{error}, before it spoke HTTP/2{hint}") from error

    def _failed(self, reason: str) -> None:
        options = self._options
        wait_s = min(options.redial_first_s * BACKOFF ** min(self._failures, 32), options.redial_max_s)
        wait_s *= random.uniform(1 - BACKOFF_SPREAD, 1 + BACKOFF_SPREAD)  # noqa: S311 - spreads clients of one server
        self._next_dial_s = asyncio.get_running_loop().time() + wait_s
        self._failures += 1
        self._fault = reason
        _log.debug("channel.no_connection", endpoint=self._name, reason=reason, failures=self._failures)

    def _endpoint(self) -> Endpoint:
        return Endpoint(self._context, self._speaker, self._server_name)

    def _speaker(self, endpoint: Endpoint) -> Connection:
        scheme = "http" if self._context is None else "https"
        authority = f"[{self._server_name}]" if ":" in self._server_name else self._server_name
        headers = RequestHeaders(scheme, f"{authority}:{self._port}")
        options = self._options
        return Connection(endpoint, headers, options.message_bytes_max, options.keepalive, self._known)


def _address(endpoint: str) -> tuple[str, int]:
    """Host and port of "host:port", "[::1]:port" or gRPC's "dns:///host:port". Raises ValueError."""
    host, colon, port = endpoint.removeprefix("dns:///").rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    name = host[1:-1] if is_bracketed else host
    is_port = port.isascii() and port.isdigit() and 0 < int(port) <= 65_535
    if not (colon and name and is_port) or (":" in name and not is_bracketed) or "/" in name:
        raise ValueError(f"endpoint {endpoint!r}: must be host:port")
    _require_name("endpoint", name)
    return name, int(port)


def _require_name(field_name: str, name: str) -> None:
    """Raise ValueError for what is no name of a host: an empty label, or one of more than 63 characters."""
    try:
        name.encode("idna")
    except UnicodeError as error:
        raise ValueError(f"{field_name} {name!r}: {error}") from error
