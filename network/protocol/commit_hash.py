"""The commit hash: one peer's running hash over what each block changed, comparable between peers.

Sources: core/ledger/kvledger/txmgmt/txmgr/update_batch_bytes.go and updates.proto (which the published
protobuf packages lack, so the few fields are encoded here), core/ledger/kvledger/kv_ledger.go
(addBlockCommitHash). Starts at block 1. Leaves out namespace "" and key metadata, and nobody signs it.
"""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

_NAMESPACE, _COLLECTION, _KEY, _IS_DELETE, _VALUE, _VERSION = (
    b"\x0a",
    b"\x12",
    b"\x1a",
    b"\x20\x01",
    b"\x2a",
    b"\x32",
)
"""Tags of txmgr.KVWrite's fields 1 to 6; isDelete with its value."""

_ONE_BYTE = [bytes((value,)) for value in range(0x80)]

_KV_WRITE = b"\x0a"
"""Tag of txmgr.Updates.kvwrites."""


class Update(NamedTuple):
    """A key's new value and the height that wrote it; `value` None deletes."""

    value: bytes | None
    block: int
    transaction: int


class NamespaceUpdates(NamedTuple):
    """What one block changes in one namespace.

    Attributes:
        public: by key.
        collections: by collection, then by the key's SHA256; values are the values' SHA256.
    """

    public: Mapping[str, Update]
    collections: Mapping[str, Mapping[bytes, Update]]


def order_preserving_uint64(value: int) -> bytes:
    """Number of bytes, then the value big-endian (common/ledger/util.EncodeOrderPreservingVarUint64)."""
    size = (value.bit_length() + 7) // 8
    return bytes((size,)) + value.to_bytes(size, "big")


def version_bytes(block: int, transaction: int) -> bytes:
    """A height as the ledger stores it (core/ledger/internal/version)."""
    return order_preserving_uint64(block) + order_preserving_uint64(transaction)


def update_bytes(updates: Mapping[str, NamespaceUpdates]) -> bytes:
    """txmgr.Updates bytes: namespaces sorted, public writes before collections, keys sorted.

    The namespace stands on the first entry of each namespace alone, the collection on the first of each.
    """
    parts: list[bytes] = []
    versions: dict[tuple[int, int], bytes] = {}
    for namespace in sorted(updates):
        public, collections = updates[namespace]
        if not namespace or not (public or collections):
            continue
        head = _text(_NAMESPACE, namespace)
        for key in sorted(public):
            _append(parts, head, key.encode(), public[key], versions)
            head = b""
        for collection in sorted(collections):
            head += _text(_COLLECTION, collection)
            hashed = collections[collection]
            for key_hash in sorted(hashed):
                _append(parts, head, key_hash, hashed[key_hash], versions)
                head = b""
    return b"".join(parts)


def next_commit_hash(codes: bytes, updates: bytes, previous: bytes) -> bytes:
    """SHA256(uvarint(len codes) ‖ codes ‖ updates ‖ previous).

    Args:
        codes: the block's TRANSACTIONS_FILTER.
        updates: `update_bytes`.
        previous: the previous block's commit hash, b"" at block 1.
    """
    return hashlib.sha256(uvarint(len(codes)) + codes + updates + previous).digest()


def _append(
    parts: list[bytes], head: bytes, key: bytes, update: Update, versions: dict[tuple[int, int], bytes]
) -> None:
    """One KVWrite. `versions` keeps the encoded heights: a transaction writes many keys at one."""
    value, block, transaction = update
    at = (block, transaction)
    version = versions.get(at)
    if version is None:
        version = versions[at] = _field(_VERSION, version_bytes(*at))
    written = _IS_DELETE if value is None else _field(_VALUE, value)
    body = b"".join((head, _field(_KEY, key), written, version))
    parts += (_KV_WRITE, uvarint(len(body)), body)


def _text(tag: bytes, value: str) -> bytes:
    return _field(tag, value.encode())


def _field(tag: bytes, value: bytes) -> bytes:
    """A length-delimited field, left out when empty as proto3 does."""
    return tag + uvarint(len(value)) + value if value else b""


def uvarint(value: int) -> bytes:
    """Base-128, least significant group first (encoding/binary.PutUvarint)."""
    if value <= 0x7F:
        return _ONE_BYTE[value]
    if value <= 0x3FFF:
        return bytes((value & 0x7F | 0x80, value >> 7))
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
