"""The moments of a commit at which a process may die, named so that tests can kill it there."""

from collections.abc import Callable
from enum import StrEnum


class CrashPoint(StrEnum):
    """In the order in which a commit passes them."""

    FILE_ROLLED = "file_rolled"
    """A new block file has its header; its folder entry is not yet synced."""
    BLOCK_HALF_WRITTEN = "block_half_written"
    """The first half of the record stands in the file."""
    BLOCK_WRITTEN = "block_written"
    """The record is complete and not yet synced."""
    BLOCK_SYNCED = "block_synced"
    """The record is durable; state and indexes do not know it."""
    STATE_WRITTEN = "state_written"
    """The LevelDB batch is durable; nobody has been told."""


CrashPoints = Callable[[CrashPoint], None]
"""Called at each point of a commit."""
