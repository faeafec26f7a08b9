"""One transaction over a view of the ledger: what it reads is recorded, what it writes is collected.

The rules are Fabric's: core/ledger/kvledger/txmgmt/txmgr (tx_simulator.go, query_executor.go). Reads never see
the transaction's own writes. Several chaincodes may take part, each in its own namespace.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from tanhui.network.protocol.range_query import RangeReads
from tanhui.network.protocol.rwset import RangeQuery, Read, RwsetBuilder, Version, hash_key
from tanhui.node.ledger import KeyVersion, StateReader, StateValue
from tanhui.node.simulation.errors import SimulationError
from tanhui.node.simulation.limits import SimulationLimits
from tanhui.node.simulation.private_part import CollectionAccess, PrivatePart, PrivateReader

HistoryReader = Callable[[str, str], Iterable[KeyVersion]]
"""Committed versions of (namespace, key), newest first: `Ledger.history`."""


class RangeCursor:
    """A range that is read entry by entry; what was read of it is checked again at commit.

    Fabric moves the recorded end along with the reader, so that who stops early depends on nothing behind
    the last entry (query_executor.go, updateRangeQueryInfo).
    """

    def __init__(self, namespace: str, start: str, end: str, found: Iterator[tuple[str, StateValue]]) -> None:
        self.namespace = namespace
        self._start = start
        self._end = end
        self._last = ""
        self._found = found
        self._reads = RangeReads()
        self._exhausted = False

    def next(self) -> tuple[str, bytes] | None:
        """The next entry; None at the range's end."""
        if self._exhausted:
            return None
        entry = next(self._found, None)
        if entry is None:
            self._exhausted = True
            return None
        key, found = entry
        self._reads.add(key, found.version)
        self._last = key
        return key, found.value

    def peek_bookmark(self) -> str:
        """The key with which another page would begin, "" when there is none. Nothing is recorded."""
        entry = None if self._exhausted else next(self._found, None)
        return "" if entry is None else entry[0]

    def recorded(self) -> RangeQuery:
        """For the read-write set."""
        raw, summary = self._reads.finish()
        reads = tuple([Read(key, None if version is None else Version(*version)) for key, version in raw])
        end = self._end if self._exhausted else self._last
        return RangeQuery(self._start, end, self._exhausted, reads, summary)


class TransactionSimulator:
    """For one transaction and one thread at a time.

    Attributes:
        limits: what it holds the transaction to.
        private_reads: (namespace, collection) of each private value that was read in clear.
    """

    def __init__(
        self,
        state: StateReader,
        history: HistoryReader,
        limits: SimulationLimits,
        *,
        private: PrivateReader | None = None,
        access: CollectionAccess | None = None,
    ) -> None:
        self._state = state
        self._history = history
        self.limits = limits
        self._private = private
        self._access = access
        self._rwset = RwsetBuilder()
        self._private_part: PrivatePart | None = None
        self._ranges: list[RangeCursor] = []
        self._write_bytes = 0
        self._wrote = False
        self._paged = False
        self._queried_private = False
        self.private_reads: set[tuple[str, str]] = set()

    @property
    def wrote(self) -> bool:
        """Whether the transaction writes."""
        return self._wrote

    @property
    def height(self) -> int:
        """Number of blocks in the view."""
        return self._state.height

    def read(self, namespace: str, keys: Sequence[str]) -> list[bytes | None]:
        """Values of any namespace, recorded: the peer itself reads `_lifecycle` in every simulation."""
        add_read = self._rwset.add_read
        values: list[bytes | None] = []
        for key, found in zip(keys, self._state.get_many(namespace, keys), strict=True):
            if not key:
                raise SimulationError("key", "is empty")
            if found is None:
                add_read(namespace, key, None)
                values.append(None)
            else:
                add_read(namespace, key, found.version)
                values.append(found.value)
        return values

    def open_range(self, namespace: str, start: str, end: str) -> RangeCursor:
        """Entries with start <= key < end; an empty `end` is unbounded."""
        cursor = RangeCursor(namespace, start, end, self._state.range(namespace, start, end))
        self._ranges.append(cursor)
        return cursor

    def open_page(self, namespace: str, start: str, end: str) -> RangeCursor:
        """The same for a page: who reads one may not write."""
        if self._wrote:
            raise SimulationError("page", "paginated queries are supported in a read-only transaction only")
        self._paged = True
        return self.open_range(namespace, start, end)

    def history(self, namespace: str, key: str) -> Iterator[KeyVersion]:
        """Committed versions of a key in this view, newest first; not recorded."""
        return (one for one in self._history(namespace, key) if one.block < self._state.height)

    def write(self, namespace: str, key: str, value: bytes | None) -> None:
        """A new value; None deletes."""
        self._check_write(key, 0 if value is None else len(value))
        self._rwset.add_write(namespace, key, value)

    def metadata(self, namespace: str, key: str) -> dict[str, bytes]:
        """A key's metadata by name; recorded as a read of the key."""
        (found,) = self._state.get_many(namespace, [key])
        self._rwset.add_read(namespace, key, None if found is None else found.version)
        return {} if found is None else _entries(found.metadata)

    def write_metadata(self, namespace: str, key: str, metadata: Mapping[str, bytes]) -> None:
        """All metadata of a key, in place of what it had."""
        self._check_write(key, sum(len(name) + len(value) for name, value in metadata.items()))
        self._rwset.add_metadata(namespace, key, metadata)

    # Collections.

    def read_private(self, namespace: str, collection: str, keys: Sequence[str]) -> list[bytes | None]:
        """Private values in clear, where this node has what the ledger's hash stands for."""
        private = self._require_private(namespace, collection)
        self._require_access().check_read(namespace, collection)
        values: list[bytes | None] = []
        for key in keys:
            version = self._hash_version(namespace, collection, key)
            value = None if version is None else private.get(namespace, collection, key, version)
            if version is not None and value is None:
                raise SimulationError(
                    "private data",
                    f"matching public hash version is not available: {namespace}/{collection} at {version}",
                )
            values.append(value)
        self.private_reads.add((namespace, collection))
        return values

    def private_hash(self, namespace: str, collection: str, key: str) -> bytes | None:
        """SHA256 of a private value; recorded as a read of the hash."""
        self._require_access().check_known(namespace, collection)
        found = self._state.get_hashed(namespace, collection, hash_key(key))
        self._part().add_read(namespace, collection, key, None if found is None else found.version)
        return None if found is None else found.value

    def private_range(
        self, namespace: str, collection: str, start: str, end: str
    ) -> Iterator[tuple[str, bytes]]:
        """Private entries with start <= key < end: not recorded, and only without writes."""
        private = self._require_private(namespace, collection)
        self._require_access().check_read(namespace, collection)
        if self._wrote:
            raise SimulationError("private data", "queries are supported in a read-only transaction only")
        self._queried_private = True
        return private.range(namespace, collection, start, end)

    def write_private(
        self, namespace: str, collection: str, key: str, value: bytes | None, *, purge: bool = False
    ) -> None:
        """A private value; None deletes it, and with `purge` its history too."""
        self._require_private(namespace, collection)
        self._require_access().check_write(namespace, collection)
        self._check_write(key, 0 if value is None else len(value))
        self._part().add_write(namespace, collection, key, value, purge=purge)

    def private_metadata(self, namespace: str, collection: str, key: str) -> dict[str, bytes]:
        """A private key's metadata by name; recorded as a read of the hash."""
        self._require_access().check_read(namespace, collection)
        found = self._state.get_hashed(namespace, collection, hash_key(key))
        self._part().add_read(namespace, collection, key, None if found is None else found.version)
        return {} if found is None else _entries(found.metadata)

    def write_private_metadata(
        self, namespace: str, collection: str, key: str, metadata: Mapping[str, bytes]
    ) -> None:
        """All metadata of a private key."""
        self._require_private(namespace, collection)
        self._require_access().check_write(namespace, collection)
        self._check_write(key, sum(len(name) + len(value) for name, value in metadata.items()))
        self._part().add_metadata(namespace, collection, key, metadata)

    # What is left of it.

    def results(self) -> bytes:
        """rwset.TxReadWriteSet bytes of everything, once at the end."""
        for cursor in self._ranges:
            self._rwset.add_range_query(cursor.namespace, cursor.recorded())
        self._ranges.clear()
        if self._private_part is not None:
            for namespace, hashes in self._private_part.hashes():
                self._rwset.add_collection(namespace, hashes)
        return self._rwset.to_bytes()

    def written(self) -> dict[str, tuple[str, ...]]:
        """By namespace that took part, the public keys that are written."""
        return self._rwset.written()

    def written_privately(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """By namespace and collection, the private keys that are written."""
        return {} if self._private_part is None else self._private_part.written()

    def committed_metadata(self, namespace: str, key: str) -> dict[str, bytes]:
        """A key's metadata by name, not recorded: for choosing endorsers."""
        found = self._state.get(namespace, key)
        return {} if found is None else _entries(found.metadata)

    def committed_private_metadata(self, namespace: str, collection: str, key: str) -> dict[str, bytes]:
        """The same of a private key."""
        found = self._state.get_hashed(namespace, collection, hash_key(key))
        return {} if found is None else _entries(found.metadata)

    def private_results(self) -> bytes:
        """rwset.TxPvtReadWriteSet bytes, b"" when nothing private was written."""
        return b"" if self._private_part is None else self._private_part.to_bytes()

    def _check_write(self, key: str, value_bytes: int) -> None:
        if not key:
            raise SimulationError("key", "is empty")
        if self._paged:
            raise SimulationError("page", "the transaction has read a page: writes are not allowed")
        if self._queried_private:
            raise SimulationError("private data", "the transaction has queried it: writes are not allowed")
        key_bytes = len(key.encode())
        if key_bytes > self.limits.key_bytes_max:
            raise SimulationError("key", f"has {key_bytes} bytes, at most {self.limits.key_bytes_max}")
        self._write_bytes += key_bytes + value_bytes
        if self._write_bytes > self.limits.write_bytes_max:
            raise SimulationError(
                "writes", f"more than {self.limits.write_bytes_max} bytes in one transaction"
            )
        self._wrote = True

    def _hash_version(self, namespace: str, collection: str, key: str) -> Version | None:
        found = self._state.get_hashed(namespace, collection, hash_key(key))
        version = None if found is None else found.version
        self._part().add_read(namespace, collection, key, version)
        return version

    def _part(self) -> PrivatePart:
        if self._private_part is None:
            self._private_part = PrivatePart()
        return self._private_part

    def _require_access(self) -> CollectionAccess:
        if self._access is None:
            raise SimulationError("private data", "is not available to this chaincode")
        return self._access

    def _require_private(self, namespace: str, collection: str) -> PrivateReader:
        self._require_access().check_known(namespace, collection)
        if self._private is None:
            raise SimulationError("private data", "is not kept by this node")
        return self._private


def _entries(metadata: bytes) -> dict[str, bytes]:
    found = kv_rwset_pb2.KVMetadataWrite.FromString(metadata)
    return {entry.name: entry.value for entry in found.entries}
