"""The bounded queue before the cutter: by messages and by bytes. Who finds it full waits in line."""

import asyncio
from collections import deque
from dataclasses import dataclass

from tanhui.node.ordering.cutter import Message
from tanhui.node.ordering.errors import OrderingQueueFull, OrderingStopped


@dataclass(frozen=True, slots=True)
class Queued:
    """An admitted message.

    Attributes:
        config_sequence: of the configuration that admitted it; under a newer one it is judged again.
        is_config: a CONFIG envelope that the orderer made; it gets a block of its own.
    """

    message: Message
    config_sequence: int
    is_config: bool = False


class OrderingQueue:
    """First in, first out. One event loop."""

    def __init__(self, messages_max: int, bytes_max: int) -> None:
        self._messages_max = messages_max
        self._bytes_max = bytes_max
        self._items: deque[Queued] = deque()
        self._bytes = 0
        self._line: deque[asyncio.Future[None]] = deque()
        self._arrived = asyncio.Event()
        self._enough = (1, 1)
        """With how many messages, or bytes, `wait` returns."""
        self._closed: str | None = None

    def __len__(self) -> int:
        return len(self._items)

    @property
    def queued_bytes(self) -> int:
        """Bytes of all queued envelopes."""
        return self._bytes

    @property
    def in_line(self) -> int:
        """Callers that wait for room."""
        return len(self._line)

    async def put(self, item: Queued, wait_s: float) -> None:
        """Append, waiting up to `wait_s` seconds for room.

        Raises:
            OrderingQueueFull: no room came free.
            OrderingStopped: the queue was closed.
        """
        if self._line or not self._fits(item):
            await self._stand_in_line(item, wait_s)
        if self._closed is not None:
            raise OrderingStopped(self._closed)
        self._items.append(item)
        self._bytes += len(item.message.raw)
        if item.is_config or self._is_enough():
            self._arrived.set()

    async def _stand_in_line(self, item: Queued, wait_s: float) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(place)
        self._arrived.set()
        try:
            async with asyncio.timeout(wait_s):
                while self._closed is None and not (self._line[0] is place and self._fits(item)):
                    await place
                    called, place = place, asyncio.get_running_loop().create_future()
                    self._line[self._line.index(called)] = place
        except TimeoutError:
            raise OrderingQueueFull(len(self._items), self._bytes) from None
        finally:
            self._line.remove(place)
            self._call_first()

    def _fits(self, item: Queued) -> bool:
        if not self._items:
            return True
        return (
            len(self._items) < self._messages_max and self._bytes + len(item.message.raw) <= self._bytes_max
        )

    def _call_first(self) -> None:
        if self._line and not self._line[0].done():
            self._line[0].set_result(None)

    def pop(self) -> Queued | None:
        """The next message, None when there is none."""
        if not self._items:
            self._arrived.clear()
            return None
        item = self._items.popleft()
        self._bytes -= len(item.message.raw)
        self._call_first()
        return item

    async def wait(self, messages: int = 1, message_bytes: int = 1) -> None:
        """Return when so many messages, or so many bytes of them, are queued.

        Also when something cannot wait for that: a CONFIG came, somebody stands in line, the queue was closed, or
        `wake` was called, since `pop` last found nothing.
        """
        self._enough = messages, message_bytes
        if self._closed is None and not self._is_enough():
            await self._arrived.wait()

    def wake(self) -> None:
        """Let `wait` return."""
        self._arrived.set()

    def _is_enough(self) -> bool:
        messages, message_bytes = self._enough
        return len(self._items) >= messages or self._bytes >= message_bytes

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed is not None

    def close(self, reason: str) -> None:
        """Take no more; what is queued can still be popped. Everybody in line is refused."""
        if self._closed is None:
            self._closed = reason
        for place in self._line:
            if not place.done():
                place.set_result(None)
        self._arrived.set()
