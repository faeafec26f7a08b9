"""Header blocks: HEADERS and the CONTINUATIONs behind it, decoded (RFC 9113, section 4.3; RFC 7541)."""

from typing import Final, NamedTuple

import hpack

from tanhui.network.http2 import frames
from tanhui.network.http2.frames import Frame, FrameError

HEADER_BLOCK_BYTES_MAX: Final = 16 << 10
REMEMBERED_MAX: Final = 64
"""Blocks of one connection whose meaning is kept. A client of one service sends the same few again and again."""
REMEMBERED_BYTES_MAX: Final = 64
"""The longest of them: a gRPC call has a dozen fields."""


class Headers(NamedTuple):
    """A block that is whole."""

    stream: int
    names: dict[str, str]
    is_last: bool
    """The peer sends nothing behind it on the stream."""


class HeaderBlocks:
    """Of one connection: they share a table, and none is interrupted."""

    def __init__(self) -> None:
        self._decoder = hpack.Decoder(max_header_list_size=HEADER_BLOCK_BYTES_MAX)
        self._block: tuple[int, bool, bytearray] | None = None
        self._remembered: dict[bytes, dict[str, str]] = {}

    def require_order(self, kind: int) -> None:
        """Refuse any other frame while a block is open. Raises FrameError."""
        if self._block is not None and kind != frames.CONTINUATION:
            raise FrameError(frames.PROTOCOL_ERROR, "a header block was not finished")

    def feed(self, found: Frame) -> Headers | None:
        """HEADERS or CONTINUATION; the block, if it ends here.

        Raises:
            FrameError: it is too large, continues nothing, or cannot be decoded.
        """
        if found.kind == frames.HEADERS:
            self._block = (
                found.stream,
                bool(found.flags & frames.END_STREAM),
                bytearray(frames.body(found)),
            )
        elif self._block is None or self._block[0] != found.stream:
            raise FrameError(frames.PROTOCOL_ERROR, "CONTINUATION of nothing")
        else:
            self._block[2].extend(found.payload)
        stream, is_last, block = self._block
        if len(block) > HEADER_BLOCK_BYTES_MAX:
            raise FrameError(frames.ENHANCE_YOUR_CALM, "a header block that is too large")
        if not found.flags & frames.END_HEADERS:
            return None
        self._block = None
        return Headers(stream, self._decoded(bytes(block)), is_last)

    def _decoded(self, block: bytes) -> dict[str, str]:
        names = self._remembered.get(block)
        if names is not None:
            return names
        try:
            decoded = self._decoder.decode(block, raw=True)
        except hpack.HPACKError as error:
            reason = f"header block: {type(error).__name__}"
            raise FrameError(frames.COMPRESSION_ERROR, reason) from error
        names = {_text(name): _text(value) for name, value in decoded}
        if not _is_indexed(block):  # it may have changed the table that all others are read by
            self._remembered.clear()
        elif len(self._remembered) < REMEMBERED_MAX and len(block) <= REMEMBERED_BYTES_MAX:
            self._remembered[block] = names
        return names


def _is_indexed(block: bytes) -> bool:
    """Whether every octet is a field of the table (RFC 7541, 6.1: a set bit, and an index below 127)."""
    return min(block, default=0) > 0x80 and max(block) < 0xFF


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
