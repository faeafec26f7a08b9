"""One channel's ledger: append blocks, read state at a height, find blocks and transactions, walk history."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from fabric_protos.common import common_pb2

from tanhui.network.protocol.blocks import block_bytes, set_commit, transactions_filter
from tanhui.node.ledger import encoding
from tanhui.node.ledger.block_store import BlockStore, Location
from tanhui.node.ledger.commit import (
    check_continues,
    next_commit_hash,
    savepoint_after,
    write_block,
)
from tanhui.node.ledger.crash_points import CrashPoint, CrashPoints
from tanhui.node.ledger.encoding import Savepoint
from tanhui.node.ledger.errors import (
    BlockNotFoundError,
    BlockRefusedError,
    LedgerClosedError,
)
from tanhui.node.ledger.folder_lock import lock_folder
from tanhui.node.ledger.history import KeyVersion, version_in, writers_of
from tanhui.node.ledger.options import LedgerOptions
from tanhui.node.ledger.read_gate import ReadGate
from tanhui.node.ledger.recovery import parse_block, recover
from tanhui.node.ledger.state import Reads, Snapshot, StateStore, StateValue
from tanhui.node.ledger.updates import BlockUpdates, updates_of_block


@dataclass(frozen=True, slots=True)
class TransactionLocation:
    """Where a transaction id first appeared, and the validation code it was given there."""

    block: int
    index: int
    code: int


class Ledger:
    """An open ledger. One thread commits; any thread reads.

    A block that `commit_block` returned from is on disk, with its state. Everything read outside of a
    snapshot is as of some recent height; take a snapshot to read several things at one.
    """

    def __init__(
        self,
        *,
        folder: Path,
        lock: int,
        blocks: BlockStore,
        store: StateStore,
        savepoint: Savepoint,
        options: LedgerOptions,
        crash_points: CrashPoints | None,
    ) -> None:
        self._folder = folder
        self._lock = lock
        self._blocks = blocks
        self._store = store
        self._savepoint = savepoint
        self._options = options
        self._crash_points = crash_points
        self._committing = Lock()
        self._reads = ReadGate(f"ledger {folder}")
        self._failed: BaseException | None = None
        self._closed = False

    @classmethod
    def open(
        cls, folder: Path, options: LedgerOptions | None = None, *, crash_points: CrashPoints | None = None
    ) -> Self:
        """Open the ledger in `folder`, making it when there is none, recovering it when it was left midway.

        Raises:
            LedgerLockedError: another process has it open.
            LedgerCorruptError, TornTailError: see `recovery.recover`; nothing acknowledged was changed.
        """
        options = options or LedgerOptions()
        (folder / "blocks").mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = lock_folder(folder)
        store: StateStore | None = None
        blocks = BlockStore(
            folder / "blocks",
            file_bytes_max=options.file_bytes_max,
            block_bytes_max=options.block_bytes_max,
            crash_points=crash_points,
        )
        try:
            store = StateStore(folder / "state", options)
            savepoint = recover(blocks, store)
        except BaseException:
            blocks.close()
            if store is not None:
                store.close()
            os.close(lock)
            raise
        return cls(
            folder=folder,
            lock=lock,
            blocks=blocks,
            store=store,
            savepoint=savepoint,
            options=options,
            crash_points=crash_points,
        )

    @property
    def height(self) -> int:
        """Number of committed blocks."""
        return self._savepoint.height

    @property
    def header_hash(self) -> bytes:
        """Header hash of the last block, which the next one names as previous; zero bytes when empty."""
        return self._savepoint.header_hash

    @property
    def commit_hash(self) -> bytes:
        """Fabric's commit hash after the last block; b"" before block 1."""
        return self._savepoint.commit_hash

    def commit_block(
        self, block: common_pb2.Block, updates: BlockUpdates | None = None, *, data_checked: bool = False
    ) -> common_pb2.Block:
        """Append a validated block, durably, with everything that follows from it.

        Args:
            block: numbered `height`, with its TRANSACTIONS_FILTER set; its commit hash is written into it.
            updates: what validation found the block to change; derived from the block when not given.
            data_checked: the caller has compared header and envelopes itself, as every follower must.

        Returns:
            The block, with metadata complete, as it stands on disk.

        Raises:
            BlockRefusedError: it does not continue the chain. Nothing was written.
            LedgerClosedError: closed, or an earlier commit failed midway: reopen to recover.
        """
        with self._committing:
            self._require_open()
            savepoint = self._savepoint
            check_continues(block, savepoint, data_checked=data_checked)
            if updates is None:
                updates = updates_of_block(block, self._store)
            commit_hash = next_commit_hash(block, updates, savepoint.commit_hash)
            set_commit(block, transactions_filter(block), commit_hash)
            payload = block_bytes(block)
            if len(payload) > self._options.block_bytes_max:
                raise BlockRefusedError(
                    block.header.number,
                    "block",
                    f"{len(payload)} bytes, at most {self._options.block_bytes_max}",
                )
            try:
                location = self._blocks.append(block.header.number, payload)
                self._reached(CrashPoint.BLOCK_SYNCED)
                after = savepoint_after(block, location, commit_hash, rebuilding=False)
                write_block(self._store, block, updates, location, after, sync=True)
                self._reached(CrashPoint.STATE_WRITTEN)
            except BaseException as error:
                # The files may be ahead of memory now: only recovery may go on from here.
                self._failed = error
                raise
            self._savepoint = after
            return block

    @property
    def state(self) -> Reads:
        """The state as it is at each moment: for validation, which runs between commits."""
        return self._store

    def snapshot(self) -> Snapshot:
        """A view of the state at the current height, unmoved by later commits. The caller closes it."""
        self._require_usable()
        return self._store.snapshot()

    def get_state(self, namespace: str, key: str) -> StateValue | None:
        """The committed value and version of one key."""
        return self._store.get(namespace, key)

    def get_states(self, namespace: str, keys: Sequence[str]) -> list[StateValue | None]:
        """Committed values in the order of `keys`."""
        return self._store.get_many(namespace, keys)

    def state_range(self, namespace: str, start: str, end: str) -> Iterator[tuple[str, StateValue]]:
        """Entries with start <= key < end in key order; an empty `end` is the end of the namespace."""
        return self._store.range(namespace, start, end)

    def block(self, number: int) -> common_pb2.Block:
        """Raises BlockNotFoundError, LedgerCorruptError."""
        with self._reads.reading():
            location = self._location(number)
            raw = self._blocks.read(location)[1]
        return parse_block(self._blocks.path(location.file), location.offset, raw)

    def block_bytes(self, number: int) -> bytes:
        """The serialised block, checksum verified. Raises BlockNotFoundError, LedgerCorruptError."""
        with self._reads.reading():
            return self._blocks.read(self._location(number))[1]

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[common_pb2.Block]:
        """Blocks start <= number < stop, up to the height at the time of the call."""
        end = self.height if stop is None else min(stop, self.height)
        for number in range(start, end):
            yield self.block(number)

    def block_number_by_hash(self, header_hash: bytes) -> int:
        """Raises BlockNotFoundError."""
        data = self._store.raw(encoding.block_hash_key(header_hash))
        if data is None:
            raise BlockNotFoundError(f"no block with header hash {header_hash.hex()}")
        return encoding.decode_number(data)

    def find_transaction(self, txid: str) -> TransactionLocation | None:
        """Where a transaction id first appeared, valid or not; None when it never did."""
        data = self._store.raw(encoding.transaction_key(txid))
        return None if data is None else TransactionLocation(*encoding.decode_transaction(data))

    def has_transaction(self, txid: str) -> bool:
        """Whether the id appeared in any block, valid or not."""
        return self._store.has_transaction(txid)

    def history(self, namespace: str, key: str) -> Iterator[KeyVersion]:
        """Committed versions of a key, newest first (kvledger/history/query_executer.go)."""
        for number, index in writers_of(self._store, namespace, key):
            yield version_in(self.block(number), index, namespace, key)

    def _location(self, number: int) -> Location:
        data = self._store.raw(encoding.block_key(number)) if number >= 0 else None
        if data is None:
            raise BlockNotFoundError(f"no block {number}: height is {self.height}")
        file, offset, record_bytes, _ = encoding.decode_block_entry(data)
        return Location(file, offset, record_bytes)

    def _reached(self, point: CrashPoint) -> None:
        if self._crash_points is not None:
            self._crash_points(point)

    def _require_usable(self) -> None:
        if self._closed:
            raise LedgerClosedError(f"ledger {self._folder} is closed")

    def _require_open(self) -> None:
        self._require_usable()
        if self._failed is not None:
            raise LedgerClosedError(
                f"ledger {self._folder} failed midway through a commit: reopen"
            ) from self._failed

    def close(self) -> None:
        """Release files, database and lock, once block reads under way are over. Open snapshots become unusable.

        Safe to repeat.
        """
        with self._committing:
            if self._closed:
                return
            self._closed = True
            self._reads.close()
            self._blocks.close()
            self._store.close()
            os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
