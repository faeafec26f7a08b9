"""One peer's HTTP/2 connection, the server's side, for one method: `/protos.Chaincode/Connect`.

A general gRPC stack costs more CPU a message than a chaincode's transaction does (docs/adr/0013). This one does
what a chaincode's stream needs and refuses the rest: everything that is to be sent in one turn of the event loop
goes out in one write, and one DATA frame may carry many messages.

Sources: RFC 9113, and gRPC over HTTP/2 (PROTOCOL-HTTP2.md).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, cast

import hpack
import structlog

from tanhui.chaincode.shim import frames
from tanhui.chaincode.shim.frames import Frame, FrameError

_log = structlog.get_logger(__name__)

METHOD: Final = "/protos.Chaincode/Connect"
FRAME_BYTES_MAX: Final = 1 << 16
"""The largest frame that we take."""
WINDOW_BYTES: Final = 16 << 20
"""How much a peer may send on a stream, and on the connection, before we have taken it."""
STREAMS_MAX: Final = 16
HEADER_BLOCK_BYTES_MAX: Final = 64 << 10
CONTROL_FRAMES_MAX: Final = 10_000
"""PING, SETTINGS and the like between two DATA frames: beyond it the peer is told to calm down."""
CLOSE_S_MAX: Final = 2.0
"""How long a peer may take to see that the connection ends."""
WRITE_BYTES_MAX: Final = 1 << 18
"""DATA in one write; what is behind it waits until the socket has room."""

_UNIMPLEMENTED, _INTERNAL, _UNAVAILABLE = 12, 13, 14

Serve = Callable[["CallStream"], Awaitable[tuple[int, str]]]
"""Converses until the call is over; gRPC's status and its message."""


class CallStream:
    """One call: what the peer sent, and what it is sent. Satisfies conversation.MessageStream."""

    def __init__(
        self, connection: "Http2Connection", number: int, window: int, message_bytes_max: int
    ) -> None:
        self.number = number
        self.window = window
        self.outgoing: deque[bytes | memoryview] = deque()
        self.closed = False
        self.headers_sent = False
        self._connection = connection
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
            self._connection.send_soon()

    async def listen(self, receive: Callable[[bytes], None]) -> None:
        """See MessageStream."""
        self._receive = receive
        self._hand_over(self._arrived)
        self._arrived = []
        await self._over

    def arrived(self, data: bytes, carried: int) -> None:
        """DATA; `carried` bytes of the windows, padding included."""
        messages = self._messages.feed(data)
        self._untaken += carried
        if self._untaken >= WINDOW_BYTES // 4:
            self._connection.grant(self.number, self._untaken)
            self._untaken = 0
        if self._receive is None:
            self._arrived += messages
        else:
            self._hand_over(messages)

    def end(self) -> None:
        """The peer sends no more."""
        if not self._over.done():
            self._over.set_result(None)

    def _hand_over(self, messages: list[bytes]) -> None:
        assert self._receive is not None, "somebody listens"
        for message in messages:
            if self._over.done():
                return
            try:
                self._receive(message)
            except Exception as error:  # noqa: BLE001 - it is raised where the conversation waits
                self._over.set_exception(error)


class Http2Connection(asyncio.Protocol):
    """From the handshake to the end."""

    def __init__(self, serve: Serve, message_bytes_max: int, known: "set[Http2Connection]") -> None:
        """`known` holds the connections that are open."""
        self._serve = serve
        self._known = known
        self._message_bytes_max = message_bytes_max
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reader = frames.FrameReader(FRAME_BYTES_MAX)
        self._hpack = hpack.Decoder(max_header_list_size=HEADER_BLOCK_BYTES_MAX)
        self._streams: dict[int, CallStream] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_stream = 0
        self._block: tuple[int, int, bytearray] | None = None
        self._window = frames.WINDOW_BYTES_DEFAULT
        self._stream_window = frames.WINDOW_BYTES_DEFAULT
        self._frame_bytes = frames.FRAME_BYTES_MIN
        self._untaken = 0
        self._control = 0
        self._flushing = False
        self._paused = False
        self._starved = False
        self._gone = asyncio.Event()
        self.heard_s = 0.0

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say what we take."""
        self._transport = cast("asyncio.Transport", transport)
        self._known.add(self)
        self.heard_s = self._loop.time()
        self._transport.write(
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

    def data_received(self, data: bytes) -> None:
        """Frames, or parts of them."""
        self.heard_s = self._loop.time()
        try:
            for found in self._reader.feed(data):
                self._receive(found)
        except FrameError as error:
            _log.warning("connection.broken", peer=self.peer, reason=str(error))
            self._end(error.code, str(error))
        except hpack.HPACKError as error:
            _log.warning("connection.broken", peer=self.peer, reason=type(error).__name__)
            self._end(frames.COMPRESSION_ERROR, "header block")

    def connection_lost(self, exc: Exception | None) -> None:
        """Every call is over."""
        self._known.discard(self)
        self._transport = None
        self._gone.set()
        for stream in self._streams.values():
            stream.closed = True
            stream.end()
        self._streams.clear()
        self.resume_writing()

    def pause_writing(self) -> None:
        """The socket is full."""
        self._paused = True

    def resume_writing(self) -> None:
        """There is room again."""
        self._paused = False
        self._flush()

    # What the server and its calls ask.

    @property
    def peer(self) -> str:
        """Its address, for logs."""
        return "" if self._transport is None else str(self._transport.get_extra_info("peername"))

    def send_soon(self) -> None:
        """Send what is queued in this turn, together."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def grant(self, stream: int, taken: int) -> None:
        """Let the peer send as much again."""
        self._write(frames.window_update(stream, taken))

    def ping(self) -> None:
        """Ask whether the peer is there; any frame is an answer."""
        self._write(frames.frame(frames.PING, 0, 0, bytes(8)))

    def stop(self) -> None:
        """Begin no more calls."""
        self._write(frames.goaway(self._last_stream, frames.NO_ERROR, "the chaincode is stopping"))

    def abort(self) -> None:
        """Close without a word: nobody listens."""
        if self._transport is not None:
            self._transport.abort()

    async def finish(self, grace_s: float) -> None:
        """Let calls end for so long, then close."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._transport is not None:
            self._transport.close()
            try:
                await asyncio.wait_for(self._gone.wait(), CLOSE_S_MAX)
            except TimeoutError:
                self.abort()
                await self._gone.wait()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _end(self, code: int, reason: str) -> None:
        self._write(frames.goaway(self._last_stream, code, reason))
        if self._transport is not None:
            self._transport.close()

    # What arrives.

    def _receive(self, found: Frame) -> None:
        kind = found.kind
        if self._block is not None and kind != frames.CONTINUATION:
            raise FrameError(frames.PROTOCOL_ERROR, "a header block was not finished")
        if kind == frames.DATA:
            self._data(found)
            return
        self._control += 1
        if self._control > CONTROL_FRAMES_MAX:
            raise FrameError(frames.ENHANCE_YOUR_CALM, f"{CONTROL_FRAMES_MAX} frames without data")
        if kind == frames.HEADERS:
            self._block = (found.stream, found.flags, bytearray(frames.body(found)))
            self._headers(found.flags)
        elif kind == frames.CONTINUATION:
            self._continuation(found)
        elif kind == frames.SETTINGS:
            self._settings(found)
        elif kind == frames.PING:
            if len(found.payload) != 8:
                raise FrameError(frames.FRAME_SIZE_ERROR, "a PING that is not 8 bytes long")
            if not found.flags & frames.ACK:
                self._write(frames.frame(frames.PING, frames.ACK, 0, found.payload))
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

    def _continuation(self, found: Frame) -> None:
        if self._block is None or self._block[0] != found.stream:
            raise FrameError(frames.PROTOCOL_ERROR, "CONTINUATION of nothing")
        self._block[2].extend(found.payload)
        self._headers(found.flags)

    def _headers(self, flags: int) -> None:
        assert self._block is not None, "a block was begun"
        number, first_flags, block = self._block
        if len(block) > HEADER_BLOCK_BYTES_MAX:
            raise FrameError(frames.ENHANCE_YOUR_CALM, "a header block that is too large")
        if not flags & frames.END_HEADERS:
            return
        self._block = None
        headers = {_text(name): _text(value) for name, value in self._hpack.decode(bytes(block), raw=True)}
        known = self._streams.get(number)
        if known is not None:  # trailers
            known.end()
            return
        if number <= self._last_stream or not number % 2:
            raise FrameError(frames.PROTOCOL_ERROR, f"HEADERS on stream {number}")
        self._last_stream = number
        self._begin(number, headers, ended=bool(first_flags & frames.END_STREAM))

    def _begin(self, number: int, headers: dict[str, str], *, ended: bool) -> None:
        if len(self._streams) >= STREAMS_MAX:
            self._write(frames.rst_stream(number, frames.REFUSED_STREAM))
            return
        path = headers.get(":path", "")
        if headers.get(":method") != "POST" or not headers.get("content-type", "").startswith(
            "application/grpc"
        ):
            self._write(frames.rst_stream(number, frames.PROTOCOL_ERROR))
            return
        if path != METHOD:
            self._write(_trailers(number, _UNIMPLEMENTED, f"unknown method {path}", alone=True))
            return
        stream = CallStream(self, number, self._stream_window, self._message_bytes_max)
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
                self._flush()
                self._write(_trailers(stream.number, status, message, alone=not stream.headers_sent))
                self._close(stream.number)

    def _close(self, number: int) -> None:
        stream = self._streams.pop(number, None)
        if stream is not None:
            stream.closed = True
            stream.outgoing.clear()
            stream.end()

    def _settings(self, found: Frame) -> None:
        if found.flags & frames.ACK:
            return
        for name, value in frames.parse_settings(found.payload):
            if name == frames.SETTINGS_INITIAL_WINDOW:
                if value > frames.WINDOW_BYTES_MAX:
                    raise FrameError(frames.FLOW_CONTROL_ERROR, f"a window of {value} bytes")
                for stream in self._streams.values():
                    stream.window += value - self._stream_window
                self._stream_window = value
            elif name == frames.SETTINGS_MAX_FRAME:
                if not frames.FRAME_BYTES_MIN <= value < 1 << 24:
                    raise FrameError(frames.PROTOCOL_ERROR, f"frames of {value} bytes")
                self._frame_bytes = min(value, FRAME_BYTES_MAX)
        self._write(frames.frame(frames.SETTINGS, frames.ACK, 0))
        self._flush()

    def _window_update(self, found: Frame) -> None:
        increment = frames.parse_number(found.payload, "WINDOW_UPDATE")
        if increment == 0:
            raise FrameError(frames.PROTOCOL_ERROR, "a window that grows by nothing")
        if found.stream == 0:
            self._window += increment
            if self._window > frames.WINDOW_BYTES_MAX:
                raise FrameError(frames.FLOW_CONTROL_ERROR, "a window of more than 2^31-1 bytes")
        else:
            stream = self._streams.get(found.stream)
            if stream is not None:
                stream.window += increment
        if self._starved:
            self._flush()

    # What goes out.

    def _flush(self) -> None:
        """Send what windows and socket have room for: many messages in one frame, many frames in one write."""
        self._flushing = False
        if self._transport is None or self._paused:
            return
        self._starved = False
        parts: list[bytes | memoryview] = []
        written = 0
        for stream in self._streams.values():
            if stream.outgoing and not stream.headers_sent:
                stream.headers_sent = True
                parts.append(_headers(stream.number))
            while stream.outgoing and written < WRITE_BYTES_MAX:
                room = min(self._frame_bytes, self._window, stream.window)
                if room <= 0:
                    self._starved = True  # until a window grows
                    break
                parts.append(b"")
                place, size = len(parts) - 1, _take(stream.outgoing, room, parts)
                parts[place] = frames.frame_header(frames.DATA, 0, stream.number, size)
                self._window -= size
                stream.window -= size
                written += size
        if parts:
            self._transport.write(b"".join(parts))
        if written >= WRITE_BYTES_MAX and not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)


def _take(outgoing: "deque[bytes | memoryview]", room: int, parts: "list[bytes | memoryview]") -> int:
    """Move up to `room` bytes from the front to `parts`; how many they are."""
    size = 0
    while outgoing and size < room:
        part = outgoing.popleft()
        if size + len(part) > room:  # a view: a message of 100 MiB is not copied for every frame of it
            view = memoryview(part)
            outgoing.appendleft(view[room - size :])
            part = view[: room - size]
        parts.append(part)
        size += len(part)
    return size


def _headers(number: int) -> bytes:
    # 0x88 is `:status 200` of the static table; the rest are literals without indexing.
    block = b"\x88" + _literal(b"content-type", b"application/grpc")
    return frames.frame(frames.HEADERS, frames.END_HEADERS, number, block)


def _trailers(number: int, status: int, message: str, *, alone: bool) -> bytes:
    """grpc-status and grpc-message; `alone` where no headers were sent."""
    block = b"\x88" + _literal(b"content-type", b"application/grpc") if alone else b""
    block += _literal(b"grpc-status", str(status).encode())
    if message:
        block += _literal(b"grpc-message", _percent(message))
    return frames.frame(frames.HEADERS, frames.END_HEADERS | frames.END_STREAM, number, block)


def _literal(name: bytes, value: bytes) -> bytes:
    """A literal header field without indexing (RFC 7541, 6.2.2), names and values below 127 bytes."""
    return b"\x00" + bytes((len(name),)) + name + bytes((len(value),)) + value


def _percent(message: str) -> bytes:
    """grpc-message's percent encoding, cut so that a literal holds it."""
    encoded = "".join(
        chr(byte) if 0x20 <= byte <= 0x7E and byte != 0x25 else f"%{byte:02X}" for byte in message.encode()
    )
    cut = encoded[:120]
    return (cut[: cut.rindex("%")] if "%" in cut[-2:] else cut).encode()


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
