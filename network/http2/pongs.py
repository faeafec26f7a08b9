"""Answers to PINGs, which travel with what is sent anyway, and an end to clients that ping too often.

Go's gRPC pings after every write of ours that finds no earlier ping of its own unanswered, to estimate bandwidth
(internal/transport/bdp_estimator.go): answered at once, three pings a transaction, each with a read and a write of its
own, cost as much as the transaction's messages.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from tanhui.network.http2 import frames
from tanhui.network.http2.frames import FrameError

HOLD_S: Final = 0.025
"""From then on an answer goes with the next write."""
LATE_S: Final = 0.05
"""And now by itself. Keepalives wait for seconds."""
HELD_MAX: Final = 16
STRIKES_MAX: Final = 2
"""Pings that may come too early between two things that we send, as in Go's gRPC (http2_server.go)."""


class Pongs:
    """The answers that one connection owes.

    Attributes:
        has_sent: the client was sent something since its last ping, and may ping.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, send_soon: Callable[[], None], interval_s_min: float = 0.0
    ) -> None:
        """`interval_s_min`: between two pings of the client's, while it is sent nothing."""
        self._loop = loop
        self._send_soon = send_soon
        self._interval_s_min = interval_s_min
        self._strikes = 0
        self._last_s = -interval_s_min
        self.has_sent = False
        self._held: list[bytes] = []
        self._since_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_late = False

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, payload: bytes, now_s: float) -> None:
        """Owe an answer. Raises FrameError for a client that pings too often."""
        if self.has_sent:
            self.has_sent = False
            self._strikes = 0
        elif now_s - self._last_s < self._interval_s_min:
            self._strikes += 1
            if self._strikes > STRIKES_MAX:
                raise FrameError(frames.ENHANCE_YOUR_CALM, "too_many_pings")
        self._last_s = now_s
        if not self._held:
            self._since_s = now_s
            self._timer = self._loop.call_later(LATE_S, self._late)
        self._held.append(frames.frame(frames.PING, frames.ACK, 0, payload))
        if len(self._held) >= HELD_MAX:
            self._late()

    def due(self, now_s: float) -> bytes:
        """The answers that go now: all or none."""
        if not self._is_late and now_s - self._since_s < HOLD_S:
            return b""
        made = b"".join(self._held)
        self.forget()
        return made

    def forget(self) -> None:
        """Owe nothing."""
        self._held.clear()
        self._is_late = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._is_late = True
        self._send_soon()
