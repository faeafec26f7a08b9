"""What waits to be sent on one connection: control frames, and messages as far as the peer's windows allow.

Many messages travel in one DATA frame, and many frames in one write (RFC 9113, section 5.2; PROTOCOL-HTTP2.md).
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, Protocol

from tanhui.chaincode.shim import frames
from tanhui.chaincode.shim.frames import FrameError

WRITE_BYTES_MAX: Final = 1 << 18
"""DATA in one write; what is behind it waits for the next turn."""


class Sending(Protocol):
    """A stream, as far as its messages go out."""

    number: int
    window: int
    """Bytes that the peer takes on it."""
    outgoing: deque[bytes | memoryview]
    """gRPC frames, headers and messages apart."""
    headers_sent: bool


class Outgoing:
    """Of one connection.

    Attributes:
        stream_window: with how many bytes a stream begins.
        is_starved: data waits until a window grows.
        has_more: data waits for the next turn.
    """

    def __init__(self, frame_bytes_max: int) -> None:
        """`frame_bytes_max`: the largest frame to send, whatever the peer would take."""
        self._frame_bytes_max = frame_bytes_max
        self._frame_bytes = frames.FRAME_BYTES_MIN
        self._window = frames.WINDOW_BYTES_DEFAULT
        self._parts: list[bytes | memoryview] = []
        self.stream_window = frames.WINDOW_BYTES_DEFAULT
        self.is_starved = False
        self.has_more = False

    def add(self, frame: bytes) -> None:
        """Send a frame that no window holds up, in its turn."""
        self._parts.append(frame)

    def add_data(self, streams: Iterable[Sending]) -> None:
        """Move what waits in streams behind it, as far as windows and WRITE_BYTES_MAX allow."""
        self.is_starved = self.has_more = False
        parts, written = self._parts, 0
        for stream in streams:
            outgoing = stream.outgoing
            if not outgoing:
                continue
            if not stream.headers_sent:
                stream.headers_sent = True
                parts.append(_headers(stream.number))
            while outgoing and written < WRITE_BYTES_MAX:
                room = min(self._frame_bytes, self._window, stream.window)
                if room <= 0:
                    self.is_starved = True
                    break
                parts.append(b"")
                place, size = len(parts) - 1, _take(outgoing, room, parts)
                parts[place] = frames.frame_header(frames.DATA, 0, stream.number, size)
                self._window -= size
                stream.window -= size
                written += size
        self.has_more = written >= WRITE_BYTES_MAX

    def taken(self) -> bytes:
        """All of it, for one write."""
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def grow(self, increment: int) -> None:
        """The peer takes so much more on the connection. Raises FrameError."""
        self._window += increment
        if self._window > frames.WINDOW_BYTES_MAX:
            raise FrameError(frames.FLOW_CONTROL_ERROR, "a window of more than 2^31-1 bytes")

    def settle(self, payload: bytes, streams: Iterable[Sending]) -> None:
        """What the peer's SETTINGS say. Raises FrameError."""
        for name, value in frames.parse_settings(payload):
            if name == frames.SETTINGS_INITIAL_WINDOW:
                if value > frames.WINDOW_BYTES_MAX:
                    raise FrameError(frames.FLOW_CONTROL_ERROR, f"a window of {value} bytes")
                for stream in streams:
                    stream.window += value - self.stream_window
                self.stream_window = value
            elif name == frames.SETTINGS_MAX_FRAME:
                if not frames.FRAME_BYTES_MIN <= value < 1 << 24:
                    raise FrameError(frames.PROTOCOL_ERROR, f"frames of {value} bytes")
                self._frame_bytes = min(value, self._frame_bytes_max)


def trailers(number: int, status: int, message: str, *, alone: bool) -> bytes:
    """grpc-status and grpc-message; `alone` where no headers were sent."""
    block = b"\x88" + _literal(b"content-type", b"application/grpc") if alone else b""
    block += _literal(b"grpc-status", str(status).encode())
    if message:
        block += _literal(b"grpc-message", _percent(message))
    return frames.frame(frames.HEADERS, frames.END_HEADERS | frames.END_STREAM, number, block)


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
