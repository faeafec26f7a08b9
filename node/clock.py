"""The node's clock, injectable so that tests and replays decide what time it is."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Nanoseconds since 1970, UTC."""

NANOSECONDS = 1_000_000_000

system_clock: Clock = time.time_ns
