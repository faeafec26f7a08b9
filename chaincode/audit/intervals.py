"""Serial intervals with a value each: who holds which serials, replayed from what transactions say."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class Intervals(Generic[ValueT]):
    """Whole numbers from 1, cut wherever the value changes. Starts as one interval 1..last."""

    def __init__(self, last: int, value: ValueT) -> None:
        self._starts = [1]
        self._values = [value]
        self._last = last

    def assign(self, first: int, last: int, value: ValueT) -> set[ValueT]:
        """Give first..last the value; returns the values that stood there before.

        Raises:
            ValueError: not inside 1..last.
        """
        if not 1 <= first <= last <= self._last:
            raise ValueError(f"{first}..{last} is not inside 1..{self._last}")
        low, high = self._cut(first), self._cut(last + 1)
        before = set(self._values[low:high])
        self._starts[low:high] = [first]
        self._values[low:high] = [value]
        return before

    def _cut(self, at: int) -> int:
        """The index of the interval that begins at `at`, made when there is none."""
        if at > self._last:
            return len(self._starts)
        index = bisect_right(self._starts, at) - 1
        if self._starts[index] == at:
            return index
        self._starts.insert(index + 1, at)
        self._values.insert(index + 1, self._values[index])
        return index + 1

    def merged(self) -> Iterator[tuple[int, int, ValueT]]:
        """(first, last, value) in order; neighbours of one value are one."""
        ends = [*(start - 1 for start in self._starts[1:]), self._last]
        first, before = 1, None
        for index, value in enumerate(self._values):
            if index and value != before:
                yield first, ends[index - 1], self._values[index - 1]
                first = self._starts[index]
            before = value
        yield first, self._last, self._values[-1]
