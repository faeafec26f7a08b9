"""HTTP/2 frames (RFC 9113) and gRPC's message frames, as far as calls need them. No I/O."""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from tanhui.network.http2.status import RESOURCE_EXHAUSTED, UNIMPLEMENTED, CallError

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADER_BYTES: Final = 9
FRAME_BYTES_MIN: Final = 1 << 14
"""The largest frame that every peer takes (RFC 9113, SETTINGS_MAX_FRAME_SIZE)."""
WINDOW_BYTES_DEFAULT: Final = 65_535
WINDOW_BYTES_MAX: Final = (1 << 31) - 1
GRPC_HEADER_BYTES: Final = 5

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    range(10)
)

END_STREAM: Final = 0x1
ACK: Final = 0x1
END_HEADERS: Final = 0x4
PADDED: Final = 0x8
PRIORITY_FLAG: Final = 0x20

SETTINGS_TABLE_BYTES: Final = 0x1
SETTINGS_ENABLE_PUSH: Final = 0x2
SETTINGS_MAX_STREAMS: Final = 0x3
SETTINGS_INITIAL_WINDOW: Final = 0x4
SETTINGS_MAX_FRAME: Final = 0x5
SETTINGS_MAX_HEADERS: Final = 0x6

NO_ERROR: Final = 0x0
PROTOCOL_ERROR: Final = 0x1
FLOW_CONTROL_ERROR: Final = 0x3
STREAM_CLOSED: Final = 0x5
FRAME_SIZE_ERROR: Final = 0x6
REFUSED_STREAM: Final = 0x7
CANCEL: Final = 0x8
COMPRESSION_ERROR: Final = 0x9
ENHANCE_YOUR_CALM: Final = 0xB
INADEQUATE_SECURITY: Final = 0xC

_HEADER: Final = struct.Struct(">BHBBI")
_NUMBER: Final = struct.Struct(">I")
_SETTING: Final = struct.Struct(">HI")
_GRPC: Final = struct.Struct(">BI")


class FrameError(Exception):
    """The other side broke HTTP/2 or gRPC's framing: the connection ends with this code.

    Attributes:
        code: HTTP/2's error code.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Frame(NamedTuple):
    """One frame as it came."""

    kind: int
    flags: int
    stream: int
    payload: bytes


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """A frame's bytes."""
    return frame_header(kind, flags, stream, len(payload)) + payload


def frame_header(kind: int, flags: int, stream: int, length: int) -> bytes:
    """What stands before a frame's payload."""
    return _HEADER.pack(length >> 16, length & 0xFFFF, kind, flags, stream)


def settings(pairs: dict[int, int]) -> bytes:
    """A SETTINGS frame."""
    return frame(SETTINGS, 0, 0, b"".join(_SETTING.pack(name, value) for name, value in pairs.items()))


def parse_settings(payload: bytes) -> Iterator[tuple[int, int]]:
    """Name and value of each. Raises FrameError."""
    if len(payload) % _SETTING.size:
        raise FrameError(FRAME_SIZE_ERROR, f"SETTINGS of {len(payload)} bytes")
    return _SETTING.iter_unpack(payload)


def window_update(stream: int, increment: int) -> bytes:
    """A WINDOW_UPDATE frame."""
    return frame(WINDOW_UPDATE, 0, stream, _NUMBER.pack(increment))


def parse_number(payload: bytes, what: str) -> int:
    """The 31-bit number of a WINDOW_UPDATE, or the code of a RST_STREAM. Raises FrameError."""
    if len(payload) != _NUMBER.size:
        raise FrameError(FRAME_SIZE_ERROR, f"{what} of {len(payload)} bytes")
    number: int = _NUMBER.unpack(payload)[0]
    return number & WINDOW_BYTES_MAX


def goaway(last_stream: int, code: int, reason: str) -> bytes:
    """A GOAWAY frame."""
    return frame(GOAWAY, 0, 0, _NUMBER.pack(last_stream) + _NUMBER.pack(code) + reason.encode()[:512])


def parse_goaway(payload: bytes) -> tuple[int, int, str]:
    """The last stream that was begun, the error's code, and what was said. Raises FrameError."""
    if len(payload) < 2 * _NUMBER.size:
        raise FrameError(FRAME_SIZE_ERROR, f"GOAWAY of {len(payload)} bytes")
    (last,), (code,) = _NUMBER.unpack_from(payload), _NUMBER.unpack_from(payload, _NUMBER.size)
    return last & WINDOW_BYTES_MAX, code, payload[2 * _NUMBER.size :][:512].decode("utf-8", "replace")


def rst_stream(stream: int, code: int) -> bytes:
    """A RST_STREAM frame."""
    return frame(RST_STREAM, 0, stream, _NUMBER.pack(code))


def body(found: Frame) -> bytes:
    """A DATA or HEADERS payload without padding and priority. Raises FrameError."""
    payload, flags = found.payload, found.flags
    start, end = 0, len(payload)
    if flags & PADDED:
        if not payload:
            raise FrameError(FRAME_SIZE_ERROR, "padding without its length")
        start, end = 1, end - payload[0]
    if found.kind == HEADERS and flags & PRIORITY_FLAG:
        start += 5
    if start > end:
        raise FrameError(PROTOCOL_ERROR, "more padding than payload")
    return payload[start:end] if flags & (PADDED | PRIORITY_FLAG) else payload


class FrameReader:
    """Cuts what arrives into frames."""

    def __init__(self, frame_bytes_max: int, preface: bytes = PREFACE) -> None:
        """`preface`: what comes before the first frame; b"" from a server."""
        self._rest = b""
        self._frame_bytes_max = frame_bytes_max
        self._preface = preface

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now; what follows one another as DATA of one stream comes as one frame.

        A read brings dozens of DATA frames with a message each: together they are taken apart once.

        Raises:
            FrameError: a wrong preface, or a frame that is too large; what came before it was yielded.
        """
        if self._rest:
            data = self._rest + data
            self._rest = b""
        at = 0
        preface = self._preface
        if preface:
            if not preface.startswith(data[: len(preface)]):
                raise FrameError(PROTOCOL_ERROR, "no HTTP/2 preface")
            if len(data) < len(preface):
                self._rest = data
                return
            self._preface = b""
            at = len(preface)
        size = len(data)
        pieces: list[bytes] = []
        of_stream = 0
        while size - at >= HEADER_BYTES:
            high, low, kind, flags, stream = _HEADER.unpack_from(data, at)
            length = (high << 16) + low
            end = at + HEADER_BYTES + length
            is_plain = kind == DATA and not flags
            if pieces and (not is_plain or stream != of_stream or length > self._frame_bytes_max):
                yield _joined(of_stream, pieces)
                pieces = []
            if length > self._frame_bytes_max:
                raise FrameError(
                    FRAME_SIZE_ERROR, f"a frame of {length} bytes, at most {self._frame_bytes_max}"
                )
            if end > size:
                break
            if is_plain:
                pieces.append(data[at + HEADER_BYTES : end])
                of_stream = stream
            else:
                yield Frame(kind, flags, stream & WINDOW_BYTES_MAX, data[at + HEADER_BYTES : end])
            at = end
        if pieces:
            yield _joined(of_stream, pieces)
        self._rest = data[at:]


def _joined(stream: int, pieces: list[bytes]) -> Frame:
    return Frame(DATA, 0, stream & WINDOW_BYTES_MAX, pieces[0] if len(pieces) == 1 else b"".join(pieces))


class MessageReader:
    """Cuts a gRPC call's DATA into messages (Length-Prefixed-Message in gRPC over HTTP/2)."""

    def __init__(self, message_bytes_max: int) -> None:
        self._buffer = bytearray()
        self._needed = GRPC_HEADER_BYTES
        self._message_bytes_max = message_bytes_max

    @property
    def is_between(self) -> bool:
        """Whether no part of a message waits for the rest of it."""
        return not self._buffer

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now. Raises CallError for a compressed or too large one."""
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return []
            data = bytes(self._buffer)
            self._buffer = bytearray()
        size, at = len(data), 0
        self._needed = GRPC_HEADER_BYTES
        found = []
        while size - at >= GRPC_HEADER_BYTES:
            compressed, length = _GRPC.unpack_from(data, at)
            if compressed:
                raise CallError(UNIMPLEMENTED, "a compressed message, which was not agreed on")
            if length > self._message_bytes_max:
                raise CallError(
                    RESOURCE_EXHAUSTED,
                    f"grpc: received message larger than max ({length} vs. {self._message_bytes_max})",
                )
            end = at + GRPC_HEADER_BYTES + length
            if size < end:
                self._needed = end - at
                break
            found.append(data[at + GRPC_HEADER_BYTES : end])
            at = end
        if at < size:
            self._buffer += data[at:]
        return found


def grpc_header(length: int) -> bytes:
    """What stands before an uncompressed message."""
    return _GRPC.pack(0, length)
