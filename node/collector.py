"""Python's garbage collector, set for a process that lives long and makes many short-lived objects.

A batch of activities makes tens of thousands of tuples without a cycle among them; with the interpreter's own
thresholds the collector looked at them, and at everything else, a hundred times a second: a fifth of the CPU.
"""

import gc
from typing import Final

YOUNG_MAX: Final = 100_000
"""Objects made, less those freed, before the youngest are looked at: some 10 MB."""

YOUNG_BEFORE_MIDDLE: Final = 20
MIDDLE_BEFORE_OLD: Final = 50


def settle_collector() -> None:
    """Call once everything is loaded and open: what exists now is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, YOUNG_BEFORE_MIDDLE, MIDDLE_BEFORE_OLD)
