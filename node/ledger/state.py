"""The LevelDB database of one ledger: opening it with the settings that were measured, and reading it.

Every read verifies checksums and every batch is synced: with LevelDB's defaults one flipped byte returned a
wrong value or lost keys in silence.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from tanhui.network.protocol.rwset import Version
from tanhui.node.ledger import encoding, leveldb
from tanhui.node.ledger.encoding import Savepoint, StateValue
from tanhui.node.ledger.errors import LedgerClosedError, LedgerCorruptError
from tanhui.node.ledger.options import LedgerOptions

__all__ = ["Snapshot", "StateReader", "StateStore", "StateValue", "Version"]

ReadT = TypeVar("ReadT")


class StateReader(Protocol):
    """Committed state at one height: what simulation and validation read."""

    @property
    def height(self) -> int:
        """Number of blocks in this view."""

    def get(self, namespace: str, key: str) -> StateValue | None:
        """The committed value, None where absent."""

    def get_hashed(self, namespace: str, collection: str, key_hash: bytes) -> StateValue | None:
        """The committed hash of a private value, by the hash of its key."""

    def get_many(self, namespace: str, keys: Sequence[str]) -> list[StateValue | None]:
        """Values in the order of `keys`."""

    def get_versions(self, namespace: str, keys: Sequence[str]) -> list[tuple[int, int] | None]:
        """(block, transaction) of each key's value, in the order of `keys`; None where absent."""

    def range(self, namespace: str, start: str, end: str) -> Iterator[tuple[str, StateValue]]:
        """Entries with start <= key < end in key order; an empty `end` is the end of the namespace."""

    def uses_metadata(self, namespace: str) -> bool:
        """Whether a key of the namespace has ever had key-level metadata."""


class Reads:
    """Reading by `get` and `iterator` of a LevelDB database or snapshot."""

    def __init__(self, source: Any, folder: Path) -> None:
        self._source = source
        self._folder = folder

    def raw(self, key: bytes) -> bytes | None:
        """The stored bytes. Raises LedgerCorruptError, LedgerClosedError."""
        try:
            found: bytes | None = self._source.get(key, verify_checksums=True)
        except leveldb.Error as error:
            raise LedgerCorruptError(self._folder, None, f"LevelDB: {error}") from error
        except RuntimeError as error:
            raise LedgerClosedError(str(error)) from error
        return found

    def scan(
        self, start: bytes, stop: bytes | None, *, reverse: bool = False, values: bool = True
    ) -> Iterator[tuple[bytes, bytes]]:
        """Stored entries with start <= key < stop; values are empty when not asked for."""
        try:
            iterator = self._source.iterator(
                start=start, stop=stop, reverse=reverse, include_value=values, verify_checksums=True
            )
            with iterator:
                if values:
                    yield from iterator
                else:
                    for key in iterator:
                        yield key, b""
        except leveldb.Error as error:
            raise LedgerCorruptError(self._folder, None, f"LevelDB: {error}") from error
        except RuntimeError as error:
            raise LedgerClosedError(str(error)) from error

    @property
    def height(self) -> int:
        """See StateReader."""
        savepoint = self.savepoint()
        return savepoint.height if savepoint else 0

    def get(self, namespace: str, key: str) -> StateValue | None:
        """See StateReader."""
        data = self.raw(encoding.state_key(namespace, key))
        return None if data is None else self._decode(data)

    def get_hashed(self, namespace: str, collection: str, key_hash: bytes) -> StateValue | None:
        """See StateReader."""
        data = self.raw(encoding.space_prefix(namespace, collection) + key_hash)
        return None if data is None else self._decode(data)

    def get_many(self, namespace: str, keys: Sequence[str]) -> list[StateValue | None]:
        """See StateReader."""
        return self._many(namespace, keys, encoding.decode_value)

    def get_versions(self, namespace: str, keys: Sequence[str]) -> list[tuple[int, int] | None]:
        """See StateReader."""
        return self._many(namespace, keys, encoding.decode_version)

    def _many(
        self, namespace: str, keys: Sequence[str], decode: Callable[[bytes], ReadT]
    ) -> list[ReadT | None]:
        """Read each distinct key once, in key order: a table block serves neighbours."""
        get = self._source.get
        prefix = "s" + namespace + "\x00"
        found: dict[str, ReadT | None] = {}
        try:
            for key in sorted(set(keys)):
                data = get((prefix + key).encode(), verify_checksums=True)
                found[key] = None if data is None else decode(data)
        except encoding.DamagedError as damage:
            raise LedgerCorruptError(self._folder, None, str(damage)) from damage
        except leveldb.Error as error:
            raise LedgerCorruptError(self._folder, None, f"LevelDB: {error}") from error
        except RuntimeError as error:
            raise LedgerClosedError(str(error)) from error
        return [found[key] for key in keys]

    def range(self, namespace: str, start: str, end: str) -> Iterator[tuple[str, StateValue]]:
        """See StateReader."""
        prefix = encoding.space_prefix(namespace, "")
        skip = len(prefix)
        first = prefix + start.encode()
        stop = prefix + end.encode() if end else prefix[:-1] + encoding.AFTER_NAMESPACE
        if first >= stop:
            return
        for key, data in self.scan(first, stop):
            yield key[skip:].decode(), self._decode(data)

    def has_transaction(self, txid: str) -> bool:
        """Whether the id appeared in any committed block, valid or not."""
        return self.raw(encoding.transaction_key(txid)) is not None

    def uses_metadata(self, namespace: str) -> bool:
        """See StateReader."""
        return self.raw(encoding.METADATA_NAMESPACE + namespace.encode()) is not None

    def savepoint(self) -> Savepoint | None:
        """The last batch's record of the chain; None in a database that never had one."""
        data = self.raw(encoding.SAVEPOINT_KEY)
        if data is None:
            return None
        try:
            return encoding.decode_savepoint(data)
        except encoding.DamagedError as damage:
            raise LedgerCorruptError(self._folder, None, str(damage)) from damage

    def _decode(self, data: bytes) -> StateValue:
        try:
            return encoding.decode_value(data)
        except encoding.DamagedError as damage:
            raise LedgerCorruptError(self._folder, None, str(damage)) from damage


class Snapshot(Reads):
    """A view of the ledger at one height, unmoved by later commits. Close it: it holds back compaction."""

    def __init__(self, source: Any, folder: Path) -> None:
        super().__init__(source, folder)
        self._height = super().height

    @property
    def height(self) -> int:
        """Number of blocks in this view."""
        return self._height

    def close(self) -> None:
        """Let go of the view; later reads raise LedgerClosedError."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class StateStore(Reads):
    """The open database. One writer; snapshots for readers."""

    def __init__(self, folder: Path, options: LedgerOptions) -> None:
        try:
            database = leveldb.DB(
                str(folder),
                create_if_missing=True,
                paranoid_checks=True,
                write_buffer_size=options.write_buffer_bytes,
                lru_cache_size=options.cache_bytes,
                bloom_filter_bits=options.bloom_filter_bits,
                max_open_files=options.open_files_max,
            )
        except leveldb.Error as error:
            raise LedgerCorruptError(folder, None, f"LevelDB: {error}") from error
        super().__init__(database, folder)

    def snapshot(self) -> Snapshot:
        """A view at the current height."""
        try:
            return Snapshot(self._source.snapshot(), self._folder)
        except RuntimeError as error:
            raise LedgerClosedError(str(error)) from error

    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes], *, sync: bool) -> None:
        """One atomic batch."""
        try:
            with self._source.write_batch(sync=sync) as batch:
                put, delete = batch.put, batch.delete
                for key, value in puts:
                    put(key, value)
                for key in deletes:
                    delete(key)
        except leveldb.Error as error:
            raise LedgerCorruptError(self._folder, None, f"LevelDB: {error}") from error

    def compact(self) -> None:
        """Rewrite the tables: after a rebuild, and in benchmarks."""
        self._source.compact_range()

    def close(self) -> None:
        """Flush and release; open snapshots become unusable."""
        self._source.close()
