"""One block into LevelDB: the entries of its batch, the same whether it is committed, replayed or checked."""

from collections.abc import Iterator

from fabric_protos.common import common_pb2

from tanhui.network.protocol import commit_hash as commit_hashes
from tanhui.network.protocol.blocks import block_hash, data_hash, transactions_filter
from tanhui.node.ledger import encoding
from tanhui.node.ledger.block_store import Location
from tanhui.node.ledger.encoding import Savepoint
from tanhui.node.ledger.errors import BlockRefusedError
from tanhui.node.ledger.state import StateStore
from tanhui.node.ledger.updates import BlockUpdates


def check_continues(block: common_pb2.Block, savepoint: Savepoint, *, data_checked: bool = False) -> None:
    """Raises BlockRefusedError unless the block's header continues the chain and its flags cover its data."""
    header = block.header
    if header.number != savepoint.height:
        raise BlockRefusedError(header.number, "header.number", f"expected {savepoint.height}")
    if savepoint.height > 0 and header.previous_hash != savepoint.header_hash:
        raise BlockRefusedError(header.number, "header.previous_hash", "is not the last block's header hash")
    if not data_checked and header.data_hash != data_hash(block.data.data):
        raise BlockRefusedError(header.number, "header.data_hash", "is not the hash of the envelopes")
    if len(transactions_filter(block)) != len(block.data.data):
        raise BlockRefusedError(
            header.number, "metadata.TRANSACTIONS_FILTER", "does not cover every transaction"
        )


def next_commit_hash(block: common_pb2.Block, updates: BlockUpdates, previous: bytes) -> bytes:
    """The commit hash after this block; b"" for a genesis block (kvledger/kv_ledger.go)."""
    if block.header.number != 1 and not previous:
        return b""
    return commit_hashes.next_commit_hash(transactions_filter(block), updates.to_bytes(), previous)


def savepoint_after(
    block: common_pb2.Block, location: Location, commit_hash: bytes, *, rebuilding: bool
) -> Savepoint:
    """The savepoint that the block's batch carries."""
    return Savepoint(
        height=block.header.number + 1,
        file=location.file,
        end=location.end,
        header_hash=block_hash(block.header),
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
    history_key = encoding.history_key
    puts.extend([(history_key(namespace, key, number, tx), b"") for namespace, key, tx in updates.history])
    puts.extend(_transaction_entries(store, updates, transactions_filter(block)))
    entry = encoding.encode_block_entry(
        location.file, location.offset, location.record_bytes, savepoint.header_hash
    )
    puts.append((encoding.block_key(number), entry))
    puts.append((encoding.block_hash_key(savepoint.header_hash), encoding.encode_number(number)))
    puts.append((encoding.SAVEPOINT_KEY, encoding.encode_savepoint(savepoint)))
    store.write(puts, deletes, sync=sync)


def _state_entries(updates: BlockUpdates, puts: list[tuple[bytes, bytes]], deletes: list[bytes]) -> None:
    encode_value, metadata = encoding.encode_value, updates.metadata
    for space, entries in updates.spaces.items():
        prefix = encoding.space_prefix(*space)
        for key, (value, block, tx) in entries.items():
            name = prefix + (key if isinstance(key, bytes) else key.encode())
            if value is None:
                deletes.append(name)
            else:
                puts.append((name, encode_value(value, block, tx, metadata.get((space, key), b""))))
    puts.extend((encoding.METADATA_NAMESPACE + name.encode(), b"") for name in updates.metadata_namespaces())


def _transaction_entries(
    store: StateStore, updates: BlockUpdates, flags: bytes
) -> Iterator[tuple[bytes, bytes]]:
    # The first appearance of a txid stands, in the ledger and within the block; the invalid ones count.
    seen: set[str] = set()
    new = updates.new_txids
    for tx, txid in enumerate(updates.txids):
        if not txid or txid in seen:
            continue
        seen.add(txid)
        key = encoding.transaction_key(txid)
        if txid in new or store.raw(key) is None:
            yield key, encoding.encode_transaction(updates.number, tx, flags[tx])
