"""An append-only log on a folder of static files, which any web server or CDN serves (C2SP tlog-tiles).

What has been published is what the file `checkpoint` says. Publishing writes entry bundles and tiles first,
each to a temporary file that is synced and renamed, syncs the folders, and replaces the checkpoint last; so
a crash at any moment leaves the old checkpoint with all its files, and what lies beyond it is written again.
"""

import fcntl
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from tanhui.proofs import checkpoints, merkle, notes, tiles
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.errors import FormatError
from tanhui.proofs.keys import NoteSigner, VerifierKey
from tanhui.proofs.log_reader import CHECKPOINT_PATH, COSIGNED_PATH, LogReader, folder
from tanhui.proofs.notes import Note, NoteSignature
from tanhui.proofs.tiles import WIDTH, TileId
from tanhui.proofs.tree import Frontier

PENDING_MAX = 1 << 20
"""Entries that may wait for the next checkpoint."""


class LogWriter:
    """The one writer of a log; a lock file keeps a second one out.

    Args:
        root: the log's folder, made when absent.
        origin: the log's origin line.
        known: the log's keys, past ones included: one of them must have signed the checkpoint found.

    Raises:
        FormatError: the folder holds another log, or its files do not fit its checkpoint.
        SignatureError: the checkpoint found is not signed by a known key.
        BlockingIOError: another writer has the folder.
    """

    def __init__(self, root: Path, origin: str, known: Sequence[VerifierKey]) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._origin = origin
        self._lock = (root / ".lock").open("ab")
        self._published = 0
        self._frontier = Frontier()
        # Entries of the last, partial bundle and those pending, and the same for each level's hashes,
        # leaves first.
        self._entries: list[bytes] = []
        self._edge: list[list[bytes]] = []
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._note = self._found(known)
            self._open()
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the folder; entries not published are forgotten, and come again from the ledger."""
        self._lock.close()

    @property
    def size(self) -> int:
        """Leaves, those not yet published included."""
        return self._frontier.size

    @property
    def published_size(self) -> int:
        """Leaves that the checkpoint covers."""
        return self._published

    @property
    def checkpoint(self) -> Note | None:
        """The published checkpoint; None before the first."""
        return self._note

    def frontier(self) -> Frontier:
        """The compact range over all leaves, those not yet published included."""
        return self._frontier.copy()

    def append(self, entry: bytes) -> int:
        """Add one entry, to be published with the next checkpoint; returns its index. Raises as `extend`."""
        self.extend((entry,))
        return self.size - 1

    def extend(self, entries: Sequence[bytes]) -> None:
        """Add entries, all or none of them.

        Raises:
            FormatError: an entry beyond 65,535 bytes, or more than PENDING_MAX would wait.
        """
        longest = max(map(len, entries), default=0)
        if longest > tiles.ENTRY_BYTES_MAX:
            raise FormatError("tile.entry", f"an entry of {longest} bytes, at most {tiles.ENTRY_BYTES_MAX}")
        if self.size - self._published + len(entries) > PENDING_MAX:
            raise FormatError("log.pending", f"{PENDING_MAX} entries wait for a checkpoint")
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        self._entries += entries
        self._edge[0] += hashes
        self._frontier.extend(hashes)

    def publish(
        self, signers: Sequence[NoteSigner], vouching: NoteSigner | None = None, time: int | None = None
    ) -> Note:
        """Write what is pending and a checkpoint over all of it, signed by the log's key or keys.

        More than one key signs while a new one takes over. With nothing pending the checkpoint is signed
        anew. A replay auditor who writes his own log puts his cosignature on it at once: `vouching`, at `time`.

        Raises:
            FormatError: no signer.
            OSError: the files could not be written; the published log is as before.
        """
        if not signers:
            raise FormatError("log.signer", "a checkpoint needs the log's signature")
        text = Checkpoint(self._origin, self.size, self._frontier.root()).text()
        lines = [notes.signature(text, one) for one in signers]
        if vouching is not None:
            lines.append(notes.signature(text, vouching, time))
        note = Note(text, tuple(lines))
        grown = self._write_files()
        self._replace_checkpoint(note)
        # Only now, when the checkpoint stands, is forgotten what full tiles hold.
        self._entries = self._entries[len(self._entries) // WIDTH * WIDTH :]
        self._edge = [hashes[len(hashes) // WIDTH * WIDTH :] for hashes in grown]
        return note

    def add_signatures(self, signatures: Sequence[NoteSignature], known: Sequence[VerifierKey]) -> Note:
        """Put cosignatures of known keys on the published checkpoint; they must verify.

        Raises:
            SignatureError: one that fails, or none of a known key.
            FormatError: nothing is published.
        """
        if self._note is None:
            raise FormatError("log.empty", "no checkpoint is published")
        notes.verify(Note(self._note.text, tuple(signatures)), known)
        by = {(key.name, key.key_id) for key in known}
        note = self._note.with_signatures([one for one in signatures if (one.name, one.key_id) in by])
        self._replace_checkpoint(note)
        _write_synced(self._root / COSIGNED_PATH, note.encode())
        return note

    def _found(self, known: Sequence[VerifierKey]) -> Note | None:
        data = folder(self._root)(CHECKPOINT_PATH)
        if data is None:
            return None
        note, _ = notes.open_note(data, known)
        return note

    def _open(self) -> None:
        found = checkpoints.parse(self._note.text) if self._note is not None else None
        if found is not None and found.origin != self._origin:
            raise FormatError("log.origin", f"the folder holds the log {found.origin!r}")
        size = found.size if found is not None else 0
        reader = LogReader(folder(self._root), size)
        self._frontier = reader.frontier()
        if found is not None and self._frontier.root() != found.root:
            raise FormatError("log.root", f"the tiles' root at {size} is not the checkpoint's")
        self._published = size
        first = size - size % WIDTH
        self._entries = list(reader.entries(first)) if size % WIDTH else []
        level = 0
        while not self._edge or size >> (tiles.HEIGHT * level):
            index = (size >> (tiles.HEIGHT * level)) // WIDTH
            width = tiles.width_at(level, index, size)
            self._edge.append(reader.tile(level, index) if width else [])
            level += 1

    def _write_files(self) -> list[list[bytes]]:
        """Write what is pending; returns each level's hashes, grown, for when the checkpoint stands."""
        touched: set[Path] = set()
        for at in range(0, len(self._entries), WIDTH):
            part = self._entries[at : at + WIDTH]
            index = self._published // WIDTH + at // WIDTH
            self._write(TileId(None, index, len(part)), tiles.encode_entries(part), touched)
        grown = [list(hashes) for hashes in self._edge]
        level = 0
        while level < len(grown):
            hashes = grown[level]
            base = (self._published >> (tiles.HEIGHT * level)) // WIDTH
            for at in range(0, len(hashes), WIDTH):
                part = hashes[at : at + WIDTH]
                self._write(TileId(level, base + at // WIDTH, len(part)), b"".join(part), touched)
            whole = len(hashes) // WIDTH
            if whole and level + 1 == len(grown):
                grown.append([])
            for at in range(whole):
                grown[level + 1].append(merkle.root_of_hashes(hashes[at * WIDTH : (at + 1) * WIDTH]))
            level += 1
        for one in sorted(touched):
            _sync_folder(one)
        return grown

    def _write(self, tile: TileId, data: bytes, touched: set[Path]) -> None:
        path = self._root / tile.path()
        parent = path.parent
        while not parent.exists():
            touched.add(parent.parent)
            parent = parent.parent
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(path, data)
        touched.add(path.parent)

    def _replace_checkpoint(self, note: Note) -> None:
        _write_synced(self._root / CHECKPOINT_PATH, note.encode())
        _sync_folder(self._root)
        self._note = note
        self._published = checkpoints.parse(note.text).size


def _write_synced(path: Path, data: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
