"""Look at every byte of a closed ledger and name what is inconsistent.

Three questions: are the block files whole and chained (checksums, numbers, header, data and commit hashes)?
Is the LevelDB database readable (every block of every table, checksums verified)? And does it hold exactly
what a replay of the block files gives: state with versions, history, indexes, savepoint? The replay goes
into a database of its own, so that memory stays bounded whatever the size of the state.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tanhui.node.ledger import encoding
from tanhui.node.ledger.block_store import BlockStore, Tail
from tanhui.node.ledger.encoding import Savepoint
from tanhui.node.ledger.errors import LedgerCorruptError
from tanhui.node.ledger.folder_lock import lock_folder
from tanhui.node.ledger.options import LedgerOptions
from tanhui.node.ledger.recovery import EMPTY, replay
from tanhui.node.ledger.state import StateStore

FINDINGS_MAX = 1000
"""Inconsistencies listed; a ledger with more is not mended by reading further."""

SCRATCH_SUFFIX = ".fsck"


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """One thing that is wrong.

    Attributes:
        name: what kind, stable for programs: block_damaged, tail_incomplete, files_missing, blocks_missing,
            state_unreadable, state_missing, state_behind, entry_missing, entry_extra, entry_differs.
        place: file and byte, or the database entry.
        detail: in words.
    """

    name: str
    place: str
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """What fsck found.

    Attributes:
        height: blocks that are whole and replay.
        commit_hash: Fabric's commit hash after the last of them.
        entries: database entries compared.
        inconsistencies: at most FINDINGS_MAX.
    """

    height: int
    commit_hash: bytes
    entries: int
    inconsistencies: tuple[Inconsistency, ...]

    @property
    def is_clean(self) -> bool:
        """Nothing was found. What a crash leaves and the next open mends counts as found."""
        return not self.inconsistencies


def fsck(folder: Path, options: LedgerOptions | None = None) -> Report:
    """Check the ledger in `folder`. Changes nothing in it, except that LevelDB tidies its own log at open.

    Raises:
        LedgerLockedError: it is open.
    """
    options = options or LedgerOptions()
    lock = lock_folder(folder)
    for left in folder.glob(f"*{SCRATCH_SUFFIX}"):
        shutil.rmtree(left)
    scratch = Path(tempfile.mkdtemp(prefix="replay-", suffix=SCRATCH_SUFFIX, dir=folder))
    try:
        return _check(folder, scratch, options)
    finally:
        shutil.rmtree(scratch)
        os.close(lock)


def _check(folder: Path, scratch: Path, options: LedgerOptions) -> Report:
    found: list[Inconsistency] = []
    expected = StateStore(scratch / "state", options)
    try:
        savepoint = _replay_blocks(folder / "blocks", expected, options, found)
        entries = 0
        state = folder / "state"
        if (state / "CURRENT").exists():
            entries = _compare(state, expected, options, found)
        elif savepoint.height:
            found.append(
                Inconsistency("state_missing", str(state), "the next open rebuilds it from the blocks")
            )
    finally:
        expected.close()
    return Report(savepoint.height, savepoint.commit_hash, entries, tuple(found[:FINDINGS_MAX]))


def _replay_blocks(
    folder: Path, expected: StateStore, options: LedgerOptions, found: list[Inconsistency]
) -> Savepoint:
    blocks = BlockStore(
        folder, file_bytes_max=options.file_bytes_max, block_bytes_max=options.block_bytes_max
    )
    savepoint = EMPTY
    expected.write([(encoding.SAVEPOINT_KEY, encoding.encode_savepoint(savepoint))], [], sync=False)
    try:
        for item in blocks.scan():
            path = blocks.path(item.file if isinstance(item, Tail) else item.location.file)
            if isinstance(item, Tail):
                name = "tail_incomplete" if item.last and item.incomplete else "block_damaged"
                detail = f"{item.reason}; {item.bytes_left} bytes are not read"
                found.append(Inconsistency(name, f"{path} at byte {item.offset}", detail))
            else:
                savepoint = replay(expected, path, item, savepoint)
    except LedgerCorruptError as damage:
        found.append(Inconsistency("block_damaged", f"{damage.file} at byte {damage.offset}", damage.reason))
    except OSError as error:
        found.append(Inconsistency("files_missing", str(folder), str(error)))
    return savepoint


def _compare(folder: Path, expected: StateStore, options: LedgerOptions, found: list[Inconsistency]) -> int:
    entries = 0
    try:
        actual = StateStore(folder, options)
    except LedgerCorruptError as damage:
        found.append(Inconsistency("state_unreadable", str(folder), damage.reason))
        return 0
    try:
        reached, height = actual.height, expected.height
        if reached < height:
            detail = f"stands at {reached} of {height} blocks: the next open replays the rest"
            found.append(Inconsistency("state_behind", str(folder), detail))
        elif reached > height:
            detail = f"end after {height} blocks, the database has acknowledged {reached}"
            found.append(Inconsistency("blocks_missing", str(folder.parent / "blocks"), detail))
        for key, given, wanted in _side_by_side(actual, expected):
            entries += 1
            if given != wanted and len(found) < FINDINGS_MAX:
                found.append(_difference(key, given, wanted))
            elif given is not None and actual.raw(key) != given:
                # A damaged filter or index can hide a key from `get` that a scan still finds.
                found.append(
                    Inconsistency("state_unreadable", describe(key), "a scan finds it, a read does not")
                )
    except LedgerCorruptError as damage:
        found.append(Inconsistency("state_unreadable", str(folder), damage.reason))
    finally:
        actual.close()
    return entries


def _side_by_side(
    actual: StateStore, expected: StateStore
) -> Iterator[tuple[bytes, bytes | None, bytes | None]]:
    """Both databases' entries merged by key; None where one lacks it."""
    left, right = actual.scan(b"", None), expected.scan(b"", None)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield one[0], one[1], None
            one = next(left, None)
        elif one is None or other[0] < one[0]:
            yield other[0], None, other[1]
            other = next(right, None)
        else:
            yield one[0], one[1], other[1]
            one, other = next(left, None), next(right, None)


def _difference(key: bytes, given: bytes | None, wanted: bytes | None) -> Inconsistency:
    if given is None:
        return Inconsistency("entry_missing", describe(key), "a replay of the blocks has it")
    if wanted is None:
        return Inconsistency("entry_extra", describe(key), "a replay of the blocks does not have it")
    return Inconsistency("entry_differs", describe(key), f"{given[:64]!r}, a replay gives {wanted[:64]!r}")


def describe(key: bytes) -> str:
    """A database key in words."""
    kinds = {
        encoding.STATE: "state",
        encoding.HISTORY: "history",
        encoding.TRANSACTION: "transaction",
        encoding.BLOCK: "block",
        encoding.BLOCK_HASH: "block hash",
        encoding.META: "meta",
    }
    kind = kinds.get(key[:1], "unknown")
    return f"{kind} {key[1:]!r}"
