"""One connection's socket: TLS, and reads that wait for one another under load.

While what speaks over it is busy (several transactions of a chaincode are in flight), reads are moderated as a network
card moderates its interrupts: after each one the socket rests, so that the next brings what came meanwhile, and what is
answered leaves together. A transaction that is alone never waits.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Final, Protocol, cast

import structlog

from tanhui.network.http2.tls import TlsLayer

_log = structlog.get_logger(__name__)

READ_BYTES: Final = 1 << 16
"""Taken from the socket at once."""
REST_S: Final = 0.006
"""Between two reads of a busy socket.

A read costs more than the messages in it (the loop's turn, TLS, two system calls, on caches that others have emptied),
so it should bring many. But after some milliseconds without work a processor runs slowly for a while: eight
transactions cost 200 µs after a rest of up to 2 ms, 300 after 4, 450 after 8 and 670 after 16. Beside a peer, an
orderer and a client they cost least, and took hardly longer, with 4 to 8 ms."""
UNREAD_BYTES_MAX: Final = 1 << 20
"""Written and not taken by the socket. Messages wait once it is full: so much more can only be answers to PING,
SETTINGS and the like, from a side that does not read them."""
GREETING_S_MAX: Final = 20.0
"""TLS and the first words of HTTP/2: who has not said them by then is hung up on."""
CLOSE_S_MAX: Final = 2.0
"""How long the other side may take to see that the connection ends."""


class Speaker(Protocol):
    """What speaks over an endpoint."""

    def opened(self) -> None:
        """The handshake is over."""

    def received(self, data: bytes) -> None:
        """What the other side said."""

    def writable(self) -> None:
        """There is room in the socket again."""

    def lost(self) -> None:
        """The socket is gone."""


class Endpoint(asyncio.BufferedProtocol):
    """One socket, accepted or dialled, from the handshake to the end.

    Attributes:
        speaker: what speaks over it.
        fault: why it ended, where that is known.
        is_full: the socket takes no more for now.
        is_busy: reads are moderated.
        heard_s: when something came last, by the event loop's clock.
    """

    def __init__(
        self,
        context: ssl.SSLContext | None,
        speaker: Callable[["Endpoint"], Speaker],
        server_name: str | None = None,
    ) -> None:
        """`server_name`: whom a client dials; None for a socket that was accepted."""
        self._loop = asyncio.get_running_loop()
        self._is_client = server_name is not None
        self._tls = None if context is None else TlsLayer(context, server_name)
        self.speaker = speaker(self)
        self._buffer = memoryview(bytearray(READ_BYTES))
        self._transport: asyncio.Transport | None = None
        self._socket: socket.socket | None = None
        self._is_resting = False
        self._deadline: asyncio.TimerHandle | None = None
        self._gone = asyncio.Event()
        self._is_wanted = True
        self.fault = ""
        self.is_full = False
        self.is_busy = False
        self.heard_s = self._loop.time()

    # asyncio.BufferedProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.Transport", transport)
        self.heard_s = self._loop.time()
        if not self._is_wanted:
            self._transport.abort()
            return
        self._deadline = self._loop.call_later(GREETING_S_MAX, self._miss_greeting)
        if self._tls is None:
            self.speaker.opened()
        elif self._is_client:
            self._send_raw(self._tls.began())

    def eof_received(self) -> bool:
        """The other side sends no more: what waits for it is sent, for a while."""
        self.close()
        return True  # asyncio need not close what is closing

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes go."""
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes came."""
        self.heard_s = self._loop.time()
        self._hand_over(nbytes)
        if self._transport is None or self._transport.is_closing():
            return
        if self.is_busy:
            if not self._is_resting:
                self._is_resting = True
                self._transport.pause_reading()
            self._loop.call_later(REST_S if nbytes < READ_BYTES else 0.0, self._read_on)
        else:
            self._wait_for_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        if exc is not None:
            self.fault = self.fault or str(exc)
        self._transport = None
        if self._socket is not None:
            self._socket.close()
        self._forget_deadline()
        self._gone.set()
        self.speaker.lost()

    def pause_writing(self) -> None:
        """The socket is full."""
        self.is_full = True

    def resume_writing(self) -> None:
        """There is room again."""
        self.is_full = False
        self.speaker.writable()

    # What speaks over it asks.

    @property
    def peer(self) -> str:
        """Its address, for logs."""
        return "" if self._transport is None else _address(self._transport.get_extra_info("peername"))

    @property
    def certificate(self) -> bytes | None:
        """What the other side showed, DER."""
        return None if self._tls is None else self._tls.certificate

    @property
    def is_open(self) -> bool:
        """Whether anything can be sent."""
        is_wanted = self._is_wanted and self._transport is not None
        return is_wanted and (self._tls is None or self._tls.is_ready)

    def greeted(self) -> None:
        """The other side speaks HTTP/2."""
        if self._is_wanted:
            self._forget_deadline()

    def write(self, data: bytes) -> None:
        """Send; nothing before the handshake is over and after the end."""
        if self.is_open:
            self._send_raw(data if self._tls is None else self._tls.sealed(data))

    def close(self) -> None:
        """Send what waits, for a while, then hang up."""
        if not self._is_wanted:
            return
        self._is_wanted = False
        self._forget_deadline()
        if self._transport is not None:
            if self._tls is not None:
                self._send_raw(self._tls.closed())
            self._transport.close()
            self._deadline = self._loop.call_later(CLOSE_S_MAX, self.abort)

    def abort(self) -> None:
        """Hang up without a word: nobody listens."""
        self._is_wanted = False
        if self._transport is not None:
            self._transport.abort()

    def abandon_after(self, seconds: float) -> None:
        """Where the kernel can: count a connection as gone once nobody acknowledged for so long what it sent."""
        if self._transport is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            found: socket.socket = self._transport.get_extra_info("socket")
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1_000))

    async def closed(self) -> None:
        """Hang up, and wait until the other side has seen it, for a while."""
        self.close()
        await self._gone.wait()

    def _hand_over(self, nbytes: int) -> None:
        """What is in the buffer to the speaker."""
        tls = self._tls
        if tls is None:
            self.speaker.received(bytes(self._buffer[:nbytes]))
            return
        try:
            data = tls.opened(self._buffer[:nbytes]) if tls.is_ready else self._shake_hands(tls, nbytes)
        except ssl.SSLError as error:
            self.fault = _reason(error)
            if not self._is_client:  # who dials says what became of it
                _log.warning("connection.broken", peer=self.peer, reason=self.fault)
            self._send_raw(tls.waiting())
            self.close()
            return
        if data:
            self.speaker.received(data)
        if tls.is_over:
            self.close()

    def _read_on(self) -> None:
        """After a rest: read what came, past asyncio, which would turn the event loop and ask epoll twice for it."""
        if self._transport is None or self._transport.is_closing():
            return
        # A descriptor of our own, for busy connections alone: strangers cost one each.
        if self._socket is None:
            self._socket = self._transport.get_extra_info("socket").dup()
        try:
            nbytes = self._socket.recv_into(self._buffer)
        except OSError:
            nbytes = 0
        if nbytes:
            self.buffer_updated(nbytes)
        else:  # nothing came, or nothing will: the transport finds out which
            self._wait_for_more()

    def _wait_for_more(self) -> None:
        if self._is_resting and self._transport is not None:
            self._is_resting = False
            self._transport.resume_reading()

    def _shake_hands(self, tls: TlsLayer, nbytes: int) -> bytes:
        data = tls.opened(self._buffer[:nbytes])
        self._send_raw(tls.waiting())
        if tls.is_ready:
            self.speaker.opened()
        return data

    def _miss_greeting(self) -> None:
        self.fault = f"no word of HTTP/2 within {GREETING_S_MAX:g} s"
        self.abort()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _send_raw(self, data: bytes) -> None:
        if data and self._transport is not None:
            self._transport.write(data)
            if self.is_full and self._transport.get_write_buffer_size() > UNREAD_BYTES_MAX:
                self.fault = "it asks for answers that it does not read"
                self.abort()


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message.rstrip('.')}"
    return getattr(error, "reason", None) or str(error.args[-1])  # only OpenSSL's own have one


def _address(name: tuple[str, int] | str) -> str:
    return f"{name[0]}:{name[1]}" if isinstance(name, tuple) else str(name)
