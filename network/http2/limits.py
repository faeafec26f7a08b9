"""What one server takes."""

from dataclasses import dataclass
from typing import Final

FRAME_BYTES_MAX: Final = 1 << 16
"""The largest frame that is taken, and that is sent."""
CONNECTION_WINDOW_BYTES: Final = 16 << 20
"""How much a client may send on a connection before it was read."""
REQUEST_HEADERS_BYTES_MAX: Final = 16 << 10
"""Of one call, packed and unpacked."""
CONTROL_FRAMES_MAX: Final = 10_000
"""PING, SETTINGS, HEADERS and the like, large ones counted for several, while no message goes either way: beyond it the
client is told to calm down. Who reads a stream sends none but WINDOW_UPDATE, so what we send counts, too."""
CONTROL_FRAME_BYTES: Final = 64
"""Of payload, counted as one more frame."""
REFUSED_AS: Final = 10
"""So many frames a refused call counts for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one server.

    Attributes:
        message_bytes_max: the largest message; a larger one ends its call.
        streams_max: calls at once on one connection.
        connections_max: connections at once.
        call_window_bytes: how much a client may send on a call before it was taken.
        keepalive_s: after so much silence a client is pinged.
        keepalive_timeout_s: and after so much more it counts as gone.
        ping_interval_s_min: a client that pings more often, while it is sent nothing, is disconnected.
    """

    message_bytes_max: int
    streams_max: int
    connections_max: int = 1_000
    call_window_bytes: int = 1 << 20
    keepalive_s: float = 7_200.0
    keepalive_timeout_s: float = 20.0
    ping_interval_s_min: float = 0.0
