"""A call's request headers: nearly always references to the table that both sides keep, and a timeout behind them."""

import math
from typing import Final

import hpack

from tanhui.network.http2.literals import literal

TABLE_BYTES_MAX: Final = 4_096
"""Of the table, whatever the server would keep: RFC 7541's own measure."""
KEPT_MAX: Final = 64
"""Blocks that are kept. Fabric's services have a dozen methods, and a client few timeouts."""
_UNITS: Final = ((1_000, b"m"), (1, b"S"), (1 / 60, b"M"), (1 / 3_600, b"H"))
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
        self._kept: dict[tuple[str, float | None], bytes] = {}

    def set_table(self, table_bytes: int) -> None:
        """The server keeps a table of this size."""
        self._encoder.header_table_size = min(table_bytes, TABLE_BYTES_MAX)
        self._kept.clear()

    def block(self, method: str, timeout_s: float | None) -> bytes:
        """The headers of one call. `timeout_s` is how long the client waits, at least a millisecond."""
        kept = self._kept.get((method, timeout_s))
        if kept is not None:
            return kept
        fields = self._encoder.encode([*self._before, (":path", method), *self._behind])
        made = fields if timeout_s is None else fields + literal(b"grpc-timeout", _timeout(timeout_s))
        if (
            not _is_indexed(fields) or len(self._kept) >= KEPT_MAX
        ):  # the table changed, by which others were made
            self._kept.clear()
        if _is_indexed(fields):
            self._kept[method, timeout_s] = made
        return made


def _is_indexed(block: bytes) -> bool:
    """Whether every octet is a field of the table (RFC 7541, 6.1: a set bit, and an index below 127)."""
    return min(block) > 0x80 and max(block) < 0xFF


def _timeout(timeout_s: float) -> bytes:
    """At most eight digits and a unit, rounded up (PROTOCOL-HTTP2.md, Timeout)."""
    for a_second, unit in _UNITS:
        value = max(1, math.ceil(timeout_s * a_second))
        if value <= _DIGITS_MAX:
            return b"%d%s" % (value, unit)
    return b"%dH" % _DIGITS_MAX
