"""What a block changes: state, history and the transaction index, from its valid transactions.

The rules are Fabric's: core/ledger/kvledger/txmgmt/validation/tx_ops.go for writes and key-level metadata,
core/ledger/kvledger/history/db.go for history, core/peer/configtx_processor.go for config transactions.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError

from tanhui.node.ledger.state import StateReader, StateValue

VALID = transaction_pb2.TxValidationCode.VALID
CONFIG_NAMESPACE = ""
CONFIG_KEY = "resourcesconfigtx.CHANNEL_CONFIG_KEY"
"""Where Fabric keeps the channel's config envelope; the commit hash leaves this namespace out."""


class StateUpdate(NamedTuple):
    """The last word of a block on one key: value None deletes. `tx` is the transaction that wrote it."""

    value: bytes | None
    tx: int
    metadata: bytes = b""


class NamespaceWrites(NamedTuple):
    """One namespace of a transaction's read-write set, parsed."""

    namespace: str
    rwset: kv_rwset_pb2.KVRWSet


class BlockUpdates:
    """Grows transaction by transaction while a block is validated.

    Attributes:
        state: namespace → key → update.
        history: (namespace, key, transaction number) of each write of each valid endorser transaction.
        txids: of every transaction in the block, the invalid ones included; "" where none can be read.
    """

    def __init__(self, number: int, reader: StateReader) -> None:
        self.number = number
        self.state: dict[str, dict[str, StateUpdate]] = {}
        self.history: list[tuple[str, str, int]] = []
        self.txids: list[str] = []
        self._reader = reader
        self._metadata_namespaces: dict[str, bool] = {}

    def put(self, namespace: str, key: str, value: bytes, tx: int) -> None:
        """Write one value outside of any read-write set: config transactions."""
        self.state.setdefault(namespace, {})[key] = StateUpdate(value, tx)

    def apply(self, tx: int, writes: Sequence[NamespaceWrites]) -> None:
        """Add one valid endorser transaction."""
        for namespace, rwset in writes:
            if rwset.metadata_writes or _repeats_keys(rwset):
                self._apply_with_metadata(tx, namespace, rwset)
            elif rwset.writes:
                self._apply_values(tx, namespace, rwset)
            self.history.extend((namespace, write.key, tx) for write in rwset.writes)

    def latest(self, namespace: str, key: str) -> StateUpdate | StateValue | None:
        """The key as the next transaction of the block finds it; None when absent, or deleted before."""
        update = self.state.get(namespace, {}).get(key)
        if update is not None:
            return None if update.value is None else update
        return self._reader.get(namespace, key)

    def writes_metadata(self, namespace: str) -> bool:
        """Whether any key of the namespace has metadata, committed or in this block."""
        known = self._metadata_namespaces.get(namespace)
        if known is None:
            known = self._metadata_namespaces[namespace] = self._reader.uses_metadata(namespace)
        return known

    def metadata_namespaces(self) -> list[str]:
        """Namespaces that have, or had, key-level metadata, as far as this block touched them."""
        return sorted(name for name, used in self._metadata_namespaces.items() if used)

    def _apply_values(self, tx: int, namespace: str, rwset: kv_rwset_pb2.KVRWSet) -> None:
        updates = self.state.setdefault(namespace, {})
        has_metadata = self.writes_metadata(namespace)
        for write in rwset.writes:
            key, value = write.key, write.value
            if write.is_delete or not value:
                updates[key] = StateUpdate(None, tx)
            else:
                metadata = self._latest_metadata(namespace, key) if has_metadata else b""
                updates[key] = StateUpdate(value, tx, metadata)

    def _apply_with_metadata(self, tx: int, namespace: str, rwset: kv_rwset_pb2.KVRWSet) -> None:
        self._metadata_namespaces[namespace] = True
        pending: dict[str, StateUpdate] = {}
        for key, operation in _operations(rwset).items():
            if operation.flags & _DELETE:
                pending[key] = StateUpdate(None, tx)
            elif operation.flags & _UPSERT and operation.flags & (_METADATA | _METADATA_DELETE):
                pending[key] = StateUpdate(operation.value, tx, operation.metadata)
            elif operation.flags | _UPSERT == _UPSERT:
                pending[key] = StateUpdate(operation.value, tx, self._latest_metadata(namespace, key))
            else:
                latest = self._latest_for_metadata(namespace, key)
                if latest is not None:
                    pending[key] = StateUpdate(latest.value, tx, operation.metadata)
        if pending:
            self.state.setdefault(namespace, {}).update(pending)

    def _latest_metadata(self, namespace: str, key: str) -> bytes:
        update = self.state.get(namespace, {}).get(key)
        if update is not None:
            return update.metadata
        committed = self._reader.get(namespace, key)
        return b"" if committed is None else committed.metadata

    def _latest_for_metadata(self, namespace: str, key: str) -> StateUpdate | StateValue | None:
        # A key deleted earlier in the block stays deleted: Fabric finds the tombstone.
        update = self.state.get(namespace, {}).get(key)
        return update if update is not None else self._reader.get(namespace, key)


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


def _operations(rwset: kv_rwset_pb2.KVRWSet) -> dict[str, _Operation]:
    operations: dict[str, _Operation] = {}
    for write in rwset.writes:
        operation = operations.setdefault(write.key, _Operation())
        if write.is_delete or not write.value:
            operation.add(_DELETE)
        else:
            operation.add(_UPSERT)
            operation.value = write.value
    for change in rwset.metadata_writes:
        operation = operations.setdefault(change.key, _Operation())
        if change.entries:
            operation.add(_METADATA)
            operation.metadata = serialize_metadata(change)
        else:
            operation.add(_METADATA_DELETE)
    return operations


def serialize_metadata(change: kv_rwset_pb2.KVMetadataWrite) -> bytes:
    """Key-level metadata as Fabric stores it (statemetadata/metadata.go): the entries without the key."""
    return kv_rwset_pb2.KVMetadataWrite(entries=change.entries).SerializeToString(deterministic=True)


def _repeats_keys(rwset: kv_rwset_pb2.KVRWSet) -> bool:
    writes = rwset.writes
    return len(writes) > 1 and len({write.key for write in writes}) != len(writes)


def updates_of_block(block: common_pb2.Block, reader: StateReader) -> BlockUpdates:
    """What a validated block changes, judged by its TRANSACTIONS_FILTER alone.

    For a replay of the ledger's own blocks; a follower validates first. `reader` is the state before it.

    Raises:
        google.protobuf.message.DecodeError: a valid transaction that cannot be parsed.
    """
    filter_index = common_pb2.BlockMetadataIndex.TRANSACTIONS_FILTER
    flags = block.metadata.metadata[filter_index]
    updates = BlockUpdates(block.header.number, reader)
    for tx, data in enumerate(block.data.data):
        txid = ""
        if flags[tx] == VALID:
            payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(data).payload)
            header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
            txid = header.tx_id
            if header.type == common_pb2.HeaderType.ENDORSER_TRANSACTION:
                updates.apply(tx, namespace_writes(payload.data))
            elif header.type == common_pb2.HeaderType.CONFIG:
                updates.put(CONFIG_NAMESPACE, CONFIG_KEY, payload.data, tx)
        else:
            txid = read_txid(data)
        updates.txids.append(txid)
    return updates


def namespace_writes(transaction: bytes) -> list[NamespaceWrites]:
    """The read-write sets in a serialised peer.Transaction with one action. Raises DecodeError."""
    action = transaction_pb2.Transaction.FromString(transaction).actions[0]
    payload = transaction_pb2.ChaincodeActionPayload.FromString(action.payload)
    response = proposal_response_pb2.ProposalResponsePayload.FromString(
        payload.action.proposal_response_payload
    )
    results = proposal_pb2.ChaincodeAction.FromString(response.extension).results
    return [
        NamespaceWrites(entry.namespace, kv_rwset_pb2.KVRWSet.FromString(entry.rwset))
        for entry in rwset_pb2.TxReadWriteSet.FromString(results).ns_rwset
    ]


def read_txid(envelope: bytes) -> str:
    """The transaction id that an envelope claims; "" when it cannot be read."""
    try:
        payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(envelope).payload)
        return common_pb2.ChannelHeader.FromString(payload.header.channel_header).tx_id
    except DecodeError:
        return ""
