"""Header hash, data hash and commit hash of a block, as Fabric computes them."""

import hashlib

from fabric_protos.common import common_pb2

from tanhui.node.ledger.updates import BlockUpdates, StateUpdate


def header_hash(header: common_pb2.BlockHeader) -> bytes:
    """SHA-256 of the DER SEQUENCE {number, previous hash, data hash} (protoutil/blockutils.go)."""
    number = header.number.to_bytes(header.number.bit_length() // 8 + 1, "big")
    body = _der(0x02, number) + _der(0x04, header.previous_hash) + _der(0x04, header.data_hash)
    return hashlib.sha256(_der(0x30, body)).digest()


def data_hash(data: common_pb2.BlockData) -> bytes:
    """SHA-256 over the concatenated envelopes (protoutil/blockutils.go, ComputeBlockDataHash)."""
    digest = hashlib.sha256()
    for envelope in data.data:
        digest.update(envelope)
    return digest.digest()


def commit_hash(flags: bytes, updates: BlockUpdates, previous: bytes) -> bytes:
    """SHA-256(uvarint(flags) ‖ flags ‖ updates ‖ previous) (kvledger/kv_ledger.go, addBlockCommitHash)."""
    return hashlib.sha256(_uvarint(len(flags)) + flags + update_bytes(updates) + previous).digest()


def update_bytes(updates: BlockUpdates) -> bytes:
    """txmgr.Updates: sorted writes, the namespace only on its first (txmgmt/txmgr/update_batch_bytes.go)."""
    block = _order_preserving(updates.number)
    parts: list[bytes] = []
    for namespace in sorted(updates.state):
        if namespace == "":
            continue
        prefix = _field(1, namespace.encode())
        for key, update in sorted(updates.state[namespace].items()):
            parts.append(_field(1, prefix + _write(key, update, block)))
            prefix = b""
    return b"".join(parts)


def _write(key: str, update: StateUpdate, block: bytes) -> bytes:
    value = b"\x20\x01" if update.value is None else _field(5, update.value)
    return _field(3, key.encode()) + value + _field(6, block + _order_preserving(update.tx))


def _field(number: int, data: bytes) -> bytes:
    return bytes((number << 3 | 2,)) + _uvarint(len(data)) + data if data else b""


def _uvarint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _order_preserving(number: int) -> bytes:
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes((len(body),)) + body


def _der(tag: int, body: bytes) -> bytes:
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body
