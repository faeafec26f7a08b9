"""The auditor's transparency log: leaves of accepted blocks, in a folder of static files.

Checkpoints cover whole blocks only. What was accepted and not yet published when the process ended is derived
again from the ledger, so the log is never ahead of it and never has a gap.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from tanhui.node.follower.replay import Replay
from tanhui.proofs import checkpoints, leaf
from tanhui.proofs.block_leaves import BlockLeaves
from tanhui.proofs.keys import NoteSigner, VerifierKey
from tanhui.proofs.log_reader import LogReader, folder
from tanhui.proofs.log_writer import LogWriter
from tanhui.proofs.notes import Note, NoteSignature

PUBLISH_LEAVES_MAX = 65_536
"""Leaves after which a checkpoint is published while catching up."""


class LogDiffersError(Exception):
    """The log in the folder is not of the ledger beside it."""


class AuditLog:
    """The one writer of the auditor's log; any thread may call it.

    Args:
        root: the log's folder.
        origin: the log's origin line.
        signers: the log's key, or two while a new one takes over.
        known: past keys of the log, so that its last checkpoint opens.
        vouching: the auditor's own cosigning key, when his replay began at genesis and he says so.
    """

    def __init__(
        self,
        root: Path,
        origin: str,
        signers: Sequence[NoteSigner],
        known: Sequence[VerifierKey] = (),
        vouching: NoteSigner | None = None,
    ) -> None:
        keys = tuple(dict.fromkeys((*[one.key for one in signers], *known)))
        self._root = root
        self._signers = tuple(signers)
        self._vouching = vouching
        self._writer = LogWriter(root, origin, keys)
        self._lock = RLock()

    @property
    def pending(self) -> int:
        """Leaves that no checkpoint covers yet."""
        return self._writer.size - self._writer.published_size

    @property
    def size(self) -> int:
        """Leaves, the pending ones included."""
        return self._writer.size

    @property
    def checkpoint(self) -> Note | None:
        """The published checkpoint."""
        return self._writer.checkpoint

    def root(self) -> bytes:
        """Root over all leaves, the pending ones included."""
        return self._writer.frontier().root()

    def frontier_hashes(self) -> tuple[bytes, ...]:
        """The compact range over all leaves."""
        return self._writer.frontier().hashes

    def catch_up(self, replay: Replay) -> None:
        """Append what the ledger has beyond the log, publishing on the way.

        Raises:
            LogDiffersError: the last published leaf is not what the ledger gives.
        """
        start = 0
        if self._writer.size:
            last = leaf.parse(self.reader().entry(self._writer.size - 1))
            if last.block >= replay.height or replay.leaves(last.block)[-1] != last:
                raise LogDiffersError(f"{self._root}: leaf {self._writer.size - 1} is not of this ledger")
            start = last.block + 1
        for number in range(start, replay.height):
            self.append(replay.leaves(number))

    def append(self, leaves: BlockLeaves) -> None:
        """Add one block's leaves; publishes when PUBLISH_LEAVES_MAX wait."""
        with self._lock:
            self._writer.extend(leaves.entries)
            if self.pending >= PUBLISH_LEAVES_MAX:
                self.publish()

    def publish(self) -> Note:
        """Write what is pending and a signed checkpoint over it."""
        with self._lock:
            now = None if self._vouching is None else int(time.time())
            return self._writer.publish(self._signers, self._vouching, now)

    def reader(self) -> LogReader:
        """Proofs and entries of what is published."""
        return LogReader(folder(self._root), self._writer.published_size)

    def add_cosignatures(self, lines: Sequence[NoteSignature], known: Sequence[VerifierKey]) -> Note:
        """Put cosignatures on the published checkpoint. Raises SignatureError."""
        with self._lock:
            return self._writer.add_signatures(lines, known)

    def close(self) -> None:
        """Release the folder."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def published_size(note: Note) -> int:
    """Leaves that a checkpoint covers."""
    return checkpoints.parse(note.text).size
