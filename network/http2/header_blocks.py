"""Header blocks: HEADERS and the CONTINUATIONs behind it, decoded (RFC 9113, section 4.3; RFC 7541)."""

from typing import Final, NamedTuple

import hpack

from tanhui.network.http2 import frames
from tanhui.network.http2.frames import Frame, FrameError

REMEMBERED_MAX: Final = 64
"""Blocks of one connection whose meaning is kept. A client of one service sends the same few again and again."""
REMEMBERED_BYTES_MAX: Final = 256
"""The longest of them: a dozen fields, of which one or two are spelled out."""


class Headers(NamedTuple):
    """A block that is whole."""

    stream: int
    names: dict[str, str]
    is_last: bool
    """The peer sends nothing behind it on the stream."""


class HeaderBlocks:
    """Of one connection: they share a table, and none is interrupted."""

    def __init__(self, block_bytes_max: int) -> None:
        self._block_bytes_max = block_bytes_max
        self._decoder = hpack.Decoder(max_header_list_size=block_bytes_max)
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
        if len(block) > self._block_bytes_max:
            raise FrameError(frames.ENHANCE_YOUR_CALM, "a header block that is too large")
        if not found.flags & frames.END_HEADERS:
            return None
        self._block = None
        return Headers(stream, self._decoded(bytes(block)), is_last)

    def _decoded(self, block: bytes) -> dict[str, str]:
        names = self._remembered.get(block)
        if names is not None:
            return names
        entries = self._decoder.header_table.dynamic_entries
        length, front = len(entries), entries[0] if entries else None
        try:
            decoded = self._decoder.decode(block, raw=True)
        except hpack.HPACKError as error:
            reason = f"header block: {type(error).__name__}"
            raise FrameError(frames.COMPRESSION_ERROR, reason) from error
        names = {_text(name): _text(value) for name, value in decoded}
        # Whatever is put into the table is put in front. All others were read by the table as it was.
        is_same = len(entries) == length and (not entries or entries[0] is front)
        if not is_same or _resizes_table(block):
            self._remembered.clear()
        elif len(block) <= REMEMBERED_BYTES_MAX:
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[block] = names
        return names


def _resizes_table(block: bytes) -> bool:
    """Whether it changes the table's size (RFC 7541, 6.3), which only its first octets may."""
    return block[:1] != b"" and block[0] & 0xE0 == 0x20


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
