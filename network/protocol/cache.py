"""A bounded cache that many threads read at once."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class BoundedCache(Generic[KeyT, ValueT]):
    """Keeps the newest `entries_max` results of a function. A failure is not kept.

    Reading takes no lock. Two threads that miss at once both compute; the results are equal.
    """

    def __init__(self, entries_max: int) -> None:
        if entries_max < 1:
            raise ValueError(f"entries_max is {entries_max}, expected at least 1")
        self._entries_max = entries_max
        self._entries: dict[KeyT, ValueT] = {}
        self._lock = Lock()

    def get(self, key: KeyT, compute: Callable[[], ValueT]) -> ValueT:
        """The kept result, or `compute()`, which is kept unless it raises."""
        found = self._entries.get(key)
        if found is not None:
            return found
        made = compute()
        with self._lock:
            while len(self._entries) >= self._entries_max:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = made
        return made

    def __len__(self) -> int:
        return len(self._entries)
