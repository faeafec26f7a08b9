"""How much time a call has left."""

import asyncio
import math


class Deadline:
    """Of one call, however often it is asked.

    Attributes:
        timeout_s: what the caller said.
        at_s: when it is over, by the event loop's clock. Both None for a call that has all the time there is.
    """

    __slots__ = ("_loop", "at_s", "timeout_s")

    def __init__(self, loop: asyncio.AbstractEventLoop, timeout_s: float | None) -> None:
        """Raises ValueError for what is no number of seconds."""
        if timeout_s is not None and not math.isfinite(timeout_s):
            raise ValueError(f"timeout_s {timeout_s}: must be a number of seconds, or None")
        self._loop = loop
        self.timeout_s = timeout_s
        self.at_s = None if timeout_s is None else loop.time() + timeout_s

    @property
    def left_s(self) -> float | None:
        """How much is left, at least a millisecond."""
        return None if self.at_s is None else max(0.001, self.at_s - self._loop.time())
