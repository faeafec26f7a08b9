"""Fabric's bytes of a read-write set, taken apart (core/ledger/kvledger/txmgmt/rwsetutil/rwset_proto_util.go)."""

import hashlib
from typing import Final

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

KNOWN_BYTES_MAX: Final = 256
"""Longer parts are not looked up: every transaction of a block reads its chaincode's definition, in some 60 bytes."""

KnownParts = dict[tuple[str, bytes], NamespaceRwset]
"""Parts that were parsed before, by namespace and bytes. Its owner keeps it as long as one block."""

_EMPTY_VALUE_HASH = hashlib.sha256(b"").digest()


def parse_rwset(data: bytes, known: KnownParts | None = None) -> tuple[NamespaceRwset, ...]:
    """Parse rwset.TxReadWriteSet bytes; the order is the sender's.

    A write without a value is a delete, whatever it says of itself (rwsetutil.IsKVWriteDelete).

    Args:
        data: as it stands in the chaincode action.
        known: grows by the short parts that write nothing, for the next set that holds the same.

    Raises:
        MessageError: a part cannot be parsed.
    """
    field_name = "rwset"
    try:
        outer = rwset_pb2.TxReadWriteSet.FromString(data)
        found = []
        for one in outer.ns_rwset[:]:
            field_name = "rwset.ns_rwset"
            found.append(_parse_namespace(one) if known is None else _known_namespace(one, known))
    except DecodeError:
        raise MessageError(field_name, "cannot be parsed") from None
    return tuple(found)


def _known_namespace(one: rwset_pb2.NsReadWriteSet, known: KnownParts) -> NamespaceRwset:
    data = one.rwset
    if len(data) > KNOWN_BYTES_MAX or one.collection_hashed_rwset:
        return _parse_namespace(one)
    key = (one.namespace, data)
    found = known.get(key)
    if found is None:
        found = _parse_namespace(one)
        if not found.writes:
            known[key] = found
    return found


def _parse_namespace(one: rwset_pb2.NsReadWriteSet) -> NamespaceRwset:
    """One namespace, with the parts that most transactions do not have looked for once."""
    message = kv_rwset_pb2.KVRWSet.FromString(one.rwset)
    reads, writes = message.reads[:], message.writes[:]
    ranges = message.range_queries_info
    metadata = message.metadata_writes
    collections = one.collection_hashed_rwset
    return NamespaceRwset(
        one.namespace,
        tuple([_parse_read(read) for read in reads]) if reads else (),
        tuple([_parse_range(query) for query in ranges]) if ranges else (),
        tuple([_parse_write(write) for write in writes]) if writes else (),
        tuple([MetadataWrite(write.key, _parse_entries(write)) for write in metadata]) if metadata else (),
        tuple([_parse_collection(collection) for collection in collections]) if collections else (),
    )


def _parse_read(read: kv_rwset_pb2.KVRead) -> Read:
    if not read.HasField("version"):
        return Read(read.key, None)
    version = read.version
    return Read(read.key, Version(version.block_num, version.tx_num))


def _parse_write(write: kv_rwset_pb2.KVWrite) -> Write:
    return Write(write.key, None if write.is_delete else write.value or None)


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
