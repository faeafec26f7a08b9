"""Read-write sets as Fabric's bytes (core/ledger/kvledger/txmgmt/rwsetutil/rwset_proto_util.go)."""

from collections.abc import Iterable

from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from tanhui.network.protocol.commit_hash import uvarint
from tanhui.network.protocol.rwset_types import CollectionHashes, NamespaceRwset, RangeQuery, Read, Version
from tanhui.network.protocol.wire import bytes_field, message_field

_IS_DELETE = b"\x10\x01"
"""KVWrite.is_delete, set."""


def rwset_bytes(namespaces: tuple[NamespaceRwset, ...]) -> bytes:
    """rwset.TxReadWriteSet bytes of namespaces that are already in order."""
    return rwset_pb2.TxReadWriteSet(
        data_model=rwset_pb2.TxReadWriteSet.KV,
        ns_rwset=[
            rwset_pb2.NsReadWriteSet(
                namespace=one.namespace,
                rwset=_kv_bytes(one),
                collection_hashed_rwset=[collection_message(collection) for collection in one.collections],
            )
            for one in namespaces
        ],
    ).SerializeToString()


def private_rwset_bytes(writes: Iterable[tuple[str, bytes | None]], metadata_keys: Iterable[str]) -> bytes:
    """kvrwset.KVRWSet bytes of one collection's clear values; of metadata it holds the keys alone."""
    return kvrwset_bytes((), (), writes, [(key, ()) for key in metadata_keys])


def _kv_bytes(one: NamespaceRwset) -> bytes:
    return kvrwset_bytes(one.reads, one.range_queries, one.writes, one.metadata_writes)


def kvrwset_bytes(
    read_keys: Iterable[tuple[str, Version | None]],
    range_queries: Iterable[RangeQuery],
    written: Iterable[tuple[str, bytes | None]],
    metadata: Iterable[tuple[str, tuple[tuple[str, bytes], ...]]],
) -> bytes:
    """kvrwset.KVRWSet bytes of one namespace, in the order given."""
    parts = [message_field(1, bytes_field(1, key.encode()) + _version_field(at)) for key, at in read_keys]
    queries = [_range_message(query) for query in range_queries]
    if queries:
        parts.append(kv_rwset_pb2.KVRWSet(range_queries_info=queries).SerializeToString())
    for key, value in written:
        change = _IS_DELETE if value is None else bytes_field(3, value)
        parts.append(message_field(3, bytes_field(1, key.encode()) + change))
    described = [
        kv_rwset_pb2.KVMetadataWrite(key=key, entries=_entries(entries)) for key, entries in metadata
    ]
    if described:
        parts.append(kv_rwset_pb2.KVRWSet(metadata_writes=described).SerializeToString())
    return b"".join(parts)


def _version_field(version: Version | None) -> bytes:
    """KVRead.version; the numbers of a version are left out where they are 0."""
    if version is None:
        return b""
    block, transaction = version
    at = b"\x08" + uvarint(block) if block else b""
    return message_field(2, at + b"\x10" + uvarint(transaction) if transaction else at)


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


def collection_message(one: CollectionHashes) -> rwset_pb2.CollectionHashedReadWriteSet:
    """A collection's hashed part, in the order given."""
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
