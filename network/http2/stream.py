"""One gRPC call's two directions, whichever end of it this is: what is to be sent, and what came."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from tanhui.network.http2 import frames
from tanhui.network.http2.frames import FrameError
from tanhui.network.http2.status import CallError, Status


class Carrier(Protocol):
    """The connection, as its streams see it."""

    def send_soon(self, stream: "Stream") -> None:
        """Send what is queued, in this turn."""

    def grant(self, number: int, taken: int) -> None:
        """Let the other side send as much again on a stream."""


class Stream:
    """From its first headers to its last. Satisfies outgoing.Sending.

    Attributes:
        closed: nothing more is sent.
        is_ended: nothing more comes.
    """

    def __init__(self, carrier: Carrier, number: int, message_bytes_max: int, window_bytes: int) -> None:
        """`window_bytes`: what the other side may send before it was taken."""
        self.number = number
        self.window = 0
        self.outgoing: deque[bytes | memoryview] = deque()
        self.ending: Status | None = None
        self.ends_with_data = False
        self.queued_bytes = 0
        self.headers_sent = False
        self.is_queued = False
        self.closed = False
        self.is_ended = False
        self._carrier = carrier
        self._messages = frames.MessageReader(message_bytes_max)
        # At least what every stream had before the other side read our SETTINGS.
        self._window_bytes = max(window_bytes, frames.WINDOW_BYTES_DEFAULT)
        self._arrived: deque[bytes] = deque()
        self._receive: Callable[[bytes], None] | None = None
        self._fault: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._untaken = 0

    # What whoever speaks on it does.

    def send(self, message: bytes) -> None:
        """Queue one message, in order; nothing when the call is over."""
        if not self.closed:
            self.outgoing.append(frames.grpc_header(len(message)))
            self.outgoing.append(message)
            self.queued_bytes += frames.GRPC_HEADER_BYTES + len(message)
            if not self.is_queued:
                self._carrier.send_soon(self)

    async def messages(self) -> AsyncIterator[bytes]:
        """Every message, until the other side sends no more. Raises CallError for one that may not be."""
        while True:
            while self._arrived:
                message = self._arrived.popleft()
                if not self._arrived:
                    self._taken()
                yield message
            if not await self._more():
                return

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

    def retire(self) -> None:
        """Nothing more is sent."""
        self.closed = True
        self._receive = None  # mostly a method of whoever holds this stream: the two would keep each other
        self.outgoing.clear()
        self.emptied()
        self.is_ended = True
        self._wake()

    def emptied(self) -> None:
        """See Sending."""

    def _fail(self, fault: Exception) -> None:
        self._fault = fault
        self._wake()

    def _taken(self) -> None:
        """No whole message waits: let the other side send as much again."""
        if self._untaken >= self._window_bytes // 4 and not self.is_ended:
            self._carrier.grant(self.number, self._untaken)
            self._untaken = 0

    async def _more(self) -> bool:
        """Wait for the other side; False once it sends no more. Raises what went wrong with what it sent."""
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
