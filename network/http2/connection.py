"""One client's connection, the server's side: its calls, and how much it may ask for."""

from collections.abc import Iterable

from tanhui.network.http2 import frames
from tanhui.network.http2.call import Call
from tanhui.network.http2.calls import Calls, Serve
from tanhui.network.http2.endpoint import Endpoint
from tanhui.network.http2.frames import FrameError
from tanhui.network.http2.header_blocks import Headers
from tanhui.network.http2.limits import (
    CONTROL_FRAMES_MAX,
    REFUSED_AS,
    REQUEST_HEADERS_BYTES_MAX,
    Limits,
)
from tanhui.network.http2.link import Link


class Connection(Link[Call]):
    """From the handshake to the end."""

    def __init__(self, endpoint: Endpoint, serve: Serve, limits: Limits, known: "set[Connection]") -> None:
        """`known` holds the connections that are open."""
        super().__init__(
            endpoint,
            preface=frames.PREFACE,
            header_block_bytes_max=REQUEST_HEADERS_BYTES_MAX,
            ping_interval_s_min=limits.ping_interval_s_min,
        )
        self._limits = limits
        self._known = known
        self._calls = Calls(self, serve, limits)
        self._busy: set[int] = set()
        self._control = 0
        known.add(self)

    # What the endpoint tells.

    def opened(self) -> None:
        """Say what we take."""
        limits = self._limits
        welcome = {
            frames.SETTINGS_MAX_STREAMS: limits.streams_max,
            frames.SETTINGS_INITIAL_WINDOW: limits.call_window_bytes,
        }
        self._outgoing.add(self._welcome(welcome))
        self._flush_soon()

    def lost(self) -> None:
        """Every call is over."""
        self._known.discard(self)
        self._pongs.forget()
        self._calls.lose()

    # What the server and its calls ask.

    @property
    def certificate(self) -> bytes | None:
        """See Client."""
        return self._endpoint.certificate

    @property
    def is_idle(self) -> bool:
        """Whether it has no calls."""
        return not self._calls

    def set_busy(self, stream: int, is_busy: bool) -> None:
        """See Client."""
        if is_busy:
            self._busy.add(stream)
        else:
            self._busy.discard(stream)
        self._endpoint.is_busy = bool(self._busy)

    def stop(self) -> None:
        """Begin no more calls. The client may repeat elsewhere whatever it begins from now on."""
        self._calls.is_stopped = True
        self._outgoing.add(frames.goaway(self._calls.last, frames.NO_ERROR, "the server is stopping"))
        self._flush_soon()

    async def finish(self, grace_s: float) -> None:
        """Let calls end for so long, then close."""
        await self._calls.finish(grace_s)
        self._flush()
        await self._endpoint.closed()

    # What a server does in its own way.

    def _find(self, number: int) -> Call | None:
        return self._calls.find(number)

    def _streams(self) -> Iterable[Call]:
        return self._calls

    def _headed(self, headers: Headers) -> None:
        if headers.stream <= self._calls.last:
            known = self._calls.find(headers.stream)
            if known is not None:  # trailers; or they crossed our own end of the call
                known.end()
            return
        refusal = self._calls.begin(headers)
        if refusal:
            self._outgoing.add(refusal)
            self._count(REFUSED_AS)

    def _half_closed(self, stream: Call) -> None:
        stream.end()

    def _was_reset(self, number: int, code: int) -> None:
        del code
        self._calls.reset(number)

    def _finished(self, stream: Call) -> bytes:
        return self._calls.ended(stream)

    def _lose(self, reason: str) -> None:
        del reason
        self._calls.lose()

    def _last(self) -> int:
        return self._calls.last

    def _count(self, frames_more: int) -> None:
        self._control += frames_more
        if self._control > CONTROL_FRAMES_MAX:
            raise FrameError(frames.ENHANCE_YOUR_CALM, f"{CONTROL_FRAMES_MAX} frames without data")

    def _said(self) -> None:
        self._control = 0
