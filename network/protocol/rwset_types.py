"""The parts of a read-write set; `rwset` builds, encodes and parses them, and gives them on.

Source: core/ledger/kvledger/txmgmt/rwsetutil, ledger/rwset/kvrwset/kv_rwset.proto.
"""

from typing import NamedTuple

from tanhui.network.protocol.range_query import MerkleSummary


class Version(NamedTuple):
    """The transaction that last wrote a key: block number and position in it. Orders as Fabric's heights."""

    block: int
    transaction: int


class Read(NamedTuple):
    """A key and the version that was read, None where the key was absent. With hashes, `key` is 32 bytes."""

    key: str
    version: Version | None


class Write(NamedTuple):
    """A key and its new value, None to delete it."""

    key: str
    value: bytes | None


class HashedRead(NamedTuple):
    """A private key's SHA256 and the version that was read, None where absent."""

    key_hash: bytes
    version: Version | None


class HashedWrite(NamedTuple):
    """A private key's SHA256 and its value's, None to delete it; `is_purge` also erases its history."""

    key_hash: bytes
    value_hash: bytes | None
    is_purge: bool


class MetadataWrite(NamedTuple):
    """A key and all of its metadata, sorted by name; none deletes the metadata."""

    key: str
    entries: tuple[tuple[str, bytes], ...]


class HashedMetadataWrite(NamedTuple):
    """A private key's SHA256 and all of its metadata."""

    key_hash: bytes
    entries: tuple[tuple[str, bytes], ...]


class RangeQuery(NamedTuple):
    """What a range query saw: its reads, or their Merkle summary once there were more than the degree.

    `exhausted` is False when the caller stopped early; then `end` is the last key that was read.
    """

    start: str
    end: str
    exhausted: bool
    reads: tuple[Read, ...]
    summary: MerkleSummary | None = None


class CollectionHashes(NamedTuple):
    """The public part of a private collection: hashes alone."""

    name: str
    reads: tuple[HashedRead, ...] = ()
    writes: tuple[HashedWrite, ...] = ()
    metadata_writes: tuple[HashedMetadataWrite, ...] = ()
    private_hash: bytes = b""
    """SHA256 of the collection's private read-write set."""


class NamespaceRwset(NamedTuple):
    """One chaincode's part of a read-write set."""

    namespace: str
    reads: tuple[Read, ...] = ()
    range_queries: tuple[RangeQuery, ...] = ()
    writes: tuple[Write, ...] = ()
    metadata_writes: tuple[MetadataWrite, ...] = ()
    collections: tuple[CollectionHashes, ...] = ()
