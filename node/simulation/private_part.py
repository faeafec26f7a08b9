"""The private part of one transaction: clear values for the members' stores, hashes for the ledger.

Sources: core/ledger/kvledger/txmgmt/rwsetutil/rwset_builder.go (which set holds what), and
core/ledger/kvledger/txmgmt/txmgr/query_executor.go (a private value counts only at its hash's version).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from fabric_protos.ledger.rwset import rwset_pb2

from tanhui.network.protocol.rwset import (
    CollectionHashes,
    HashedMetadataWrite,
    HashedRead,
    HashedWrite,
    Version,
    hash_key,
    private_rwset_bytes,
)


class PrivateReader(Protocol):
    """Private values in clear, as far as this node has them."""

    def get(self, namespace: str, collection: str, key: str, version: Version) -> bytes | None:
        """The value that was written at a version; None where it is not here."""

    def range(self, namespace: str, collection: str, start: str, end: str) -> Iterator[tuple[str, bytes]]:
        """Entries with start <= key < end in key order; an empty `end` is the end of the collection."""


class CollectionAccess(Protocol):
    """What the definitions say about collections and the transaction's creator."""

    def check_known(self, namespace: str, collection: str) -> None:
        """Raise SimulationError where the chaincode has no such collection."""

    def check_read(self, namespace: str, collection: str) -> None:
        """Raise SimulationError where the creator may not read."""

    def check_write(self, namespace: str, collection: str) -> None:
        """Raise SimulationError where the creator may not write."""


@dataclass(slots=True)
class _Collection:
    reads: dict[str, Version | None] = field(default_factory=dict)
    writes: dict[str, bytes | None] = field(default_factory=dict)
    purges: set[str] = field(default_factory=set)
    metadata: dict[str, Mapping[str, bytes]] = field(default_factory=dict)

    @property
    def has_private(self) -> bool:
        """Whether members' stores get anything."""
        return bool(self.writes or self.metadata)

    def private(self) -> bytes:
        """kvrwset.KVRWSet bytes for the members' stores."""
        return private_rwset_bytes(sorted(self.writes.items()), sorted(self.metadata))

    def hashes(self, name: str, private: bytes) -> CollectionHashes:
        """The public part, sorted by the clear keys as in Fabric."""
        return CollectionHashes(
            name,
            tuple([HashedRead(hash_key(key), version) for key, version in sorted(self.reads.items())]),
            tuple(
                [
                    HashedWrite(
                        hash_key(key),
                        None if value is None else hashlib.sha256(value).digest(),
                        key in self.purges,
                    )
                    for key, value in sorted(self.writes.items())
                ]
            ),
            tuple(
                [
                    HashedMetadataWrite(hash_key(key), tuple(sorted(entries.items())))
                    for key, entries in sorted(self.metadata.items())
                ]
            ),
            hashlib.sha256(private).digest() if private else b"",
        )


class PrivatePart:
    """Collects what one transaction does with collections. For one thread."""

    def __init__(self) -> None:
        self._collections: dict[tuple[str, str], _Collection] = {}

    def add_read(self, namespace: str, collection: str, key: str, version: Version | None) -> None:
        """A hash that was read."""
        self._of(namespace, collection).reads[key] = version

    def add_write(
        self, namespace: str, collection: str, key: str, value: bytes | None, *, purge: bool = False
    ) -> None:
        """A new value; None deletes, and with `purge` also takes what older blocks brought."""
        part = self._of(namespace, collection)
        part.writes[key] = value
        if purge:
            part.purges.add(key)
        else:
            part.purges.discard(key)

    def add_metadata(self, namespace: str, collection: str, key: str, metadata: Mapping[str, bytes]) -> None:
        """All metadata of a private key."""
        self._of(namespace, collection).metadata[key] = metadata

    def hashes(self) -> Iterator[tuple[str, CollectionHashes]]:
        """The public parts, by namespace."""
        for (namespace, name), part in self._collections.items():
            yield namespace, part.hashes(name, part.private() if part.has_private else b"")

    def written(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """By namespace and collection, the keys that are written, metadata included."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for (namespace, name), part in self._collections.items():
            if part.has_private:
                found.setdefault(namespace, {})[name] = tuple({**part.writes, **part.metadata})
        return found

    def to_bytes(self) -> bytes:
        """rwset.TxPvtReadWriteSet bytes; b"" where nothing private is written."""
        message = rwset_pb2.TxPvtReadWriteSet(data_model=rwset_pb2.TxReadWriteSet.KV)
        namespaces: dict[str, rwset_pb2.NsPvtReadWriteSet] = {}
        for (namespace, name), part in sorted(self._collections.items()):
            if part.has_private:
                if namespace not in namespaces:
                    namespaces[namespace] = message.ns_pvt_rwset.add(namespace=namespace)
                namespaces[namespace].collection_pvt_rwset.add(collection_name=name, rwset=part.private())
        return message.SerializeToString() if namespaces else b""

    def _of(self, namespace: str, collection: str) -> _Collection:
        return self._collections.setdefault((namespace, collection), _Collection())
