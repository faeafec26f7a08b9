"""A key's past: the index names the transactions that wrote it, their blocks say what (kvledger/history)."""

from collections.abc import Iterator
from dataclasses import dataclass

from fabric_protos.common import common_pb2

from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
from tanhui.network.protocol.rwset import parse_rwset
from tanhui.node.ledger import encoding
from tanhui.node.ledger.errors import BlockNotFoundError
from tanhui.node.ledger.state import StateStore


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One committed version of a key. `value` is b"" when the transaction deleted it."""

    transaction_id: str
    block: int
    index: int
    seconds: int
    nanos: int
    value: bytes
    is_delete: bool


def writers_of(store: StateStore, namespace: str, key: str) -> Iterator[tuple[int, int]]:
    """Block and index of each transaction that wrote a key, newest first."""
    prefix = encoding.history_prefix(namespace, key)
    stop = prefix + b"\xff" * 12
    for entry, _ in store.scan(prefix, stop, reverse=True, values=False):
        if len(entry) == len(prefix) + 12:
            yield encoding.history_version(entry)


def version_in(block: common_pb2.Block, index: int, namespace: str, key: str) -> KeyVersion:
    """What a block's transaction wrote under a key. Raises BlockNotFoundError when it wrote nothing there."""
    number = block.header.number
    envelope = parse_envelope(block.data.data[index])
    timestamp = envelope.channel_header.timestamp
    for one in parse_rwset(parse_transaction(envelope.data).results):
        for write in one.writes if one.namespace == namespace else ():
            if write.key == key:
                return KeyVersion(
                    transaction_id=envelope.transaction_id,
                    block=number,
                    index=index,
                    seconds=timestamp.seconds,
                    nanos=timestamp.nanos,
                    value=write.value or b"",
                    is_delete=write.value is None,
                )
    raise BlockNotFoundError(
        f"history names block {number} transaction {index}, which does not write {key!r}"
    )
