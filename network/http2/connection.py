"""One client's HTTP/2 connection, the server's side: frames in, frames out.

What a general gRPC stack does for each message costs more CPU than a transaction's own work (docs/adr/0013, 0015).
This one does what Fabric's services need and refuses the rest.

Sources: RFC 9113, and gRPC over HTTP/2 (PROTOCOL-HTTP2.md).
"""

import asyncio
from typing import Final

import structlog

from tanhui.network.http2 import frames
from tanhui.network.http2.call import Call
from tanhui.network.http2.calls import Calls, Serve
from tanhui.network.http2.endpoint import Endpoint
from tanhui.network.http2.frames import Frame, FrameError
from tanhui.network.http2.header_blocks import HEADER_BLOCK_BYTES_MAX, HeaderBlocks
from tanhui.network.http2.limits import (
    CONNECTION_WINDOW_BYTES,
    CONTROL_FRAME_BYTES,
    CONTROL_FRAMES_MAX,
    FRAME_BYTES_MAX,
    REFUSED_AS,
    Limits,
)
from tanhui.network.http2.outgoing import Outgoing
from tanhui.network.http2.pongs import Pongs

_log = structlog.get_logger(__name__)

_PING: Final = frames.frame(frames.PING, 0, 0, bytes(8))


class Connection:
    """From the handshake to the end. What one turn of the event loop has to send leaves in one write."""

    def __init__(self, endpoint: Endpoint, serve: Serve, limits: Limits, known: "set[Connection]") -> None:
        """`known` holds the connections that are open."""
        self._endpoint = endpoint
        self._limits = limits
        self._known = known
        self._loop = asyncio.get_running_loop()
        self._reader = frames.FrameReader(FRAME_BYTES_MAX)
        self._blocks = HeaderBlocks()
        self._calls = Calls(self, serve, limits)
        self._busy: set[int] = set()
        self._outgoing: Outgoing[Call] = Outgoing(FRAME_BYTES_MAX)
        self._pongs = Pongs(self._loop, self._flush_soon, limits.ping_interval_s_min)
        self._untaken = 0
        self._control = 0
        self._is_greeted = False
        self._flushing = False
        known.add(self)

    # What the endpoint tells.

    def opened(self) -> None:
        """Say what we take."""
        self._outgoing.add(
            frames.settings(
                {
                    frames.SETTINGS_MAX_STREAMS: self._limits.streams_max,
                    frames.SETTINGS_INITIAL_WINDOW: self._limits.call_window_bytes,
                    frames.SETTINGS_MAX_FRAME: FRAME_BYTES_MAX,
                    frames.SETTINGS_MAX_HEADERS: HEADER_BLOCK_BYTES_MAX,
                }
            )
            + frames.window_update(0, CONNECTION_WINDOW_BYTES - frames.WINDOW_BYTES_DEFAULT)
        )
        self._flush_soon()

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
        self._calls.lose()

    # What the server and its calls ask.

    @property
    def peer(self) -> str:
        """The client's address, for logs."""
        return self._endpoint.peer

    @property
    def certificate(self) -> bytes | None:
        """See Carrier."""
        return self._endpoint.certificate

    @property
    def is_idle(self) -> bool:
        """Whether it has no calls."""
        return not len(self._calls)

    @property
    def heard_s(self) -> float:
        """When something came last, by the event loop's clock."""
        return self._endpoint.heard_s

    def send_soon(self, call: Call) -> None:
        """See Carrier."""
        self._outgoing.queue(call)
        if not self._flushing:
            self._flush_soon()

    def grant(self, stream: int, taken: int) -> None:
        """See Carrier."""
        self._outgoing.add(frames.window_update(stream, taken))
        self._flush_soon()

    def set_busy(self, stream: int, is_busy: bool) -> None:
        """See Carrier."""
        if is_busy:
            self._busy.add(stream)
        else:
            self._busy.discard(stream)
        self._endpoint.is_busy = bool(self._busy)

    def ping(self) -> None:
        """Ask whether the client is there; any frame is an answer."""
        self._outgoing.add(_PING)
        self._flush_soon()

    def stop(self) -> None:
        """Begin no more calls. The client may repeat elsewhere whatever it begins from now on."""
        self._calls.is_stopped = True
        self._outgoing.add(frames.goaway(self._calls.last, frames.NO_ERROR, "the server is stopping"))
        self._flush_soon()

    def abort(self) -> None:
        """Close without a word: nobody listens."""
        self._endpoint.abort()

    async def finish(self, grace_s: float) -> None:
        """Let calls end for so long, then close."""
        await self._calls.finish(grace_s)
        self._flush()
        await self._endpoint.closed()

    def _end(self, code: int, reason: str) -> None:
        _log.warning("connection.broken", peer=self.peer, reason=reason)
        self._outgoing.add(frames.goaway(self._calls.last, code, reason))
        self._flush()
        self._endpoint.close()
        self._calls.lose()

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
            self._header_block(found)
        elif kind == frames.SETTINGS:
            self._settings(found)
        elif kind == frames.PING:
            self._ping(found)
        elif kind == frames.WINDOW_UPDATE:
            self._window_update(found)
        elif kind == frames.RST_STREAM:
            frames.parse_number(found.payload, "RST_STREAM")
            if self._calls.find(found.stream) is not None:
                self._calls.reset(found.stream)
        elif kind == frames.PUSH_PROMISE:
            raise FrameError(frames.PROTOCOL_ERROR, "PUSH_PROMISE from a client")
        # GOAWAY, PRIORITY and what is unknown ask for nothing.

    def _count(self, frames_more: int) -> None:
        self._control += frames_more
        if self._control > CONTROL_FRAMES_MAX:
            raise FrameError(frames.ENHANCE_YOUR_CALM, f"{CONTROL_FRAMES_MAX} frames without data")

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
        call = self._calls.find(found.stream)
        if call is not None:
            if carried and not self._endpoint.is_full:  # who reads no answers gathers them here
                self._control = 0
            call.arrived(frames.body(found), carried)
            if found.flags & frames.END_STREAM:
                call.end()

    def _header_block(self, found: Frame) -> None:
        headers = self._blocks.feed(found)
        if headers is None:
            return
        if headers.stream <= self._calls.last:
            known = self._calls.find(headers.stream)
            if known is not None:  # trailers; or they crossed our own end of the call
                known.end()
            return
        refusal = self._calls.begin(headers)
        if refusal:
            self._outgoing.add(refusal)
            self._count(REFUSED_AS)

    def _settings(self, found: Frame) -> None:
        if found.stream:
            raise FrameError(frames.PROTOCOL_ERROR, f"SETTINGS on stream {found.stream}")
        if not found.flags & frames.ACK:
            self._outgoing.settle(found.payload)
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
        call = self._calls.find(found.stream)
        if call is not None:
            self._outgoing.grow_call(call, increment)

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
                outgoing.queue_grown(self._calls)
            for call in outgoing.add_data():
                outgoing.add(self._calls.ended(call))
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
        """The client was told something: it may ping, and it may let more through."""
        self._pongs.has_sent = True
        if self._outgoing.sent_data:
            self._control = 0
        self._outgoing.sent_any = self._outgoing.sent_data = False
