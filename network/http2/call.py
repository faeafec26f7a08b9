"""One gRPC call on a connection: what the client sent, and what it is sent."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

from tanhui.network.http2 import frames
from tanhui.network.http2.frames import FrameError
from tanhui.network.http2.limits import Limits
from tanhui.network.http2.request import Request
from tanhui.network.http2.status import UNIMPLEMENTED, CallError, Status

QUEUED_BYTES_MAX: Final = 1 << 18
"""What a call that streams has waiting, before whoever serves it waits too."""


class Carrier(Protocol):
    """The connection, as its calls see it."""

    @property
    def peer(self) -> str:
        """The client's address."""

    @property
    def certificate(self) -> bytes | None:
        """The client's TLS certificate, DER."""

    def send_soon(self, call: "Call") -> None:
        """Send what is queued, in this turn."""

    def grant(self, stream: int, taken: int) -> None:
        """Let the client send as much again."""

    def set_busy(self, stream: int, is_busy: bool) -> None:
        """Whether reads may wait for one another, for this call's sake."""


class Call:
    """From its request headers to its trailers. Satisfies outgoing.Sending.

    Attributes:
        request: what its headers say.
        closed: nothing more is sent.
        on_close: called when the client is gone, or has given the call up, before it was answered.
    """

    def __init__(self, carrier: Carrier, request: Request, limits: Limits) -> None:
        self.request = request
        self.number = request.stream
        self.window = 0
        self.outgoing: deque[bytes | memoryview] = deque()
        self.ending: Status | None = None
        self.queued_bytes = 0
        self.headers_sent = False
        self.is_queued = False
        self.closed = False
        self.is_ended = False
        self.on_close: Callable[[], object] | None = None
        self._carrier = carrier
        self._messages = frames.MessageReader(limits.message_bytes_max)
        # At least what every call had before the client read our SETTINGS.
        self._window_bytes = max(limits.call_window_bytes, frames.WINDOW_BYTES_DEFAULT)
        self._arrived: deque[bytes] = deque()
        self._receive: Callable[[bytes], None] | None = None
        self._fault: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._untaken = 0

    # What whoever serves it does.

    @property
    def peer(self) -> str:
        """The client's address, for logs."""
        return self._carrier.peer

    @property
    def certificate(self) -> bytes | None:
        """The client's TLS certificate, DER; None where it showed none."""
        return self._carrier.certificate

    def send(self, message: bytes) -> None:
        """Queue one message, in order; nothing when the call is over."""
        if not self.closed:
            self.outgoing.append(frames.grpc_header(len(message)))
            self.outgoing.append(message)
            self.queued_bytes += frames.GRPC_HEADER_BYTES + len(message)
            if not self.is_queued:
                self._carrier.send_soon(self)

    async def drained(self) -> None:
        """Wait, where much is queued, until the client's windows took it."""
        if self.queued_bytes >= QUEUED_BYTES_MAX and not self.closed:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained

    def set_busy(self, is_busy: bool) -> None:
        """Say whether messages may wait for one another."""
        self._carrier.set_busy(self.number, is_busy)

    async def listen(self, receive: Callable[[bytes], None]) -> None:
        """Hand every message to `receive` as it comes; done when the client closed its side.

        What `receive` raises ends it. Raises CallError for a message that may not be.
        """
        self._receive = receive
        while self._arrived:
            receive(self._arrived.popleft())
        self._taken()
        while await self._more():
            pass

    async def messages(self) -> AsyncIterator[bytes]:
        """Every message, until the client closed its side. Raises CallError for one that may not be."""
        while True:
            while self._arrived:
                message = self._arrived.popleft()
                if not self._arrived:
                    self._taken()
                yield message
            if not await self._more():
                return

    async def only_message(self) -> bytes:
        """The message of a call that has one. Raises CallError for none, for two, and for one that may not be."""
        while len(self._arrived) < 2 and await self._more():
            pass
        if len(self._arrived) != 1:
            raise CallError(UNIMPLEMENTED, f"{len(self._arrived)} messages in a call that takes one")
        return self._arrived.popleft()

    # What the connection does.

    def arrived(self, data: bytes, carried: int) -> None:
        """DATA, `carried` bytes of the windows, padding included. Raises FrameError for more than its window."""
        self._untaken += carried
        if self.is_ended:
            raise FrameError(frames.STREAM_CLOSED, f"DATA behind the end of stream {self.number}")
        if self._untaken > self._window_bytes:
            raise FrameError(frames.FLOW_CONTROL_ERROR, f"more than the window of stream {self.number}")
        if self._fault is not None:
            return
        try:
            messages = self._messages.feed(data)
        except CallError as error:
            self._fail(error)
            return
        receive = self._receive
        if receive is None:
            self._arrived += messages
            self._wake()
        else:
            try:
                for message in messages:
                    receive(message)
            except Exception as error:  # noqa: BLE001 - it is raised where the conversation waits
                self._fail(error)
                return
        if not self._arrived:
            self._taken()

    def end(self) -> None:
        """The client sends no more."""
        self.is_ended = True
        self._wake()

    def close(self) -> None:
        """The client is gone, or gave the call up."""
        self.retire()
        if self.on_close is not None:
            self.on_close()

    def retire(self) -> None:
        """Nothing more is sent."""
        self.closed = True
        self.outgoing.clear()
        self.emptied()
        self.end()

    def emptied(self) -> None:
        """See Sending."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def _fail(self, fault: Exception) -> None:
        self._fault = fault
        self._wake()

    def _taken(self) -> None:
        """No whole message waits: let the client send as much again."""
        if self._untaken >= self._window_bytes // 4 and not self.is_ended:
            self._carrier.grant(self.number, self._untaken)
            self._untaken = 0

    async def _more(self) -> bool:
        """Wait for the client; False once it sends no more. Raises what went wrong with what it sent."""
        if self._fault is not None:
            raise self._fault
        if self.is_ended:
            return False
        self._waiting = asyncio.get_running_loop().create_future()
        await self._waiting
        return True

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
