"""A response's header blocks, which need no table."""

from base64 import b64encode
from typing import Final

from tanhui.network.http2 import frames
from tanhui.network.http2.literals import literal
from tanhui.network.http2.status import OK, Status

MESSAGE_BYTES_MAX: Final = 4 << 10
"""Of grpc-message, encoded; clients take header blocks of 8 KiB at least."""
DETAILS: Final = b"grpc-status-details-bin"


# 0x88 is `:status 200` of the static table.
_HEADERS: Final = b"\x88" + literal(b"content-type", b"application/grpc")
_DONE: Final = literal(b"grpc-status", b"0")


def headers(stream: int) -> bytes:
    """What stands before the first message."""
    return frames.frame(frames.HEADERS, frames.END_HEADERS, stream, _HEADERS)


def trailers(stream: int, status: Status, *, alone: bool) -> bytes:
    """grpc-status, grpc-message and the details; `alone` where no headers were sent."""
    block = _DONE if status.code == OK else literal(b"grpc-status", str(status.code).encode())
    if status.message:
        block += literal(b"grpc-message", _percent(status.message))
    if status.details:
        block += literal(DETAILS, b64encode(status.details).rstrip(b"="))
    if alone:
        block = _HEADERS + block
    return _in_frames(stream, block)


def _in_frames(stream: int, block: bytes) -> bytes:
    """HEADERS that end the stream, and CONTINUATIONs where the block is longer than every client takes at once."""
    room = frames.FRAME_BYTES_MIN
    if len(block) <= room:
        return frames.frame(frames.HEADERS, frames.END_HEADERS | frames.END_STREAM, stream, block)
    parts = [frames.frame(frames.HEADERS, frames.END_STREAM, stream, block[:room])]
    for at in range(room, len(block), room):
        flags = frames.END_HEADERS if at + room >= len(block) else 0
        parts.append(frames.frame(frames.CONTINUATION, flags, stream, block[at : at + room]))
    return b"".join(parts)


def _percent(message: str) -> bytes:
    """grpc-message's percent encoding; what is too long is cut between characters."""
    parts: list[str] = []
    size = 0
    for character in message:
        encoded = "".join(
            chr(byte) if 0x20 <= byte <= 0x7E and byte != 0x25 else f"%{byte:02X}"
            for byte in character.encode("utf-8", "replace")
        )
        size += len(encoded)
        if size > MESSAGE_BYTES_MAX:
            break
        parts.append(encoded)
    return "".join(parts).encode()
