"""A stream of events that its reader closes, and that finds its way back after a disconnect.

A task of its own reads ahead by a few answers, remembers how far it came, and after a disconnect asks for
what follows. So the reader sees every event once and in order, however often the connection breaks.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from tanhui.network.gateway.errors import GatewayError, grpc_code_name
from tanhui.network.gateway.status import GrpcCode
from tanhui.network.protocol.transport import TransportError

READ_AHEAD_MAX = 4
"""Answers read before the reader asks; then the peer is made to wait. An answer is a block or its events."""

RECOVERABLE = frozenset({GrpcCode.CANCELLED, GrpcCode.ABORTED, GrpcCode.INTERNAL, GrpcCode.UNAVAILABLE})
"""What a broken connection or a stopping peer ends a stream with; anything else would only happen again."""

EventT = TypeVar("EventT")
EventT_co = TypeVar("EventT_co", covariant=True)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a stream comes back.

    Attributes:
        wait_first_s: before the first attempt; each further one waits twice as long, give or take a quarter.
        wait_max_s: the longest wait.
        give_up_after_s: seconds without an answer until the error is raised; None goes on for ever.
    """

    wait_first_s: float = 0.1
    wait_max_s: float = 10.0
    give_up_after_s: float | None = None


DEFAULT_RECOVERY = Recovery()


class Source(Protocol[EventT_co]):
    """Where events come from: knows how to ask, and moves on with every answer."""

    async def settle(self) -> None:
        """Turn a start that depends on the moment into a block number. Raises TransportError."""

    async def open(self) -> AsyncIterator[bytes]:
        """Ask for what follows the last answer read. Raises TransportError, then and while being read."""

    def read(self, answer: bytes) -> Sequence[EventT_co]:
        """The events in an answer, and move behind them. Raises TransportError for a status that says no."""


class EventStream(Generic[EventT]):
    """Events as they come: `async with ... as events: async for event in events:`.

    Entering opens the stream; so does the first read. Leaving, or `close` from anywhere, ends it, and the
    reader's loop with it.
    """

    def __init__(self, source: Source[EventT], recovery: Recovery | None) -> None:
        self._source = source
        self._recovery = recovery
        self._answers: asyncio.Queue[Sequence[EventT] | None] = asyncio.Queue(READ_AHEAD_MAX)
        self._ready: deque[EventT] = deque()
        self._opened = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._closed = False

    async def open(self) -> Self:
        """Ask the peer; from here on no event is missed. Raises GatewayError, NoSignerError."""
        if self._task is None and not self._closed:
            self._task = asyncio.create_task(self._run())
        await self._opened.wait()
        if self._failure is not None:
            raise self._failure
        return self

    async def close(self) -> None:
        """Stop reading; events read ahead are dropped. Harmless when repeated."""
        self._closed = True
        self._ready.clear()
        self._opened.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        while not self._answers.empty():
            self._answers.get_nowait()
        self._answers.put_nowait(None)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> EventT:
        if self._task is None:
            await self.open()
        while not self._ready:
            answer = None if self._closed else await self._answers.get()
            if answer is None:
                return self._end()
            self._ready.extend(answer)
        return self._ready.popleft()

    def _end(self) -> EventT:
        if not self._answers.full():
            self._answers.put_nowait(None)  # for the next read, and for another reader that waits
        if self._failure is not None and not self._closed:
            raise self._failure
        raise StopAsyncIteration

    async def _run(self) -> None:
        try:
            await self._read_until_over()
        except TransportError as reason:
            self._failure = GatewayError(reason)
            self._failure.__cause__ = reason
        except Exception as reason:  # noqa: BLE001 - handed to the reader, who alone can deal with it
            self._failure = reason
        finally:
            self._opened.set()
        await self._answers.put(None)

    async def _read_until_over(self) -> None:
        attempts = Attempts(self._recovery)
        while True:
            try:
                if self._recovery is not None:
                    await self._source.settle()
                stream = await self._source.open()
                self._opened.set()
                await self._pass_on(stream, attempts)
                ended = TransportError(GrpcCode.UNAVAILABLE, "the peer ended the stream")
            except TransportError as reason:
                if self._recovery is None or reason.code not in RECOVERABLE:
                    raise
                ended = reason
            if self._recovery is None:
                return
            await attempts.wait_after(ended)

    async def _pass_on(self, stream: AsyncIterator[bytes], attempts: "Attempts") -> None:
        try:
            async for answer in stream:
                events = self._source.read(answer)
                attempts.succeeded()
                if events:
                    await self._answers.put(events)
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()


class Attempts:
    """Counts how often in a row a stream could not be read, and waits longer each time."""

    def __init__(self, recovery: Recovery | None) -> None:
        self._recovery = recovery or DEFAULT_RECOVERY
        self._in_a_row = 0
        self._since_s: float | None = None

    def succeeded(self) -> None:
        """An answer came."""
        self._in_a_row = 0
        self._since_s = None

    async def wait_after(self, reason: TransportError) -> None:
        """Wait before the next attempt, or raise `reason` when it has gone on for too long."""
        now_s = asyncio.get_running_loop().time()
        self._since_s = now_s if self._since_s is None else self._since_s
        limit_s = self._recovery.give_up_after_s
        if limit_s is not None and now_s - self._since_s >= limit_s:
            raise reason
        factor = float(2 ** min(self._in_a_row, 32))
        wait_s = min(self._recovery.wait_first_s * factor, self._recovery.wait_max_s)
        wait_s *= random.uniform(0.75, 1.25)  # noqa: S311 - spreads clients that lost the same peer
        self._in_a_row += 1
        _log.warning(
            "event stream lost (%s: %s); attempt %d in %.2f s",
            grpc_code_name(reason.code),
            reason.message,
            self._in_a_row,
            wait_s,
        )
        await asyncio.sleep(wait_s)
