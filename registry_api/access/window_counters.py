"""Counters over windows of time for one thread, as `limits` wants its storage.

The library's own memory storage starts a thread every ten milliseconds under load, to forget what is over. Here the
counters are as many as there are keys, which their user bounds, and each begins anew when it is next asked for.
"""

import time
from collections.abc import Callable

from limits.storage import Storage


class WindowCounters(Storage):
    """A count and the end of its window for each key, in seconds since 1970."""

    STORAGE_SCHEME: list[str] | None = None

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._now = now
        self._counters: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a storage may raise: this one nothing."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in the window that is open, or in a new one of `expiry` seconds."""
        now = self._now()
        count, until = self._counters.get(key, (0, 0.0))
        if until <= now:
            count, until = 0, now + expiry
        self._counters[key] = (count + amount, until)
        return count + amount

    def get(self, key: str) -> int:
        """The count of the open window."""
        count, until = self._counters.get(key, (0, 0.0))
        return count if until > self._now() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends."""
        counter = self._counters.get(key)
        return self._now() if counter is None else counter[1]

    def check(self) -> bool:
        """Memory is there."""
        return True

    def reset(self) -> int:
        """Forget everything; how many counters there were."""
        count = len(self._counters)
        self._counters.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self._counters.pop(key, None)
