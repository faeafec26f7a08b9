"""One block into LevelDB: the entries of its batch, the same whether it is committed, replayed or checked."""

from collections.abc import Iterator

from fabric_protos.common import common_pb2

from tanhui.node.ledger import encoding
from tanhui.node.ledger.block_store import Location
from tanhui.node.ledger.encoding import Savepoint
from tanhui.node.ledger.errors import BlockRefusedError
from tanhui.node.ledger.hashes import commit_hash, data_hash, header_hash
from tanhui.node.ledger.state import StateStore
from tanhui.node.ledger.updates import BlockUpdates

FILTER = common_pb2.BlockMetadataIndex.TRANSACTIONS_FILTER
COMMIT_HASH = common_pb2.BlockMetadataIndex.COMMIT_HASH
METADATA_ENTRIES = len(common_pb2.BlockMetadataIndex.keys())


def check_continues(block: common_pb2.Block, savepoint: Savepoint) -> None:
    """Raises BlockRefusedError unless the block's header continues the chain and its flags cover its data."""
    header = block.header
    if header.number != savepoint.height:
        raise BlockRefusedError(header.number, "header.number", f"expected {savepoint.height}")
    if savepoint.height > 0 and header.previous_hash != savepoint.header_hash:
        raise BlockRefusedError(header.number, "header.previous_hash", "is not the last block's header hash")
    if header.data_hash != data_hash(block.data):
        raise BlockRefusedError(header.number, "header.data_hash", "is not the hash of the envelopes")
    metadata = block.metadata.metadata
    if len(metadata) <= FILTER or len(metadata[FILTER]) != len(block.data.data):
        raise BlockRefusedError(
            header.number, "metadata.TRANSACTIONS_FILTER", "does not cover every transaction"
        )


def next_commit_hash(block: common_pb2.Block, updates: BlockUpdates, previous: bytes) -> bytes:
    """The commit hash after this block; b"" for a genesis block (kvledger/kv_ledger.go)."""
    if block.header.number != 1 and not previous:
        return b""
    return commit_hash(block.metadata.metadata[FILTER], updates, previous)


def recorded_commit_hash(block: common_pb2.Block) -> bytes:
    """The commit hash in a block's metadata, b"" when there is none."""
    if len(block.metadata.metadata) <= COMMIT_HASH:
        return b""
    return common_pb2.Metadata.FromString(block.metadata.metadata[COMMIT_HASH]).value


def record_commit_hash(block: common_pb2.Block, value: bytes) -> None:
    """Put the commit hash into the block's metadata."""
    metadata = block.metadata.metadata
    while len(metadata) < METADATA_ENTRIES:
        metadata.append(b"")
    metadata[COMMIT_HASH] = common_pb2.Metadata(value=value).SerializeToString() if value else b""


def savepoint_after(
    block: common_pb2.Block, location: Location, commit_hash: bytes, *, rebuilding: bool
) -> Savepoint:
    """The savepoint that the block's batch carries."""
    return Savepoint(
        height=block.header.number + 1,
        file=location.file,
        end=location.end,
        header_hash=header_hash(block.header),
        commit_hash=commit_hash,
        rebuilding=rebuilding,
    )


def write_block(
    store: StateStore,
    block: common_pb2.Block,
    updates: BlockUpdates,
    location: Location,
    savepoint: Savepoint,
    *,
    sync: bool,
) -> None:
    """Write the block's one batch: state, history, indexes and savepoint."""
    puts: list[tuple[bytes, bytes]] = []
    deletes: list[bytes] = []
    _state_entries(updates, puts, deletes)
    number = block.header.number
    puts.extend(
        (encoding.history_key(namespace, key, number, tx), b"") for namespace, key, tx in updates.history
    )
    puts.extend(_transaction_entries(store, updates, block.metadata.metadata[FILTER]))
    entry = encoding.encode_block_entry(
        location.file, location.offset, location.record_bytes, savepoint.header_hash
    )
    puts.append((encoding.block_key(number), entry))
    puts.append((encoding.block_hash_key(savepoint.header_hash), encoding.encode_number(number)))
    puts.append((encoding.SAVEPOINT_KEY, encoding.encode_savepoint(savepoint)))
    store.write(puts, deletes, sync=sync)


def _state_entries(updates: BlockUpdates, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
    number, encode_value = updates.number, encoding.encode_value
    for namespace, entries in updates.state.items():
        prefix = "s" + namespace + "\x00"
        for key, (value, tx, metadata) in entries.items():
            name = (prefix + key).encode()
            if value is None:
                deletes.append(name)
            else:
                puts.append((name, encode_value(value, number, tx, metadata)))
    puts.extend((encoding.METADATA_NAMESPACE + name.encode(), b"") for name in updates.metadata_namespaces())


def _transaction_entries(
    store: StateStore, updates: BlockUpdates, flags: bytes
) -> Iterator[tuple[bytes, bytes]]:
    # The first appearance of a txid stands, in the ledger and within the block; the invalid ones count.
    seen: set[str] = set()
    for tx, txid in enumerate(updates.txids):
        if not txid or txid in seen:
            continue
        seen.add(txid)
        key = encoding.transaction_key(txid)
        if store.raw(key) is None:
            yield key, encoding.encode_transaction(updates.number, tx, flags[tx])
