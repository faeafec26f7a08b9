"""What both ends of an HTTP/2 connection do: frames in, frames out, windows, settings, pings.

What a general gRPC stack does for each message costs more CPU than a transaction's own work. This one does what
Fabric's services and their clients need and refuses the rest (docs/adr/0013, 0015, 0016).

Sources: RFC 9113, and gRPC over HTTP/2 (PROTOCOL-HTTP2.md).
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final, Generic, TypeVar, cast

import structlog

from tanhui.network.http2 import frames
from tanhui.network.http2.endpoint import Endpoint
from tanhui.network.http2.frames import Frame, FrameError
from tanhui.network.http2.header_blocks import HeaderBlocks, Headers
from tanhui.network.http2.limits import CONNECTION_WINDOW_BYTES, CONTROL_FRAME_BYTES, FRAME_BYTES_MAX
from tanhui.network.http2.outgoing import Outgoing
from tanhui.network.http2.pongs import Pongs
from tanhui.network.http2.stream import Stream

_log = structlog.get_logger(__name__)

_PING: Final = frames.frame(frames.PING, 0, 0, bytes(8))

StreamT = TypeVar("StreamT", bound=Stream)


class Link(ABC, Generic[StreamT]):
    """From the handshake to the end. What one turn of the event loop has to send leaves in one write."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        preface: bytes,
        header_block_bytes_max: int,
        ping_interval_s_min: float = 0.0,
    ) -> None:
        """`preface`: what the other side says before its first frame."""
        self._endpoint = endpoint
        self._loop = asyncio.get_running_loop()
        self._reader = frames.FrameReader(FRAME_BYTES_MAX, preface)
        self._header_block_bytes_max = header_block_bytes_max
        self._blocks = HeaderBlocks(header_block_bytes_max)
        self._outgoing: Outgoing[StreamT] = Outgoing(FRAME_BYTES_MAX)
        self._pongs = Pongs(self._loop, self._flush_soon, ping_interval_s_min)
        self._untaken = 0
        self._is_greeted = False
        self._flushing = False

    # What the endpoint tells.

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

    # What streams ask, and whoever looks after the connection.

    @property
    def peer(self) -> str:
        """The other side's address, for logs."""
        return self._endpoint.peer

    @property
    def heard_s(self) -> float:
        """When something came last, by the event loop's clock."""
        return self._endpoint.heard_s

    def send_soon(self, stream: Stream) -> None:
        """See Carrier."""
        self._outgoing.queue(cast("StreamT", stream))  # each end has streams of its own kind alone
        if not self._flushing:
            self._flush_soon()

    def grant(self, number: int, taken: int) -> None:
        """See Carrier."""
        self._outgoing.add(frames.window_update(number, taken))
        self._flush_soon()

    def ping(self) -> None:
        """Ask whether the other side is there; any frame is an answer."""
        self._outgoing.add(_PING)
        self._flush_soon()

    def abort(self) -> None:
        """Close without a word: nobody listens."""
        self._endpoint.abort()

    # What each end does in its own way.

    @abstractmethod
    def _find(self, number: int) -> StreamT | None:
        """None for one that ended. Raises FrameError for one that was never begun."""

    @abstractmethod
    def _streams(self) -> Iterable[StreamT]:
        """Those that have not ended."""

    @abstractmethod
    def _headed(self, headers: Headers) -> None:
        """A header block is whole. Raises FrameError."""

    @abstractmethod
    def _half_closed(self, stream: StreamT) -> None:
        """Nothing comes behind its last message, trailers neither."""

    @abstractmethod
    def _was_reset(self, number: int, code: int) -> None:
        """The other side gave a stream up."""

    @abstractmethod
    def _finished(self, stream: StreamT) -> bytes:
        """Its trailers are on their way; what is said behind them."""

    @abstractmethod
    def _lose(self, reason: str) -> None:
        """Every stream is over."""

    @abstractmethod
    def _last(self) -> int:
        """The number of the newest stream that the other side began."""

    def _count(self, frames_more: int) -> None:
        """Frames without a message came, large ones counted for several. Raises FrameError."""

    def _said(self) -> None:
        """The other side was sent a message."""

    def _settled(self, payload: bytes) -> None:
        """The other side's SETTINGS, beyond windows and frames. Raises FrameError."""

    def _leaving(self, payload: bytes) -> None:
        """GOAWAY. Raises FrameError."""

    def _welcome(self, settings: dict[int, int]) -> bytes:
        """What this side takes, to be said before all else."""
        own = {
            frames.SETTINGS_MAX_FRAME: FRAME_BYTES_MAX,
            frames.SETTINGS_MAX_HEADERS: self._header_block_bytes_max,
        }
        wider = CONNECTION_WINDOW_BYTES - frames.WINDOW_BYTES_DEFAULT
        return frames.settings(settings | own) + frames.window_update(0, wider)

    def _end(self, code: int, reason: str) -> None:
        _log.warning("connection.broken", peer=self.peer, reason=reason)
        self._outgoing.add(frames.goaway(self._last(), code, reason))
        self._flush()
        self._endpoint.close()
        self._lose(reason)

    # What arrives.

    def _receive(self, found: Frame) -> None:
        kind = found.kind
        self._blocks.require_order(kind)
        if kind == frames.DATA:
            self._data(found)
            return
        self._count(1 + len(found.payload) // CONTROL_FRAME_BYTES)
        if not self._is_greeted:
            self._greet(kind)
        if kind in {frames.HEADERS, frames.CONTINUATION}:
            headers = self._blocks.feed(found)
            if headers is not None:
                self._headed(headers)
        elif kind == frames.SETTINGS:
            self._settings(found)
        elif kind == frames.PING:
            self._ping(found)
        elif kind == frames.WINDOW_UPDATE:
            self._window_update(found)
        elif kind == frames.RST_STREAM:
            code = frames.parse_number(found.payload, "RST_STREAM")
            if self._find(found.stream) is not None:
                self._was_reset(found.stream, code)
        elif kind == frames.GOAWAY:
            self._leaving(found.payload)
        elif kind == frames.PUSH_PROMISE:
            raise FrameError(frames.PROTOCOL_ERROR, "PUSH_PROMISE, which nobody may send here")
        # PRIORITY and what is unknown ask for nothing.

    def _greet(self, kind: int) -> None:
        """The first frame. Who has said it is no stranger to HTTP/2."""
        if kind != frames.SETTINGS:
            raise FrameError(frames.PROTOCOL_ERROR, "the first frame is not SETTINGS")
        self._is_greeted = True
        self._endpoint.greeted()

    def _data(self, found: Frame) -> None:
        carried = len(found.payload)
        self._untaken += carried
        if self._untaken >= CONNECTION_WINDOW_BYTES // 4:
            self.grant(0, self._untaken)
            self._untaken = 0
        stream = self._find(found.stream)
        if stream is not None:
            if carried and not self._endpoint.is_full:  # who reads no answers gathers them here
                self._said()
            stream.arrived(frames.body(found), carried)
            if found.flags & frames.END_STREAM:
                self._half_closed(stream)

    def _settings(self, found: Frame) -> None:
        if found.stream:
            raise FrameError(frames.PROTOCOL_ERROR, f"SETTINGS on stream {found.stream}")
        if not found.flags & frames.ACK:
            self._outgoing.settle(found.payload)
            self._settled(found.payload)
            self._outgoing.add(frames.frame(frames.SETTINGS, frames.ACK, 0))

    def _ping(self, found: Frame) -> None:
        if len(found.payload) != 8:
            raise FrameError(frames.FRAME_SIZE_ERROR, "a PING that is not 8 bytes long")
        if found.stream:
            raise FrameError(frames.PROTOCOL_ERROR, f"PING on stream {found.stream}")
        if not found.flags & frames.ACK:
            self._pongs.hold(found.payload, self.heard_s)

    def _window_update(self, found: Frame) -> None:
        increment = frames.parse_number(found.payload, "WINDOW_UPDATE")
        if increment == 0:
            raise FrameError(frames.PROTOCOL_ERROR, "a window that grows by nothing")
        if found.stream == 0:
            self._outgoing.grow(increment)
            return
        stream = self._find(found.stream)
        if stream is not None:
            self._outgoing.grow_call(stream, increment)

    # What leaves.

    def _flush_soon(self) -> None:
        """Send what is queued in this turn, together."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        """Send what windows and socket have room for; what is no data, whatever they have."""
        self._flushing = False
        outgoing = self._outgoing
        if not self._endpoint.is_full:
            if outgoing.has_grown:
                outgoing.queue_grown(self._streams())
            for stream in outgoing.add_data():
                outgoing.add(self._finished(stream))
            if outgoing.sent_any:
                self._sent()
        if self._pongs:
            outgoing.add(self._pongs.due(self.heard_s))
        data = outgoing.taken()
        if data:
            self._endpoint.write(data)
        if outgoing.has_more:
            outgoing.has_more = False
            self._flush_soon()

    def _sent(self) -> None:
        """The other side was told something: it may ping, and it may let more through."""
        self._pongs.has_sent = True
        if self._outgoing.sent_data:
            self._said()
        self._outgoing.sent_any = self._outgoing.sent_data = False
