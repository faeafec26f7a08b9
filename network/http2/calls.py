"""The calls of one connection: begun by request headers, served each by a task of its own, ended from either side."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import structlog

from tanhui.network.http2 import frames
from tanhui.network.http2.call import Call, Client
from tanhui.network.http2.frames import FrameError
from tanhui.network.http2.header_blocks import Headers
from tanhui.network.http2.limits import Limits
from tanhui.network.http2.request import read_request
from tanhui.network.http2.status import INTERNAL, UNAVAILABLE, CallError, Status

_log = structlog.get_logger(__name__)

Serve = Callable[[Call], Awaitable[Status]]
"""Serves a call until it is over."""


class Calls:
    """Of one connection.

    Attributes:
        last: the number of the newest that the client began.
        is_stopped: no more are begun; the client was told which was the last.
    """

    def __init__(self, client: Client, serve: Serve, limits: Limits) -> None:
        self._client = client
        self._serve = serve
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._open: dict[int, Call] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.last = 0
        self.is_stopped = False

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._open.values())

    def find(self, number: int) -> Call | None:
        """None for one that ended. Raises FrameError for one that was never begun."""
        call = self._open.get(number)
        if call is None and (number > self.last or not number % 2):
            raise FrameError(frames.PROTOCOL_ERROR, f"a frame of stream {number}, which was not opened")
        return call

    def begin(self, found: Headers) -> bytes:
        """Serve a call; the frame that refuses it, b"" where nothing is wrong with it. Raises FrameError."""
        number = found.stream
        if not number % 2:
            raise FrameError(frames.PROTOCOL_ERROR, f"HEADERS on stream {number}")
        if self.is_stopped:
            return frames.rst_stream(number, frames.REFUSED_STREAM)
        self.last = number
        # Calls whose answers wait for windows count, and so do tasks of calls that were reset and have not ended yet.
        if max(len(self._open), len(self._tasks)) >= self._limits.streams_max:
            return frames.rst_stream(number, frames.REFUSED_STREAM)
        request = read_request(found)
        if request is None:
            return frames.rst_stream(number, frames.PROTOCOL_ERROR)
        call = Call(self._client, request, self._limits)
        self._open[number] = call
        if found.is_last:
            call.end()
        task = self._loop.create_task(self._run(call), name=request.method)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return b""

    def reset(self, number: int) -> None:
        """The client gave a call up."""
        call = self._open.pop(number, None)
        if call is not None:
            self._client.set_busy(number, is_busy=False)
            call.close()

    def ended(self, call: Call) -> bytes:
        """Its trailers are on their way; what stops a client that has not said all yet (RFC 9113, 8.1)."""
        self._open.pop(call.number, None)
        self._client.set_busy(call.number, is_busy=False)
        stop = b"" if call.is_ended else frames.rst_stream(call.number, frames.NO_ERROR)
        call.retire()
        return stop

    def lose(self) -> None:
        """The connection is gone."""
        for number in list(self._open):
            self.reset(number)

    async def finish(self, grace_s: float) -> None:
        """Let them end for so long, then cut them off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, call: Call) -> None:
        if call.closed:  # given up in the same read that began it
            return
        status = Status(UNAVAILABLE, "the server is stopping")
        try:
            status = await self._serve(call)
        except CallError as refused:
            status = refused.status
        except Exception as error:  # noqa: BLE001 - one call's fault ends that call
            _log.error("call.failed", method=call.request.method, error=type(error).__name__, exc_info=error)
            status = Status(INTERNAL, "the server failed")
        finally:
            call.on_close = None
            if not call.closed:
                call.ending = status
                self._client.send_soon(call)
