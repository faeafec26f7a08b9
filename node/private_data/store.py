"""The private values of one channel on disk, beside the ledger, which holds their hashes alone.

    t TXID                                  height, rwset.TxPvtReadWriteSet: endorsed, not known to be committed
    v NAMESPACE 00 COLLECTION 00 KEY        block, transaction, value: committed
    h                                       number of blocks that were applied

An endorsement is given only after what it hides is on disk. A block's valid transactions then turn their endorsed
values into committed ones, checked against the hash in the block (core/ledger/pvtdatapolicy, gossip/privdata). A
restart applies the blocks that a crash left out. One node speaks for several organisations, so there is one store for
all of them: who may read is judged by a collection's own rules for its creators. It keeps no history: a purge leaves
nothing behind but what LevelDB has not compacted yet, which it is told to do. Nothing expires by blocks_to_live.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from tanhui.network.protocol.blocks import transactions_filter
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.network.protocol.rwset import Version, hash_key, parse_rwset
from tanhui.node.ledger import Ledger, leveldb
from tanhui.node.ledger.errors import LedgerCorruptError
from tanhui.node.ledger.updates import VALID, read_txid

RETENTION_BLOCKS: Final = 1_000
"""Endorsed values that no block named for so long are dropped (peer.gossip.pvtData.transientstoreMaxBlockRetention)."""
SWEEP_BLOCKS: Final = 100
WRITE_BUFFER_BYTES: Final = 4 << 20
CACHE_BYTES: Final = 8 << 20

_ENDORSED, _VALUE, _HEIGHT = b"t", b"v", b"h"
_NUMBER: Final = struct.Struct(">Q")
_VERSION: Final = struct.Struct(">QI")


def _prefix(namespace: str, collection: str) -> bytes:
    return _VALUE + namespace.encode() + b"\x00" + collection.encode() + b"\x00"


class PrivateSnapshot:
    """Satisfies tanhui.node.simulation.PrivateReader."""

    def __init__(self, source: Any, folder: Path) -> None:
        self._source = source
        self._folder = folder

    @property
    def height(self) -> int:
        """Number of blocks that were applied."""
        return _height(self._source)

    def get(self, namespace: str, collection: str, key: str, version: Version) -> bytes | None:
        """See PrivateReader."""
        found = _read(self._source, _prefix(namespace, collection) + key.encode(), self._folder)
        if found is None or _VERSION.unpack_from(found) != version:
            return None
        return found[_VERSION.size :]

    def range(self, namespace: str, collection: str, start: str, end: str) -> Iterator[tuple[str, bytes]]:
        """See PrivateReader."""
        prefix = _prefix(namespace, collection)
        stop = prefix + end.encode() if end else prefix[:-1] + b"\x01"
        with self._source.iterator(
            start=prefix + start.encode(), stop=stop, verify_checksums=True
        ) as iterator:
            for key, value in iterator:
                yield key[len(prefix) :].decode(), value[_VERSION.size :]


class PrivateStore:
    """An open store. One thread applies blocks; any thread keeps and reads."""

    def __init__(self, folder: Path) -> None:
        """Open it, making it when there is none. Raises LedgerCorruptError."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        try:
            self._database = leveldb.DB(
                str(folder),
                create_if_missing=True,
                paranoid_checks=True,
                write_buffer_size=WRITE_BUFFER_BYTES,
                lru_cache_size=CACHE_BYTES,
            )
        except leveldb.Error as error:
            raise LedgerCorruptError(folder, None, f"LevelDB: {error}") from error

    @property
    def height(self) -> int:
        """Number of blocks that were applied."""
        return _height(self._database)

    def catch_up(self, ledger: Ledger) -> None:
        """Apply the blocks that the ledger has and the store has not."""
        for number in range(self.height, ledger.height):
            block = ledger.block(number)
            self.apply(block, [read_txid(data) for data in block.data.data])

    def keep(self, transaction_id: str, private: bytes, height: int) -> None:
        """Put on disk what an endorsement hides."""
        record = _NUMBER.pack(height) + private
        self._database.put(_ENDORSED + transaction_id.encode(), record, sync=True)

    def apply(self, block: common_pb2.Block, txids: Sequence[str]) -> None:
        """Take over what the block's valid transactions wrote, in one batch; `txids` in the block's order."""
        number = block.header.number
        flags = transactions_filter(block)
        purged: set[bytes] = set()
        with self._database.write_batch(sync=True) as batch:
            batch.put(_HEIGHT, _NUMBER.pack(number + 1))
            written: dict[bytes, bytes | None] = {}
            for index, txid in enumerate(txids):
                kept = self._database.get(_ENDORSED + txid.encode(), verify_checksums=True) if txid else None
                if kept is None:
                    continue
                if flags[index] == VALID:
                    private = kept[_NUMBER.size :]
                    purged |= self._take(block.data.data[index], private, Version(number, index), written)
                batch.delete(_ENDORSED + txid.encode())
            for key, value in written.items():
                if value is None:
                    batch.delete(key)
                else:
                    batch.put(key, value)
            if number % SWEEP_BLOCKS == 0:
                self._sweep(batch, number)
        if purged:
            self._forget(purged)

    @contextmanager
    def snapshot(self) -> Iterator[PrivateSnapshot]:
        """A view as it is now."""
        source = self._database.snapshot()
        try:
            yield PrivateSnapshot(source, self._folder)
        finally:
            source.close()

    def close(self) -> None:
        """Release it. Safe to repeat."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(
        self, envelope: bytes, private: bytes, version: Version, written: dict[bytes, bytes | None]
    ) -> set[bytes]:
        """One valid transaction; the keys that it purges. What does not fit the block's hash is not taken."""
        public = {
            (namespace.namespace, one.name): one
            for namespace in parse_rwset(parse_transaction(parse_envelope(envelope).data).results)
            for one in namespace.collections
        }
        purged: set[bytes] = set()
        for namespace in rwset_pb2.TxPvtReadWriteSet.FromString(private).ns_pvt_rwset:
            for collection in namespace.collection_pvt_rwset:
                hashes = public.get((namespace.namespace, collection.collection_name))
                if hashes is None or hashlib.sha256(collection.rwset).digest() != hashes.private_hash:
                    continue
                prefix = _prefix(namespace.namespace, collection.collection_name)
                rwset = kv_rwset_pb2.KVRWSet.FromString(collection.rwset)
                self._write(prefix, rwset, version, written)
                meant = {one.key_hash for one in hashes.writes if one.is_purge}
                purged.update(prefix + one.key.encode() for one in rwset.writes if hash_key(one.key) in meant)
        return purged

    def _write(
        self,
        prefix: bytes,
        rwset: kv_rwset_pb2.KVRWSet,
        version: Version,
        written: dict[bytes, bytes | None],
    ) -> None:
        stamp = _VERSION.pack(*version)
        for write in rwset.writes:
            written[prefix + write.key.encode()] = None if write.is_delete else stamp + write.value
        for change in rwset.metadata_writes:
            # A change of metadata alone gives the hash a new version: the value follows.
            key = prefix + change.key.encode()
            value = written[key] if key in written else _read(self._database, key, self._folder)
            if value is not None:
                written[key] = stamp + value[_VERSION.size :]

    def _forget(self, purged: set[bytes]) -> None:
        """Take purged values off the disk, and what was endorsed of them.

        A compaction writes what is in memory to a table, older values included; only where a newer table
        overlaps it does a second one leave them out.
        """
        ranges = [(key, key + b"\x00") for key in sorted(purged)]
        ranges.append((_ENDORSED, _ENDORSED + b"\xff"))
        for start, stop in ranges:
            self._database.compact_range(start=start, stop=stop)
            with self._database.write_batch(sync=True) as batch:
                batch.delete(start)
                batch.delete(stop)
            self._database.compact_range(start=start, stop=stop)

    def _sweep(self, batch: Any, number: int) -> None:
        with self._database.iterator(prefix=_ENDORSED, verify_checksums=True) as iterator:
            for key, record in iterator:
                if _NUMBER.unpack_from(record)[0] + RETENTION_BLOCKS < number:
                    batch.delete(key)


def _height(source: Any) -> int:
    found = source.get(_HEIGHT, verify_checksums=True)
    return 0 if found is None else int(_NUMBER.unpack(found)[0])


def _read(source: Any, key: bytes, folder: Path) -> bytes | None:
    try:
        found: bytes | None = source.get(key, verify_checksums=True)
    except leveldb.Error as error:
        raise LedgerCorruptError(folder, None, f"LevelDB: {error}") from error
    return found
