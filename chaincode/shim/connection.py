"""One peer's HTTP/2 connection, the server's side, for one method: `/protos.Chaincode/Connect`.

A general gRPC stack costs more CPU a message than a chaincode's transaction does (docs/adr/0013). This one does
what a chaincode's stream needs and refuses the rest.

Sources: RFC 9113, and gRPC over HTTP/2 (PROTOCOL-HTTP2.md).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from tanhui.chaincode.shim import frames
from tanhui.chaincode.shim.call_stream import WINDOW_BYTES, CallStream
from tanhui.chaincode.shim.endpoint import Endpoint
from tanhui.chaincode.shim.frames import Frame, FrameError
from tanhui.chaincode.shim.header_blocks import HEADER_BLOCK_BYTES_MAX, HeaderBlocks, Headers
from tanhui.chaincode.shim.outgoing import Outgoing, trailers
from tanhui.chaincode.shim.pongs import Pongs

_log = structlog.get_logger(__name__)

METHOD: Final = "/protos.Chaincode/Connect"
FRAME_BYTES_MAX: Final = 1 << 16
"""The largest frame that we take, and that we send."""
STREAMS_MAX: Final = 16
CONTROL_FRAMES_MAX: Final = 10_000
"""PING, SETTINGS and the like between two DATA frames: beyond it the peer is told to calm down."""

_UNIMPLEMENTED, _INTERNAL, _UNAVAILABLE = 12, 13, 14

Serve = Callable[[CallStream], Awaitable[tuple[int, str]]]
"""Converses until the call is over; gRPC's status and its message."""


class Http2Connection:
    """From the handshake to the end. What one turn of the event loop has to send leaves in one write."""

    def __init__(
        self, endpoint: Endpoint, serve: Serve, message_bytes_max: int, known: "set[Http2Connection]"
    ) -> None:
        """`known` holds the connections that are open."""
        self._endpoint = endpoint
        self._serve = serve
        self._known = known
        self._message_bytes_max = message_bytes_max
        self._loop = asyncio.get_running_loop()
        self._reader = frames.FrameReader(FRAME_BYTES_MAX)
        self._blocks = HeaderBlocks()
        self._streams: dict[int, CallStream] = {}
        self._busy: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_stream = 0
        self._outgoing = Outgoing(FRAME_BYTES_MAX)
        self._pongs = Pongs(self._loop, self.send_soon)
        self._untaken = 0
        self._control = 0
        self._flushing = False
        known.add(self)

    # What the endpoint tells.

    def opened(self) -> None:
        """Say what we take."""
        self._outgoing.add(
            frames.settings(
                {
                    frames.SETTINGS_MAX_STREAMS: STREAMS_MAX,
                    frames.SETTINGS_INITIAL_WINDOW: WINDOW_BYTES,
                    frames.SETTINGS_MAX_FRAME: FRAME_BYTES_MAX,
                    frames.SETTINGS_MAX_HEADERS: HEADER_BLOCK_BYTES_MAX,
                }
            )
            + frames.window_update(0, WINDOW_BYTES - frames.WINDOW_BYTES_DEFAULT)
        )
        self.send_soon()

    def received(self, data: bytes) -> None:
        """Frames, or parts of them."""
        self._flushing = True  # at the end of this turn, whatever is said in it
        try:
            for found in self._reader.feed(data):
                self._receive(found)
            self._flush()
        except FrameError as error:
            self._end(error.code, str(error))

    def writable(self) -> None:
        """There is room in the socket again."""
        self._flush()

    def lost(self) -> None:
        """Every call is over."""
        self._known.discard(self)
        self._pongs.forget()
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()

    # What the server and its calls ask.

    @property
    def peer(self) -> str:
        """Its address, for logs."""
        return self._endpoint.peer

    @property
    def heard_s(self) -> float:
        """When something came last, by the event loop's clock."""
        return self._endpoint.heard_s

    def send_soon(self) -> None:
        """Send what is queued in this turn, together."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def grant(self, stream: int, taken: int) -> None:
        """Let the peer send as much again."""
        self._outgoing.add(frames.window_update(stream, taken))
        self.send_soon()

    def set_busy(self, stream: int, is_busy: bool) -> None:
        """Whether a call has several transactions in flight: then reads wait for one another."""
        if is_busy:
            self._busy.add(stream)
        else:
            self._busy.discard(stream)
        self._endpoint.is_busy = bool(self._busy)

    def ping(self) -> None:
        """Ask whether the peer is there; any frame is an answer."""
        self._outgoing.add(frames.frame(frames.PING, 0, 0, bytes(8)))
        self.send_soon()

    def stop(self) -> None:
        """Begin no more calls."""
        self._outgoing.add(frames.goaway(self._last_stream, frames.NO_ERROR, "the chaincode is stopping"))
        self.send_soon()

    def abort(self) -> None:
        """Close without a word: nobody listens."""
        self._endpoint.abort()

    async def finish(self, grace_s: float) -> None:
        """Let calls end for so long, then close."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._flush()
        await self._endpoint.closed()

    def _end(self, code: int, reason: str) -> None:
        _log.warning("connection.broken", peer=self.peer, reason=reason)
        self._outgoing.add(frames.goaway(self._last_stream, code, reason))
        self._flush()
        self._endpoint.close()

    # What arrives.

    def _receive(self, found: Frame) -> None:
        kind = found.kind
        self._blocks.require_order(kind)
        if kind == frames.DATA:
            self._data(found)
            return
        self._control += 1
        if self._control > CONTROL_FRAMES_MAX:
            raise FrameError(frames.ENHANCE_YOUR_CALM, f"{CONTROL_FRAMES_MAX} frames without data")
        if kind in {frames.HEADERS, frames.CONTINUATION}:
            headers = self._blocks.feed(found)
            if headers is not None:
                self._headers(headers)
        elif kind == frames.SETTINGS:
            self._settings(found)
        elif kind == frames.PING:
            self._ping(found)
        elif kind == frames.WINDOW_UPDATE:
            self._window_update(found)
        elif kind == frames.RST_STREAM:
            frames.parse_number(found.payload, "RST_STREAM")
            self._close(found.stream)
        elif kind == frames.PUSH_PROMISE:
            raise FrameError(frames.PROTOCOL_ERROR, "PUSH_PROMISE from a client")
        # GOAWAY, PRIORITY and what is unknown ask for nothing.

    def _data(self, found: Frame) -> None:
        self._control = 0
        carried = len(found.payload)
        self._untaken += carried
        if self._untaken >= WINDOW_BYTES // 4:
            self.grant(0, self._untaken)
            self._untaken = 0
        stream = self._streams.get(found.stream)
        if stream is None:
            if found.stream > self._last_stream or not found.stream % 2:
                raise FrameError(frames.PROTOCOL_ERROR, f"DATA on stream {found.stream}, which is not open")
            return
        stream.arrived(frames.body(found), carried)
        if found.flags & frames.END_STREAM:
            stream.end()

    def _headers(self, found: Headers) -> None:
        number = found.stream
        known = self._streams.get(number)
        if known is not None:  # trailers
            known.end()
            return
        if number <= self._last_stream or not number % 2:
            raise FrameError(frames.PROTOCOL_ERROR, f"HEADERS on stream {number}")
        self._last_stream = number
        refusal = self._refusal(number, found.names)
        if refusal:
            self._outgoing.add(refusal)
            self.send_soon()
        else:
            self._begin(number, ended=found.is_last)

    def _refusal(self, number: int, headers: dict[str, str]) -> bytes:
        """The frame that refuses a call, b"" where nothing is wrong with it."""
        if len(self._streams) >= STREAMS_MAX:
            return frames.rst_stream(number, frames.REFUSED_STREAM)
        is_grpc = headers.get("content-type", "").startswith("application/grpc")
        if headers.get(":method") != "POST" or not is_grpc:
            return frames.rst_stream(number, frames.PROTOCOL_ERROR)
        path = headers.get(":path", "")
        if path != METHOD:
            return trailers(number, _UNIMPLEMENTED, f"unknown method {path}", alone=True)
        return b""

    def _begin(self, number: int, *, ended: bool) -> None:
        stream = CallStream(self, number, self._outgoing.stream_window, self._message_bytes_max)
        self._streams[number] = stream
        if ended:
            stream.end()
        task = self._loop.create_task(self._run(stream), name="shim-call")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, stream: CallStream) -> None:
        status, message = _UNAVAILABLE, "the chaincode is stopping"
        try:
            status, message = await self._serve(stream)
        except Exception as error:  # noqa: BLE001 - one call's fault ends that call
            _log.error("call.failed", error=type(error).__name__, exc_info=error)
            status, message = _INTERNAL, "the chaincode's stream failed"
        finally:
            if not stream.closed:
                self._outgoing.add_data(self._streams.values())
                self._outgoing.add(trailers(stream.number, status, message, alone=not stream.headers_sent))
                self.send_soon()
                self._close(stream.number)

    def _close(self, number: int) -> None:
        self.set_busy(number, is_busy=False)
        stream = self._streams.pop(number, None)
        if stream is not None:
            stream.close()

    def _settings(self, found: Frame) -> None:
        if not found.flags & frames.ACK:
            self._outgoing.settle(found.payload, self._streams.values())
            self._outgoing.add(frames.frame(frames.SETTINGS, frames.ACK, 0))
            self.send_soon()

    def _ping(self, found: Frame) -> None:
        if len(found.payload) != 8:
            raise FrameError(frames.FRAME_SIZE_ERROR, "a PING that is not 8 bytes long")
        if not found.flags & frames.ACK:
            self._pongs.hold(found.payload, self.heard_s)

    def _window_update(self, found: Frame) -> None:
        increment = frames.parse_number(found.payload, "WINDOW_UPDATE")
        if increment == 0:
            raise FrameError(frames.PROTOCOL_ERROR, "a window that grows by nothing")
        if found.stream == 0:
            self._outgoing.grow(increment)
        else:
            stream = self._streams.get(found.stream)
            if stream is not None:
                stream.window += increment
        if self._outgoing.is_starved:
            self.send_soon()

    def _flush(self) -> None:
        """Send what windows and socket have room for; what is no data, whatever they have."""
        self._flushing = False
        outgoing = self._outgoing
        if not self._endpoint.is_full:
            outgoing.add_data(self._streams.values())
        if self._pongs:
            outgoing.add(self._pongs.due(self.heard_s))
        data = outgoing.taken()
        if data:
            self._endpoint.write(data)
        if outgoing.has_more:
            outgoing.has_more = False
            self.send_soon()
