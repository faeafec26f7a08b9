"""Counters over windows: they count, begin anew when the window is over, and start no thread."""

import threading

from limits import RateLimitItemPerSecond
from limits.strategies import FixedWindowRateLimiter

from tanhui.registry_api.access.window_counters import WindowCounters


def test_a_window_counts_until_it_ends() -> None:
    now = [100.0]
    counters = WindowCounters(lambda: now[0])
    assert [counters.incr("a", 10), counters.incr("a", 10, 3), counters.incr("b", 10)] == [1, 4, 1]
    assert (counters.get("a"), counters.get("c"), counters.get_expiry("a")) == (4, 0, 110.0)
    now[0] = 109.9
    assert counters.get("a") == 4
    now[0] = 110.0
    assert counters.get("a") == 0
    assert (counters.incr("a", 10), counters.get_expiry("a")) == (1, 120.0)
    counters.clear("a")
    assert counters.get("a") == 0
    assert counters.get_expiry("a") == now[0]
    assert counters.reset() == 1
    assert counters.check()


def test_the_library_limits_by_it_without_threads() -> None:
    before = threading.active_count()
    limiter, item = FixedWindowRateLimiter(WindowCounters()), RateLimitItemPerSecond(5, 10)
    assert [limiter.hit(item, "x") for _ in range(7)] == [True] * 5 + [False] * 2
    assert not limiter.test(item, "x")
    assert limiter.test(item, "y")
    assert threading.active_count() == before
