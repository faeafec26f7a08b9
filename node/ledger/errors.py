"""What can be wrong with a ledger on disk, each with the field that shows it."""

from pathlib import Path


class LedgerError(Exception):
    """Base of everything this package raises."""


class LedgerClosedError(LedgerError):
    """A call after `close`."""


class LedgerLockedError(LedgerError):
    """Another process has the ledger open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"ledger {folder} is open in another process: stop the registry first")
        self.folder = folder


class LedgerCorruptError(LedgerError):
    """Bytes on disk that cannot be what was written.

    Attributes:
        file: the block file or the state folder.
        offset: byte offset in a block file, None where it has no meaning.
        reason: what was expected and what stands there.
    """

    def __init__(self, file: Path, offset: int | None, reason: str) -> None:
        place = str(file) if offset is None else f"{file} at byte {offset}"
        super().__init__(f"{place}: {reason}")
        self.file = file
        self.offset = offset
        self.reason = reason


class TornTailError(LedgerCorruptError):
    """The last block record is incomplete and nothing proves that it was never acknowledged."""


class BlockRefusedError(LedgerError):
    """A block that does not continue the chain.

    Attributes:
        number: the block's number.
        field: the header or metadata field that is wrong.
    """

    def __init__(self, number: int, field: str, reason: str) -> None:
        super().__init__(f"block {number}: {field}: {reason}")
        self.number = number
        self.field = field
        self.reason = reason


class BlockNotFoundError(LedgerError):
    """A block number, hash or transaction id that the ledger does not hold."""
