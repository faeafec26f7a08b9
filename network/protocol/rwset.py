"""Read-write sets: what a simulation read and wants to write, typed, and as Fabric's bytes.

Source: core/ledger/kvledger/txmgmt/rwsetutil (rwset_builder.go, rwset_proto_util.go). Endorsers must produce
the same bytes, so namespaces, keys, collections and metadata names are sorted; range queries keep theirs.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from google.protobuf.message import DecodeError

from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.range_query import MerkleSummary
from tanhui.network.protocol.rwset_types import (
    CollectionHashes,
    HashedMetadataWrite,
    HashedRead,
    HashedWrite,
    MetadataWrite,
    NamespaceRwset,
    RangeQuery,
    Read,
    Version,
    Write,
)

__all__ = [
    "CollectionHashes",
    "HashedMetadataWrite",
    "HashedRead",
    "HashedWrite",
    "MetadataWrite",
    "NamespaceRwset",
    "RangeQuery",
    "Read",
    "RwsetBuilder",
    "Version",
    "Write",
    "hash_key",
    "parse_rwset",
    "private_rwset_bytes",
    "rwset_bytes",
]

_FIRST = itemgetter(0)
_EMPTY_VALUE_HASH = hashlib.sha256(b"").digest()


@dataclass(slots=True)
class _NamespaceBuilder:
    reads: dict[str, Version | None] = field(default_factory=dict)
    range_queries: dict[tuple[str, str, bool], RangeQuery] = field(default_factory=dict)
    writes: dict[str, bytes | None] = field(default_factory=dict)
    metadata: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    collections: dict[str, CollectionHashes] = field(default_factory=dict)


class RwsetBuilder:
    """Collects what a simulation does, in any order, and gives Fabric's bytes. For one thread."""

    def __init__(self) -> None:
        self._namespaces: dict[str, _NamespaceBuilder] = {}

    def _namespace(self, namespace: str) -> _NamespaceBuilder:
        builder = self._namespaces.get(namespace)
        if builder is None:
            builder = self._namespaces[namespace] = _NamespaceBuilder()
        return builder

    def add_read(self, namespace: str, key: str, version: Version | None) -> None:
        """A key that was read, at a version or absent; a later read of the same key replaces the first."""
        self._namespace(namespace).reads[key] = version

    def add_write(self, namespace: str, key: str, value: bytes | None) -> None:
        """The key's new value; None or b"" deletes it. The last one counts."""
        self._namespace(namespace).writes[key] = value or None

    def add_metadata(self, namespace: str, key: str, metadata: Mapping[str, bytes]) -> None:
        """All metadata of a key, for example its key-level policy; {} deletes it."""
        self._namespace(namespace).metadata[key] = metadata

    def add_range_query(self, namespace: str, query: RangeQuery) -> None:
        """A range query; a second one over the same range is left out, as in Fabric."""
        self._namespace(namespace).range_queries.setdefault((query.start, query.end, query.exhausted), query)

    def add_collection(self, namespace: str, collection: CollectionHashes) -> None:
        """The hashed part of one collection, complete; its members are sorted here by key hash's key order.

        Fabric sorts hashed entries by the clear key; give them in that order.
        """
        self._namespace(namespace).collections[collection.name] = collection

    def written(self) -> dict[str, tuple[str, ...]]:
        """By namespace that was read or written, the public keys that are written, metadata included."""
        return {
            name: (*builder.writes, *(key for key in builder.metadata if key not in builder.writes))
            for name, builder in self._namespaces.items()
        }

    def build(self) -> tuple[NamespaceRwset, ...]:
        """The read-write set in Fabric's order."""
        return tuple(
            NamespaceRwset(
                namespace=name,
                reads=tuple([Read(key, builder.reads[key]) for key in sorted(builder.reads)]),
                range_queries=tuple(builder.range_queries.values()),
                writes=tuple([Write(key, builder.writes[key]) for key in sorted(builder.writes)]),
                metadata_writes=tuple(
                    MetadataWrite(key, tuple(sorted(builder.metadata[key].items())))
                    for key in sorted(builder.metadata)
                ),
                collections=tuple(builder.collections[one] for one in sorted(builder.collections)),
            )
            for name, builder in sorted(self._namespaces.items())
        )

    def to_bytes(self) -> bytes:
        """rwset.TxReadWriteSet bytes: those of `build`, whose objects most sets are encoded without."""
        message = rwset_pb2.TxReadWriteSet(data_model=rwset_pb2.TxReadWriteSet.KV)
        for name, builder in sorted(self._namespaces.items()):
            part = message.ns_rwset.add(namespace=name, rwset=_builder_bytes(builder))
            part.collection_hashed_rwset.extend(
                [_collection_message(builder.collections[one]) for one in sorted(builder.collections)]
            )
        return message.SerializeToString()


def hash_key(key: str) -> bytes:
    """SHA256 of a private key's UTF-8 (core/ledger/util.ComputeStringHash); b"" for the empty key."""
    return hashlib.sha256(key.encode()).digest() if key else b""


def rwset_bytes(namespaces: tuple[NamespaceRwset, ...]) -> bytes:
    """rwset.TxReadWriteSet bytes of namespaces that are already in order."""
    return rwset_pb2.TxReadWriteSet(
        data_model=rwset_pb2.TxReadWriteSet.KV,
        ns_rwset=[
            rwset_pb2.NsReadWriteSet(
                namespace=one.namespace,
                rwset=_kv_bytes(one),
                collection_hashed_rwset=[_collection_message(collection) for collection in one.collections],
            )
            for one in namespaces
        ],
    ).SerializeToString()


def private_rwset_bytes(writes: Iterable[tuple[str, bytes | None]], metadata_keys: Iterable[str]) -> bytes:
    """kvrwset.KVRWSet bytes of one collection's clear values; of metadata it holds the keys alone."""
    return _kvrwset((), (), writes, [(key, ()) for key in metadata_keys])


def _kv_bytes(one: NamespaceRwset) -> bytes:
    return _kvrwset(one.reads, one.range_queries, one.writes, one.metadata_writes)


def _builder_bytes(builder: _NamespaceBuilder) -> bytes:
    metadata = [(key, tuple(sorted(entries.items()))) for key, entries in sorted(builder.metadata.items())]
    return _kvrwset(
        sorted(builder.reads.items(), key=_FIRST),
        builder.range_queries.values(),
        sorted(builder.writes.items(), key=_FIRST),
        metadata,
    )


def _kvrwset(
    read_keys: Iterable[tuple[str, Version | None]],
    range_queries: Iterable[RangeQuery],
    written: Iterable[tuple[str, bytes | None]],
    metadata: Iterable[tuple[str, tuple[tuple[str, bytes], ...]]],
) -> bytes:
    """kvrwset.KVRWSet bytes of one namespace, in the order given."""
    message = kv_rwset_pb2.KVRWSet()
    reads = message.reads
    for key, version in read_keys:
        if version is None:
            reads.add(key=key)
        else:
            reads.add(key=key, version=kv_rwset_pb2.Version(block_num=version[0], tx_num=version[1]))
    message.range_queries_info.extend([_range_message(query) for query in range_queries])
    writes = message.writes
    for key, value in written:
        if value is None:
            writes.add(key=key, is_delete=True)
        else:
            writes.add(key=key, value=value)
    for key, entries in metadata:
        message.metadata_writes.add(key=key, entries=_entries(entries))
    return message.SerializeToString()


def _read_message(read: Read) -> kv_rwset_pb2.KVRead:
    return kv_rwset_pb2.KVRead(key=read.key, version=_version_message(read.version))


def _version_message(version: Version | None) -> kv_rwset_pb2.Version | None:
    return (
        None if version is None else kv_rwset_pb2.Version(block_num=version.block, tx_num=version.transaction)
    )


def _entries(entries: tuple[tuple[str, bytes], ...]) -> list[kv_rwset_pb2.KVMetadataEntry]:
    return [kv_rwset_pb2.KVMetadataEntry(name=name, value=value) for name, value in entries]


def _range_message(query: RangeQuery) -> kv_rwset_pb2.RangeQueryInfo:
    message = kv_rwset_pb2.RangeQueryInfo(
        start_key=query.start, end_key=query.end, itr_exhausted=query.exhausted
    )
    if query.summary is not None:
        message.reads_merkle_hashes.CopyFrom(
            kv_rwset_pb2.QueryReadsMerkleSummary(
                max_degree=query.summary.max_degree,
                max_level=query.summary.max_level,
                max_level_hashes=query.summary.max_level_hashes,
            )
        )
    elif query.reads:  # an empty range leaves the field out (txmgr/query_executor.go, addRangeQueryInfo)
        message.raw_reads.CopyFrom(
            kv_rwset_pb2.QueryReads(kv_reads=[_read_message(read) for read in query.reads])
        )
    return message


def _collection_message(one: CollectionHashes) -> rwset_pb2.CollectionHashedReadWriteSet:
    hashed = kv_rwset_pb2.HashedRWSet(
        hashed_reads=[
            kv_rwset_pb2.KVReadHash(key_hash=read.key_hash, version=_version_message(read.version))
            for read in one.reads
        ],
        hashed_writes=[
            kv_rwset_pb2.KVWriteHash(
                key_hash=write.key_hash,
                is_delete=write.value_hash is None,
                value_hash=write.value_hash or b"",
                is_purge=write.is_purge,
            )
            for write in one.writes
        ],
        metadata_writes=[
            kv_rwset_pb2.KVMetadataWriteHash(key_hash=write.key_hash, entries=_entries(write.entries))
            for write in one.metadata_writes
        ],
    )
    return rwset_pb2.CollectionHashedReadWriteSet(
        collection_name=one.name, hashed_rwset=hashed.SerializeToString(), pvt_rwset_hash=one.private_hash
    )


def parse_rwset(data: bytes) -> tuple[NamespaceRwset, ...]:
    """Parse rwset.TxReadWriteSet bytes; the order is the sender's.

    A write without a value is a delete, whatever it says of itself (rwsetutil.IsKVWriteDelete).

    Raises:
        MessageError: a part cannot be parsed.
    """
    field_name = "rwset"
    try:
        outer = rwset_pb2.TxReadWriteSet.FromString(data)
        found = []
        for one in outer.ns_rwset:
            field_name = "rwset.ns_rwset"
            found.append(_parse_namespace(one))
    except DecodeError:
        raise MessageError(field_name, "cannot be parsed") from None
    return tuple(found)


def _parse_namespace(one: rwset_pb2.NsReadWriteSet) -> NamespaceRwset:
    """One namespace, with the parts that most transactions do not have looked for once."""
    message = kv_rwset_pb2.KVRWSet.FromString(one.rwset)
    reads = tuple([_parse_read(read) for read in message.reads])
    writes = tuple(
        [Write(write.key, None if write.is_delete else write.value or None) for write in message.writes]
    )
    ranges = message.range_queries_info
    metadata = message.metadata_writes
    collections = one.collection_hashed_rwset
    return NamespaceRwset(
        one.namespace,
        reads,
        tuple([_parse_range(query) for query in ranges]) if ranges else (),
        writes,
        tuple([MetadataWrite(write.key, _parse_entries(write)) for write in metadata]) if metadata else (),
        tuple([_parse_collection(collection) for collection in collections]) if collections else (),
    )


def _parse_read(read: kv_rwset_pb2.KVRead) -> Read:
    if not read.HasField("version"):
        return Read(read.key, None)
    version = read.version
    return Read(read.key, Version(version.block_num, version.tx_num))


def _parse_range(query: kv_rwset_pb2.RangeQueryInfo) -> RangeQuery:
    summary = None
    if query.HasField("reads_merkle_hashes"):
        given = query.reads_merkle_hashes
        summary = MerkleSummary(given.max_degree, given.max_level, tuple(given.max_level_hashes))
    reads = tuple([_parse_read(read) for read in query.raw_reads.kv_reads])
    return RangeQuery(query.start_key, query.end_key, query.itr_exhausted, reads, summary)


def _parse_entries(
    write: kv_rwset_pb2.KVMetadataWrite | kv_rwset_pb2.KVMetadataWriteHash,
) -> tuple[tuple[str, bytes], ...]:
    return tuple([(entry.name, entry.value) for entry in write.entries])


def _parse_collection(one: rwset_pb2.CollectionHashedReadWriteSet) -> CollectionHashes:
    message = kv_rwset_pb2.HashedRWSet.FromString(one.hashed_rwset)
    reads = []
    for read in message.hashed_reads:
        version = Version(read.version.block_num, read.version.tx_num) if read.HasField("version") else None
        reads.append(HashedRead(read.key_hash, version))
    writes = []
    for write in message.hashed_writes:
        deletes = write.is_delete or not write.value_hash or write.value_hash == _EMPTY_VALUE_HASH
        writes.append(HashedWrite(write.key_hash, None if deletes else write.value_hash, write.is_purge))
    return CollectionHashes(
        one.collection_name,
        tuple(reads),
        tuple(writes),
        tuple(
            [HashedMetadataWrite(write.key_hash, _parse_entries(write)) for write in message.metadata_writes]
        ),
        one.pvt_rwset_hash,
    )
