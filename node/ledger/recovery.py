"""Opening a ledger after any end.

What is behind is replayed from the block files, what was never acknowledged is cut off, and anything else is
refused by name.
"""

from collections.abc import Iterator
from pathlib import Path

from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from tanhui.network.protocol.blocks import commit_hash_of
from tanhui.network.protocol.errors import MessageError
from tanhui.node.ledger import encoding
from tanhui.node.ledger.block_file import FILE_HEADER_BYTES
from tanhui.node.ledger.block_store import BlockStore, Location, Record, Tail
from tanhui.node.ledger.commit import check_continues, next_commit_hash, savepoint_after, write_block
from tanhui.node.ledger.encoding import Savepoint
from tanhui.node.ledger.errors import BlockRefusedError, LedgerCorruptError, TornTailError
from tanhui.node.ledger.state import StateStore
from tanhui.node.ledger.updates import updates_of_block

EMPTY = Savepoint(0, 0, FILE_HEADER_BYTES, bytes(32), b"")


def recover(blocks: BlockStore, store: StateStore) -> Savepoint:
    """Bring LevelDB up to the block files and the files to their last whole record; ready to append.

    Raises:
        LedgerCorruptError: an acknowledged block is missing or damaged, or database and files disagree.
        TornTailError: the last record is damaged, and the database cannot show that nobody relied on it.
    """
    found = store.savepoint()
    files = blocks.files()
    savepoint = found if found is not None else EMPTY._replace(rebuilding=bool(files))
    if found is None:
        store.write([(encoding.SAVEPOINT_KEY, encoding.encode_savepoint(savepoint))], [], sync=True)
    if found is not None and found.height > 0:
        _check_index(blocks, store, found)
    tail: Tail | None = None
    for item in _after(blocks, files, savepoint):
        if isinstance(item, Tail):
            tail = item
        else:
            savepoint = replay(store, blocks.path(item.location.file), item, savepoint)
    if tail is not None:
        _require_unacknowledged(blocks, tail, found, savepoint)
    if savepoint.rebuilding or (found is not None and savepoint.height > found.height):
        savepoint = savepoint._replace(rebuilding=False)
        store.write([(encoding.SAVEPOINT_KEY, encoding.encode_savepoint(savepoint))], [], sync=True)
    _open_for_append(blocks, savepoint)
    return savepoint


def replay(store: StateStore, file: Path, record: Record, savepoint: Savepoint) -> Savepoint:
    """Write a recorded block's batch again. Raises LedgerCorruptError when it is not what was committed."""
    offset = record.location.offset
    block = parse_block(file, offset, record.payload)
    if record.number != block.header.number:
        raise LedgerCorruptError(
            file, offset, f"record of block {record.number} holds block {block.header.number}"
        )
    try:
        check_continues(block, savepoint)
        updates = updates_of_block(block, store)
        recorded = commit_hash_of(block)
    except (BlockRefusedError, MessageError) as error:
        raise LedgerCorruptError(file, offset, f"block {record.number}: {error}") from error
    commit_hash = next_commit_hash(block, updates, savepoint.commit_hash)
    if recorded != commit_hash:
        raise LedgerCorruptError(
            file, offset, f"block {record.number}: commit hash differs from the replayed one"
        )
    after = savepoint_after(block, record.location, commit_hash, rebuilding=savepoint.rebuilding)
    write_block(store, block, updates, record.location, after, sync=False)
    return after


def parse_block(file: Path, offset: int, payload: bytes) -> common_pb2.Block:
    """Raises LedgerCorruptError."""
    try:
        return common_pb2.Block.FromString(payload)
    except DecodeError as error:
        raise LedgerCorruptError(file, offset, f"no common.Block: {error}") from error


def _after(blocks: BlockStore, files: list[int], savepoint: Savepoint) -> Iterator[Record | Tail]:
    if not files:
        if savepoint.height > 0:
            raise LedgerCorruptError(
                blocks.path(0), None, f"block files missing, height is {savepoint.height}"
            )
        return
    if savepoint.file not in files:
        raise LedgerCorruptError(blocks.path(savepoint.file), None, "block file missing")
    size = blocks.path(savepoint.file).stat().st_size
    if savepoint.height > 0 and size < savepoint.end:
        raise LedgerCorruptError(
            blocks.path(savepoint.file),
            size,
            f"ends before block {savepoint.height - 1}, which was acknowledged",
        )
    yield from blocks.scan(savepoint.file, savepoint.end)


def _check_index(blocks: BlockStore, store: StateStore, savepoint: Savepoint) -> None:
    # A lost LevelDB manifest edit drops whole batches from the middle: every batch left its block entry.
    entries = store.scan(encoding.BLOCK, encoding.AFTER_BLOCKS, values=False)
    count = 0
    for expected, (key, _) in enumerate(entries):
        if encoding.block_number(key) != expected:
            raise LedgerCorruptError(
                blocks.path(0).parent, None, f"block index: entry of block {expected} missing"
            )
        count += 1
    if count != savepoint.height:
        raise LedgerCorruptError(
            blocks.path(0).parent, None, f"block index: {count} entries, savepoint says {savepoint.height}"
        )
    last = store.raw(encoding.block_key(savepoint.height - 1))
    assert last is not None, "counted above"
    file, offset, record_bytes, header_hash = encoding.decode_block_entry(last)
    if (file, offset + record_bytes, header_hash) != (savepoint.file, savepoint.end, savepoint.header_hash):
        raise LedgerCorruptError(
            blocks.path(file), offset, "block index: last entry contradicts the savepoint"
        )
    number, _ = blocks.read(Location(file, offset, record_bytes))
    if number != savepoint.height - 1:
        raise LedgerCorruptError(
            blocks.path(file), offset, f"holds block {number}, not {savepoint.height - 1}"
        )


def _require_unacknowledged(
    blocks: BlockStore, tail: Tail, found: Savepoint | None, savepoint: Savepoint
) -> None:
    """A commit writes one record beyond the savepoint: only that one can be cut off without loss."""
    path = blocks.path(tail.file)
    if not tail.last:
        raise LedgerCorruptError(path, tail.offset, f"{tail.reason}, and a later block file follows")
    if found is None or found.rebuilding:
        raise TornTailError(
            path,
            tail.offset,
            f"{tail.reason}; the state database that could show it unacknowledged is missing",
        )
    if found.height != savepoint.height:
        raise TornTailError(
            path,
            tail.offset,
            f"{tail.reason}; the state database stands at {found.height} of {savepoint.height}",
        )


def _open_for_append(blocks: BlockStore, savepoint: Savepoint) -> None:
    blocks.open_for_append(savepoint.file, savepoint.end if savepoint.height else 0)
