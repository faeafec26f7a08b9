"""Read-write sets: what a simulation read and wants to write, typed, and as Fabric's bytes.

Source: core/ledger/kvledger/txmgmt/rwsetutil (rwset_builder.go, rwset_proto_util.go). Parts: `rwset_types`,
`rwset_builder` collects, `rwset_encoding` gives bytes, `rwset_parsing` takes them.
"""

from tanhui.network.protocol.rwset_builder import RwsetBuilder, hash_key
from tanhui.network.protocol.rwset_encoding import private_rwset_bytes, rwset_bytes
from tanhui.network.protocol.rwset_parsing import KnownParts, parse_rwset
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
    "KnownParts",
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
