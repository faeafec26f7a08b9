"""Collects what a simulation does, and puts it into Fabric's order.

Source: core/ledger/kvledger/txmgmt/rwsetutil/rwset_builder.go. Endorsers must produce the same bytes, so namespaces,
keys, collections and metadata names are sorted; range queries keep theirs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from tanhui.network.protocol.rwset_encoding import collection_message, kvrwset_bytes
from tanhui.network.protocol.rwset_types import (
    CollectionHashes,
    MetadataWrite,
    NamespaceRwset,
    RangeQuery,
    Read,
    Version,
    Write,
)
from tanhui.network.protocol.wire import bytes_field, message_field

_FIRST = itemgetter(0)


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
        parts: list[bytes] = []  # TxReadWriteSet.data_model is KV, which is 0
        for name, builder in sorted(self._namespaces.items()):
            namespace = bytes_field(1, name.encode()) + bytes_field(2, _builder_bytes(builder))
            for one in sorted(builder.collections):
                collection = collection_message(builder.collections[one])
                namespace += message_field(3, collection.SerializeToString())
            parts.append(message_field(2, namespace))
        return b"".join(parts)


def hash_key(key: str) -> bytes:
    """SHA256 of a private key's UTF-8 (core/ledger/util.ComputeStringHash); b"" for the empty key."""
    return hashlib.sha256(key.encode()).digest() if key else b""


def _builder_bytes(builder: _NamespaceBuilder) -> bytes:
    metadata = [(key, tuple(sorted(entries.items()))) for key, entries in sorted(builder.metadata.items())]
    return kvrwset_bytes(
        sorted(builder.reads.items(), key=_FIRST),
        builder.range_queries.values(),
        sorted(builder.writes.items(), key=_FIRST),
        metadata,
    )
