"""How often a key may call, and how often an address may fail to prove who it is; in bounded memory."""

import hashlib
import secrets
import time
from functools import lru_cache
from typing import Final

from limits import RateLimitItemPerSecond
from limits.strategies import FixedWindowRateLimiter

from tanhui.registry_api.access.window_counters import WindowCounters
from tanhui.registry_api.problems import BUSY, Problem

WINDOW_S: Final = 10
BUCKETS: Final = 4_096
"""Counters of one sort. Callers that fall into one counter share it, so that strangers cannot fill memory."""


_SECRET: Final = secrets.token_bytes(16)
"""So that nobody can look for an address that shares another's counter."""


class Rates:
    """Counters over windows of ten seconds.

    Args:
        requests_a_second: what one key may do on average over a window.
        failures_a_second: how many calls without a valid key one address may make.
    """

    def __init__(self, requests_a_second: int, failures_a_second: int) -> None:
        self._limiter = FixedWindowRateLimiter(WindowCounters())
        self._requests = RateLimitItemPerSecond(requests_a_second * WINDOW_S, WINDOW_S, "requests")
        self._failures = RateLimitItemPerSecond(failures_a_second * WINDOW_S, WINDOW_S, "failures")

    def count_request(self, key_id: str) -> None:
        """One call of a key. Raises Problem (429) past its limit."""
        self._hit(self._requests, key_id)

    def require_trustworthy(self, address: str) -> None:
        """Raises Problem (429) for an address that failed too often in this window."""
        bucket = _bucket(address)
        if not self._limiter.test(self._failures, bucket):
            raise self._busy(self._failures, bucket)

    def count_failure(self, address: str) -> None:
        """One call without a valid key."""
        self._limiter.hit(self._failures, _bucket(address))

    def _hit(self, item: RateLimitItemPerSecond, who: str) -> None:
        bucket = _bucket(who)
        if not self._limiter.hit(item, bucket):
            raise self._busy(item, bucket)

    def _busy(self, item: RateLimitItemPerSecond, bucket: str) -> Problem:
        reset = self._limiter.get_window_stats(item, bucket).reset_time
        seconds = str(max(1, round(reset - time.time())))
        return Problem(BUSY, params={"seconds": seconds}, headers={"Retry-After": seconds})


@lru_cache(maxsize=BUCKETS)
def _bucket(who: str) -> str:
    digest = hashlib.blake2b(who.encode(), digest_size=4, key=_SECRET).digest()
    return str(int.from_bytes(digest) % BUCKETS)
