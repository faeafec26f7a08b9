"""The ledger of one channel on disk: block files, world state, history and indexes.

Blocks are the truth; everything in LevelDB can be rebuilt from them. The formats stand in docs/storage.md.
"""

from tanhui.node.ledger.crash_points import CrashPoint, CrashPoints
from tanhui.node.ledger.errors import (
    BlockNotFoundError,
    BlockRefusedError,
    LedgerClosedError,
    LedgerCorruptError,
    LedgerError,
    LedgerLockedError,
    TornTailError,
)
from tanhui.node.ledger.history import KeyVersion
from tanhui.node.ledger.ledger import Ledger, TransactionLocation
from tanhui.node.ledger.options import LedgerOptions
from tanhui.node.ledger.state import StateReader, StateValue, Version
from tanhui.node.ledger.updates import BlockUpdates, updates_of_block

__all__ = [
    "BlockNotFoundError",
    "BlockRefusedError",
    "BlockUpdates",
    "CrashPoint",
    "CrashPoints",
    "KeyVersion",
    "Ledger",
    "LedgerClosedError",
    "LedgerCorruptError",
    "LedgerError",
    "LedgerLockedError",
    "LedgerOptions",
    "StateReader",
    "StateValue",
    "TornTailError",
    "TransactionLocation",
    "Version",
    "updates_of_block",
]
