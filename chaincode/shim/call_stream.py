"""One call of `protos.Chaincode/Connect` on a connection: what the peer sent, and what it is sent."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from tanhui.chaincode.shim import frames

WINDOW_BYTES: Final = 16 << 20
"""How much a peer may send on a stream, and on the connection, before we have taken it."""


class Carrier(Protocol):
    """The connection, as its calls see it."""

    def send_soon(self) -> None:
        """Send what is queued, in this turn."""

    def grant(self, stream: int, taken: int) -> None:
        """Let the peer send as much again."""

    def set_busy(self, stream: int, is_busy: bool) -> None:
        """Whether a call has several transactions in flight."""


class CallStream:
    """Satisfies conversation.MessageStream, and outgoing.Sending."""

    def __init__(self, carrier: Carrier, number: int, window: int, message_bytes_max: int) -> None:
        self.number = number
        self.window = window
        self.outgoing: deque[bytes | memoryview] = deque()
        self.closed = False
        self.headers_sent = False
        self._carrier = carrier
        self._messages = frames.MessageReader(message_bytes_max)
        self._arrived: list[bytes] = []
        self._receive: Callable[[bytes], None] | None = None
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._untaken = 0

    def send(self, message: bytes) -> None:
        """See MessageStream."""
        if not self.closed:
            self.outgoing.append(frames.grpc_header(len(message)))
            self.outgoing.append(message)
            self._carrier.send_soon()

    def set_busy(self, is_busy: bool) -> None:
        """See MessageStream."""
        self._carrier.set_busy(self.number, is_busy)

    async def listen(self, receive: Callable[[bytes], None]) -> None:
        """See MessageStream."""
        self._receive = receive
        self._hand_over(self._arrived)
        self._arrived = []
        await self._over

    def arrived(self, data: bytes, carried: int) -> None:
        """DATA, `carried` bytes of the windows, padding included."""
        messages = self._messages.feed(data)
        self._untaken += carried
        if self._untaken >= WINDOW_BYTES // 4:
            self._carrier.grant(self.number, self._untaken)
            self._untaken = 0
        if self._receive is None:
            self._arrived += messages
        else:
            self._hand_over(messages)

    def end(self) -> None:
        """The peer sends no more."""
        if not self._over.done():
            self._over.set_result(None)

    def close(self) -> None:
        """Nothing more is sent."""
        self.closed = True
        self.outgoing.clear()
        self.end()

    def _hand_over(self, messages: list[bytes]) -> None:
        receive, over = self._receive, self._over
        assert receive is not None, "somebody listens"
        try:
            for message in messages:
                if over.done():
                    return
                receive(message)
        except Exception as error:  # noqa: BLE001 - it is raised where the conversation waits
            over.set_exception(error)
