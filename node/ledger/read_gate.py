"""Reads that other threads have under way, and an end that waits for them.

LevelDB that is closed beneath a reading thread ends the process with a segmentation fault.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from tanhui.node.ledger.errors import LedgerClosedError


class ReadGate:
    """Open until `close`; any number of threads may be within."""

    def __init__(self, name: str) -> None:
        """`name`: of what is read, for the refusal."""
        self._name = name
        self._changed = Condition()
        self._within = 0
        self._is_closed = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Stay open for the length of a block. Raises LedgerClosedError."""
        with self._changed:
            if self._is_closed:
                raise LedgerClosedError(f"{self._name} is closed")
            self._within += 1
        try:
            yield
        finally:
            with self._changed:
                self._within -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Let nobody in any more, and return when the last is out. Safe to repeat."""
        with self._changed:
            self._is_closed = True
            while self._within:
                self._changed.wait()
