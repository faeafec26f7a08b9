"""Header blocks: HEADERS and the CONTINUATIONs behind it, decoded (RFC 9113, section 4.3; RFC 7541)."""

from typing import Final, NamedTuple

import hpack

from tanhui.chaincode.shim import frames
from tanhui.chaincode.shim.frames import Frame, FrameError

HEADER_BLOCK_BYTES_MAX: Final = 64 << 10


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
        try:
            decoded = self._decoder.decode(bytes(block), raw=True)
        except hpack.HPACKError as error:
            reason = f"header block: {type(error).__name__}"
            raise FrameError(frames.COMPRESSION_ERROR, reason) from error
        return Headers(stream, {_text(name): _text(value) for name, value in decoded}, is_last)


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
