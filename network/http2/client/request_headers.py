"""A call's request headers: nearly always references to the table that both sides keep, and a timeout behind them."""

import math
from typing import Final

import hpack

from tanhui.network.http2.literals import literal

TABLE_BYTES_MAX: Final = 4_096
"""Of the table, whatever the server would keep: RFC 7541's own measure."""
KEPT_MAX: Final = 64
"""Methods, and timeouts, whose headers are kept. Fabric's services have a dozen, and a client few."""
_UNITS: Final = ((1, b"m"), (1_000, b"S"), (60_000, b"M"), (3_600_000, b"H"))
_DIGITS_MAX: Final = 99_999_999
USER_AGENT: Final = "tanhui"


class RequestHeaders:
    """Of one connection. Blocks are sent in the order of their making."""

    def __init__(self, scheme: str, authority: str) -> None:
        self._encoder = hpack.Encoder()
        self._before = [(":method", "POST"), (":scheme", scheme)]
        self._behind = [
            (":authority", authority),
            ("te", "trailers"),
            ("content-type", "application/grpc"),
            ("user-agent", USER_AGENT),
        ]
        self._kept: dict[str, bytes] = {}
        self._timeouts: dict[int, bytes] = {}
        self._resizing: tuple[int, int] | None = None

    def set_table(self, table_bytes: int) -> None:
        """The server keeps a table of this size. The next block says so, and the smallest before it (RFC 7541, 4.2)."""
        size = min(table_bytes, TABLE_BYTES_MAX)
        smallest = size if self._resizing is None else min(self._resizing[0], size)
        self._resizing = smallest, size
        self._kept.clear()

    def block(self, method: str, timeout_s: float | None) -> bytes:
        """The headers of one call. `timeout_s` is how long the client waits, at least a millisecond."""
        fields = self._kept.get(method)
        if fields is None:
            self._resize()
            fields = self._encoder.encode([*self._before, (":path", method), *self._behind])
            if not _is_indexed(fields) or len(self._kept) >= KEPT_MAX:
                self._kept.clear()  # the table changed, by which all others were made
            if _is_indexed(fields):
                self._kept[method] = fields
        return fields if timeout_s is None else fields + self._timeout(max(1, math.ceil(timeout_s * 1_000)))

    def _timeout(self, milliseconds: int) -> bytes:
        """The same few over and over."""
        made = self._timeouts.get(milliseconds)
        if made is None:
            if len(self._timeouts) >= KEPT_MAX:
                self._timeouts.clear()
            made = self._timeouts[milliseconds] = literal(b"grpc-timeout", _stated(milliseconds))
        return made

    def _resize(self) -> None:
        """Only where it changes: `hpack` takes the same size said again for a word that need not be passed on."""
        for size in self._resizing or ():
            if size != self._encoder.header_table_size:
                self._encoder.header_table_size = size
        self._resizing = None


def _is_indexed(block: bytes) -> bool:
    """Whether every octet is a field of the table (RFC 7541, 6.1: a set bit, and an index below 127)."""
    return min(block) > 0x80 and max(block) < 0xFF


def _stated(milliseconds: int) -> bytes:
    """At most eight digits and a unit, rounded up (PROTOCOL-HTTP2.md, Timeout)."""
    for unit_ms, unit in _UNITS:
        value = -(-milliseconds // unit_ms)
        if value <= _DIGITS_MAX:
            return b"%d%s" % (value, unit)
    return b"%dH" % _DIGITS_MAX
