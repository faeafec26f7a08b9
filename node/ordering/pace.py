"""When a block may be cut before its time: group commit. Pure; the caller's clock (docs/adr/0014).

A batch waits for BatchTimeout so that an ordering service of several nodes agrees seldom. Here nobody has to agree, and
a block costs what its commit costs. So a batch is cut as soon as nothing is being committed, it has gathered for a
moment, and the last commit is as far back as it took itself: the longer commits take, the more gathers meanwhile.
"""

from typing import Final

REST: Final = 1.0
"""After a commit the next batch gathers for so many times as long as that commit took: commits take at most half of
the time. With 3, fifty callers waited for each other more than for the processor (docs/adr/0014)."""


class Pace:
    """Of one channel's blocks."""

    def __init__(self, gather_s: float) -> None:
        """`gather_s`: how long a batch gathers after its first message, at least."""
        self._gather_s = gather_s
        self._under_way = 0
        self._rests_until_s = 0.0

    @property
    def under_way(self) -> int:
        """Blocks that were handed over and are not durable yet."""
        return self._under_way

    def handed_over(self) -> None:
        """A block is on its way to the disk."""
        self._under_way += 1

    def committed(self, handed_over_s: float, now_s: float) -> None:
        """It has arrived, or failed."""
        assert self._under_way, "it was handed over"
        self._under_way -= 1
        self._rests_until_s = now_s + REST * (now_s - handed_over_s)

    def earliest_s(self, first_s: float) -> float | None:
        """When a batch whose first message came at `first_s` may be cut; None while a block is under way."""
        return None if self._under_way else max(first_s + self._gather_s, self._rests_until_s)
