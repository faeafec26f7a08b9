"""What a block changes: state, history and the transaction index, from its valid transactions.

The rules are Fabric's: core/ledger/kvledger/txmgmt/validation/tx_ops.go for writes and key-level metadata,
core/ledger/kvledger/history/db.go for history, core/peer/configtx_processor.go for config transactions.
"""

from collections.abc import Iterable, Sequence

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.blocks import transactions_filter
from tanhui.network.protocol.commit_hash import NamespaceUpdates, Update, update_bytes
from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.rwset import NamespaceRwset, parse_rwset
from tanhui.node.ledger.state import StateReader, StateValue

VALID = transaction_pb2.TxValidationCode.VALID
CONFIG_NAMESPACE = ""
CONFIG_KEY = "resourcesconfigtx.CHANNEL_CONFIG_KEY"
"""Where Fabric keeps the channel's config envelope; the commit hash leaves this namespace out."""

Space = tuple[str, str]
"""Namespace, and a collection whose hashes are meant; "" for the namespace's public state."""

Entries = tuple[tuple[str, bytes], ...]


class BlockUpdates:
    """Grows transaction by transaction while a block is validated.

    Attributes:
        spaces: by namespace and collection, then by key; the keys of collections are hashes.
        metadata: key-level metadata by space and key, for keys in `spaces` that have some.
        history: (namespace, key, transaction number) of each public write of each valid endorser transaction.
        txids: of every transaction in the block, the invalid ones included; "" where none can be read.
        new_txids: those of them that were looked for in the ledger, before this block, and not found.
    """

    def __init__(self, number: int, reader: StateReader) -> None:
        self.number = number
        self.spaces: dict[Space, dict[str | bytes, Update]] = {}
        self.metadata: dict[tuple[Space, str | bytes], bytes] = {}
        self.history: list[tuple[str, str, int]] = []
        self.txids: list[str] = []
        self.new_txids: set[str] = set()
        self._reader = reader
        self._encoded: bytes | None = None
        self._metadata_namespaces: dict[str, bool] = {}

    def public(self, namespace: str) -> dict[str | bytes, Update]:
        """What the block has changed so far in a namespace's public state."""
        return self.spaces.get((namespace, ""), {})

    def put(self, namespace: str, key: str, value: bytes, tx: int) -> None:
        """Write one value outside of any read-write set: config transactions."""
        self._encoded = None
        self.spaces.setdefault((namespace, ""), {})[key] = Update(value, self.number, tx)

    def apply(self, tx: int, rwset: Sequence[NamespaceRwset]) -> None:
        """Add one valid endorser transaction; no namespace stands twice in it."""
        self._encoded = None
        for namespace, _, _, writes, metadata_writes, collections in rwset:
            if writes or metadata_writes:
                self._apply(tx, (namespace, ""), writes, metadata_writes)
                self.history += [(namespace, key, tx) for key, _ in writes]
            for collection in collections:
                self._apply(
                    tx,
                    (namespace, collection.name),
                    [(write.key_hash, write.value_hash) for write in collection.writes],
                    [(write.key_hash, write.entries) for write in collection.metadata_writes],
                )

    def by_namespace(self) -> dict[str, NamespaceUpdates]:
        """For the commit hash."""
        found: dict[str, tuple[dict[str, Update], dict[str, dict[bytes, Update]]]] = {}
        for (namespace, collection), updates in self.spaces.items():
            public, collections = found.setdefault(namespace, ({}, {}))
            if collection:
                collections[collection] = updates  # type: ignore[assignment] # keys of collections are bytes
            else:
                public.update(updates)  # type: ignore[arg-type] # keys of public state are text
        return {name: NamespaceUpdates(*parts) for name, parts in found.items()}

    def to_bytes(self) -> bytes:
        """What the commit hash covers of them; kept, since a follower compares before it commits."""
        if self._encoded is None:
            self._encoded = update_bytes(self.by_namespace())
        return self._encoded

    def metadata_namespaces(self) -> list[str]:
        """Namespaces that have, or had, key-level metadata, as far as this block touched them."""
        return sorted(name for name, used in self._metadata_namespaces.items() if used)

    def _apply(
        self,
        tx: int,
        space: Space,
        writes: Sequence[tuple[str | bytes, bytes | None]],
        metadata_writes: Sequence[tuple[str | bytes, Entries]],
    ) -> None:
        if metadata_writes or (len(writes) > 1 and len({key for key, _ in writes}) != len(writes)):
            self._apply_operations(tx, space, _operations(writes, metadata_writes))
        elif writes:
            number = self.number
            if self._uses_metadata(space[0]):
                for key, value in writes:
                    kept = b"" if value is None else self._latest_metadata(space, key)
                    self._set_metadata(space, key, kept)
            self.spaces.setdefault(space, {}).update(
                [(key, Update(value, number, tx)) for key, value in writes]
            )

    def _apply_operations(self, tx: int, space: Space, operations: "dict[str | bytes, _Operation]") -> None:
        self._metadata_namespaces[space[0]] = True
        found: list[tuple[str | bytes, bytes | None, bytes]] = []
        for key, operation in operations.items():
            flags = operation.flags
            if flags & _DELETE:
                found.append((key, None, b""))
            elif flags & _UPSERT and flags & (_METADATA | _METADATA_DELETE):
                found.append((key, operation.value, operation.metadata))
            elif flags | _UPSERT == _UPSERT:
                found.append((key, operation.value, self._latest_metadata(space, key)))
            else:
                latest = self._latest(space, key)
                if latest is not None:
                    found.append((key, latest.value, operation.metadata if latest.value is not None else b""))
        for key, value, metadata in found:
            self.spaces.setdefault(space, {})[key] = Update(value, self.number, tx)
            self._set_metadata(space, key, metadata)

    def _set_metadata(self, space: Space, key: str | bytes, metadata: bytes) -> None:
        if metadata:
            self.metadata[space, key] = metadata
        else:
            self.metadata.pop((space, key), None)

    def _uses_metadata(self, namespace: str) -> bool:
        known = self._metadata_namespaces.get(namespace)
        if known is None:
            known = self._metadata_namespaces[namespace] = self._reader.uses_metadata(namespace)
        return known

    def _latest(self, space: Space, key: str | bytes) -> Update | StateValue | None:
        # A key deleted earlier in the block is found as its tombstone, as in Fabric.
        update = self.spaces.get(space, {}).get(key)
        return update if update is not None else self._committed(space, key)

    def _latest_metadata(self, space: Space, key: str | bytes) -> bytes:
        if key in self.spaces.get(space, {}):
            return self.metadata.get((space, key), b"")
        committed = self._committed(space, key)
        return b"" if committed is None else committed.metadata

    def _committed(self, space: Space, key: str | bytes) -> StateValue | None:
        if isinstance(key, bytes):
            return self._reader.get_hashed(space[0], space[1], key)
        return self._reader.get(space[0], key)


_UPSERT, _METADATA, _METADATA_DELETE, _DELETE = 1, 2, 4, 8


class _Operation:
    """Fabric's keyOps: flags are added, not or-ed, so that repeated writes of a key mean something else.

    No honest endorser repeats a key; a node that differed here would differ in its commit hash.
    """

    __slots__ = ("flags", "metadata", "value")

    def __init__(self) -> None:
        self.flags = 0
        self.value = b""
        self.metadata = b""

    def add(self, flag: int) -> None:
        self.flags = (self.flags + flag) & 0xFF


def _operations(
    writes: Iterable[tuple[str | bytes, bytes | None]], metadata_writes: Iterable[tuple[str | bytes, Entries]]
) -> dict[str | bytes, _Operation]:
    operations: dict[str | bytes, _Operation] = {}
    for key, value in writes:
        operation = operations.setdefault(key, _Operation())
        if value is None:
            operation.add(_DELETE)
        else:
            operation.add(_UPSERT)
            operation.value = value
    for key, entries in metadata_writes:
        operation = operations.setdefault(key, _Operation())
        if entries:
            operation.add(_METADATA)
            operation.metadata = serialize_metadata(entries)
        else:
            operation.add(_METADATA_DELETE)
    return operations


def serialize_metadata(entries: Entries) -> bytes:
    """Key-level metadata as Fabric stores it (txmgmt/statemetadata/metadata.go)."""
    return kv_rwset_pb2.KVMetadataWrite(
        entries=[kv_rwset_pb2.KVMetadataEntry(name=name, value=value) for name, value in entries]
    ).SerializeToString()


def updates_of_block(block: common_pb2.Block, reader: StateReader) -> BlockUpdates:
    """What a validated block changes, judged by its TRANSACTIONS_FILTER alone.

    For a replay of the ledger's own blocks; a follower validates first. `reader` is the state before it.

    Raises:
        tanhui.network.protocol.errors.MessageError: a valid transaction that cannot be parsed.
    """
    flags = transactions_filter(block)
    updates = BlockUpdates(block.header.number, reader)
    for tx, data in enumerate(block.data.data):
        if flags[tx] != VALID:
            updates.txids.append(read_txid(data))
            continue
        envelope = parse_envelope(data)
        updates.txids.append(envelope.transaction_id)
        if envelope.type == common_pb2.HeaderType.ENDORSER_TRANSACTION:
            updates.apply(tx, parse_rwset(parse_transaction(envelope.data).results))
        elif envelope.type == common_pb2.HeaderType.CONFIG:
            updates.put(CONFIG_NAMESPACE, CONFIG_KEY, envelope.data, tx)
    return updates


def read_txid(envelope: bytes) -> str:
    """The transaction id that an envelope claims; "" when it cannot be read."""
    try:
        return parse_envelope(envelope).transaction_id
    except MessageError:
        return ""
