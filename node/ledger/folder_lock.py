"""One process has a ledger's folder open: flock(2) on its file LOCK (docs/storage.md)."""

import fcntl
import os
from pathlib import Path

from tanhui.node.ledger.errors import LedgerLockedError


def lock_folder(folder: Path) -> int:
    """Take the ledger for this process; the descriptor holds the lock. Raises LedgerLockedError."""
    descriptor = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise LedgerLockedError(folder) from None
    return descriptor
