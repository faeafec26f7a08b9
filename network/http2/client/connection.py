"""One connection to a server, the client's side: calls begun, answered, and lost with it."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tanhui.network.http2 import frames
from tanhui.network.http2.client.call import WINDOW_BYTES, Call
from tanhui.network.http2.client.outcome import of_reset
from tanhui.network.http2.client.request_headers import RequestHeaders
from tanhui.network.http2.endpoint import Endpoint
from tanhui.network.http2.frames import FrameError
from tanhui.network.http2.header_blocks import Headers
from tanhui.network.http2.link import Link
from tanhui.network.http2.status import (
    CANCELLED,
    INTERNAL,
    RESOURCE_EXHAUSTED,
    UNAVAILABLE,
    CallError,
    Status,
)

ANSWER_HEADERS_BYTES_MAX: Final = 1 << 20
"""Of one answer: a Gateway's trailers name every endpoint that refused, and why."""
STREAMS_MAX: Final = 1_000
"""Calls at once, where the server allows so many; the rest waits for its turn."""
WAITING_MAX: Final = 10_000
"""Calls that wait for it."""


@dataclass(frozen=True, slots=True)
class Keepalive:
    """How a server that says nothing is found to be gone, while calls are open.

    Attributes:
        interval_s: of silence, after which it is pinged. A peer hangs up on clients that ping more often than its
            keepalive.minInterval, 60 s (core.yaml).
        timeout_s: to answer, or to acknowledge what was sent.
    """

    interval_s: float = 120.0
    timeout_s: float = 20.0


class Connection(Link[Call]):
    """From the handshake to the end.

    Attributes:
        ready: done when the server has said what it takes; a ConnectionError where it never does.
        has_answered: some call was, or has begun to be.
        parting: why it takes no more calls.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        headers: RequestHeaders,
        message_bytes_max: int,
        keepalive: Keepalive,
        known: "set[Connection]",
    ) -> None:
        """`known` holds the connections that are open."""
        super().__init__(endpoint, preface=b"", header_block_bytes_max=ANSWER_HEADERS_BYTES_MAX)
        self._known = known
        self._headers = headers
        self._message_bytes_max = message_bytes_max
        self._keepalive = keepalive
        self._open: dict[int, Call] = {}
        self._next = 1
        self._streams_max = STREAMS_MAX
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self._promised = 0
        self._is_leaving = False
        self._is_lost = False
        self._pinged_s: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.has_answered = False
        self.parting = ""
        self.ready: asyncio.Future[None] = self._loop.create_future()
        known.add(self)

    # What the endpoint tells.

    def opened(self) -> None:
        """Say what we take."""
        welcome = {frames.SETTINGS_ENABLE_PUSH: 0, frames.SETTINGS_INITIAL_WINDOW: WINDOW_BYTES}
        self._outgoing.add(frames.PREFACE + self._welcome(welcome))
        self._flush_soon()

    def lost(self) -> None:
        """Every call is over."""
        self._known.discard(self)
        self._pongs.forget()
        self._lose(self._endpoint.fault or "the server closed the connection")

    # What the channel and calls ask.

    @property
    def takes_calls(self) -> bool:
        """Whether calls can be begun, now or when others have ended."""
        return not (self._is_leaving or self._is_lost) and self.ready.done()

    @property
    def has_room(self) -> bool:
        """Whether a call can be begun now."""
        return len(self._open) + self._promised < self._streams_max

    async def room(self) -> bool:
        """Wait for a call to end; the room it leaves is for whoever waited longest. False once none will be.

        Raises:
            CallError: too many wait.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise CallError(RESOURCE_EXHAUSTED, f"{WAITING_MAX} calls wait for others to end")
        turn: asyncio.Future[bool] = self._loop.create_future()
        self._waiting.append(turn)
        try:
            is_promised = await turn
        except asyncio.CancelledError:
            with contextlib.suppress(ValueError):
                self._waiting.remove(turn)
            if turn.done() and not turn.cancelled() and turn.result():
                self._promised -= 1
                self._promise()
            raise
        self._promised -= is_promised
        return is_promised and self.takes_calls

    def begin(self, method: str, message: bytes, timeout_s: float | None) -> Call:
        """Ask. Only while it takes calls and has room."""
        message = bytes(message)  # what is none must not be found in the midst of what others send
        block = self._headers.block(method, timeout_s)
        number = self._next
        self._next += 2
        if self._next > frames.WINDOW_BYTES_MAX:  # of 31 bits, too: the next call dials again
            self._is_leaving = True
        call = self._open[number] = Call(self, number, method, self._message_bytes_max)
        self._outgoing.add(frames.frame(frames.HEADERS, frames.END_HEADERS, number, block))
        call.send(message)
        if timeout_s is not None:
            call.expire_after(timeout_s)
        return call

    def give_up(self, call: Call, status: Status) -> None:
        """See Server."""
        if call.number in self._open:
            self._stop(call)
            self._finish(call, status)

    async def close(self) -> None:
        """Give every call up and hang up."""
        for call in list(self._open.values()):
            self.give_up(call, Status(CANCELLED, "the connection was closed here"))
        self._is_leaving = True
        self._flush()
        await self._endpoint.closed()

    # What a client does in its own way.

    def _find(self, number: int) -> Call | None:
        call = self._open.get(number)
        if call is None and (number >= self._next or not number % 2):
            raise FrameError(frames.PROTOCOL_ERROR, f"a frame of stream {number}, which was not opened")
        return call

    def _streams(self) -> Iterable[Call]:
        return self._open.values()

    def _headed(self, headers: Headers) -> None:
        call = self._find(headers.stream)
        if call is None:
            return
        self.has_answered = True
        status = call.headed(headers)
        if status is not None:
            if call.outgoing or not headers.is_last:  # one side of it would go on
                self._stop(call)
            self._finish(call, status)

    def _half_closed(self, stream: Call) -> None:
        if stream.outgoing:
            self._stop(stream)
        self._finish(stream, Status(INTERNAL, "the answer ended without a status"))

    def _was_reset(self, number: int, code: int) -> None:
        call = self._open[number]
        call.was_begun = code != frames.REFUSED_STREAM
        self._finish(call, of_reset(code))

    def _leaving(self, payload: bytes) -> None:
        """Calls behind the last that the server began are nobody's; the others it still answers."""
        last, code, reason = frames.parse_goaway(payload)
        self._is_leaving = True
        self._turn_away()
        said = "the server is leaving" + (f", HTTP/2's error {code}: {reason}" if reason else "")
        self.parting = said
        for call in [call for number, call in self._open.items() if number > last]:
            call.was_begun = False
            self._finish(call, Status(UNAVAILABLE, said))
        self._leave()

    def _finished(self, stream: Call) -> bytes:
        raise AssertionError(f"stream {stream.number}: a client sends no trailers")

    def _lose(self, reason: str) -> None:
        if self._is_lost:
            return
        self._is_lost = True
        self.parting = self.parting or reason
        if self._timer is not None:
            self._timer.cancel()
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(reason))
            self.ready.exception()  # who dialled may have given up: nobody need hear of it
        self._turn_away()
        for call in list(self._open.values()):
            self._finish(call, Status(UNAVAILABLE, f"the connection was lost: {reason}"))

    def _last(self) -> int:
        return 0

    def _settled(self, payload: bytes) -> None:
        for name, value in frames.parse_settings(payload):
            if name == frames.SETTINGS_MAX_STREAMS:
                self._streams_max = min(value, STREAMS_MAX)
                self._promise()
            elif name == frames.SETTINGS_TABLE_BYTES:
                self._headers.set_table(value)
        if not self.ready.done():
            self.ready.set_result(None)
            self._timer = self._loop.call_later(self._keepalive.interval_s, self._watch)

    def _stop(self, call: Call) -> None:
        self._outgoing.add(frames.rst_stream(call.number, frames.CANCEL))
        self._flush_soon()

    def _finish(self, call: Call, status: Status) -> None:
        del self._open[call.number]
        call.over(status)
        self._promise()
        if self._is_leaving:
            self._leave()

    def _promise(self) -> None:
        """Room to whoever waited longest."""
        while self._waiting and self.has_room:
            turn = self._waiting.popleft()
            if not turn.done():
                self._promised += 1
                turn.set_result(True)

    def _turn_away(self) -> None:
        """Whoever waits for room looks for it elsewhere."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(False)

    def _leave(self) -> None:
        if not self._open:
            self._endpoint.close()

    def _watch(self) -> None:
        """Ping a server that has been silent while calls are open; hang up where it does not answer."""
        now_s, keepalive = self._loop.time(), self._keepalive
        wait_s = keepalive.interval_s
        if self._pinged_s is not None and self.heard_s < self._pinged_s:
            self._endpoint.fault = f"no word from the server for {round(now_s - self.heard_s)} s"
            self.abort()
            return
        self._pinged_s = None
        silent_s = now_s - self.heard_s
        if self._open and silent_s >= keepalive.interval_s:
            self._pinged_s = now_s
            self.ping()
            wait_s = keepalive.timeout_s
        elif self._open:
            wait_s -= silent_s
        self._timer = self._loop.call_later(wait_s, self._watch)
