"""Keys and values of the LevelDB database (docs/storage.md). Pure functions, no I/O.

Numbers are big-endian so that LevelDB's byte order is their order; keys are UTF-8, whose byte order is the
order of code points, which is Fabric's order of keys too.
"""

import struct
from typing import NamedTuple

from tanhui.network.protocol.rwset import Version
from tanhui.node.ledger.errors import LedgerError

STATE = b"s"
HISTORY = b"h"
TRANSACTION = b"t"
BLOCK = b"b"
AFTER_BLOCKS = b"c"
BLOCK_HASH = b"x"
META = b"m"

SAVEPOINT_KEY = META + b"savepoint"
METADATA_NAMESPACE = META + b"metadata/"
"""Followed by a namespace that has ever had key-level metadata."""

FORMAT_VERSION = 1
AFTER_NAMESPACE = b"\x01"
"""Ends a range over one whole namespace: the byte after the separator."""

_VALUE = struct.Struct(">QIB")
_LENGTH = struct.Struct(">I")
_HISTORY_TAIL = struct.Struct(">QI")
_TRANSACTION = struct.Struct(">QIB")
_BLOCK_ENTRY = struct.Struct(">IQI32s")
_SAVEPOINT = struct.Struct(">BBQIQ32sB")
_NUMBER = struct.Struct(">Q")

VALUE_HEADER_BYTES = _VALUE.size
_HAS_METADATA = 1


class StateValue(NamedTuple):
    """A committed value, the version that wrote it, and Fabric's serialised key-level metadata."""

    value: bytes
    version: Version
    metadata: bytes = b""


class Savepoint(NamedTuple):
    """What the last batch recorded of the chain.

    `rebuilding` is set while the database is made anew from the block files: then the savepoint says how far
    that came, and nothing of what was acknowledged.
    """

    height: int
    file: int
    end: int
    header_hash: bytes
    commit_hash: bytes
    rebuilding: bool = False


class DamagedError(LedgerError):
    """A value that this package never wrote."""


def space_prefix(namespace: str, collection: str) -> bytes:
    """What the keys of a namespace's public state begin with, or those of a collection's hashes.

    `$$h` is Fabric's separator (privacyenabledstate); no chaincode name contains a dollar sign.
    """
    name = f"{namespace}$$h{collection}" if collection else namespace
    return STATE + name.encode() + b"\x00"


def state_key(namespace: str, key: str) -> bytes:
    """Where one key's value stands."""
    return f"s{namespace}\x00{key}".encode()


def encode_value(value: bytes, block: int, tx: int, metadata: bytes) -> bytes:
    """Version, flags, metadata when there is some, value."""
    if not metadata:
        return _VALUE.pack(block, tx, 0) + value
    return b"".join((_VALUE.pack(block, tx, _HAS_METADATA), _LENGTH.pack(len(metadata)), metadata, value))


def decode_value(data: bytes) -> StateValue:
    """Raises DamagedError."""
    try:
        block, tx, flags = _VALUE.unpack_from(data)
        if flags == 0:
            return StateValue(data[VALUE_HEADER_BYTES:], Version(block, tx))
        if flags != _HAS_METADATA:
            raise DamagedError(f"state value: flags {flags}")
        (length,) = _LENGTH.unpack_from(data, VALUE_HEADER_BYTES)
    except struct.error as error:
        raise DamagedError(f"state value: {len(data)} bytes") from error
    start = VALUE_HEADER_BYTES + _LENGTH.size
    if start + length > len(data):
        raise DamagedError(f"state value: metadata of {length} bytes in {len(data)}")
    return StateValue(data[start + length :], Version(block, tx), data[start : start + length])


def decode_version(data: bytes) -> tuple[int, int]:
    """Block and transaction alone. Raises DamagedError."""
    if len(data) < VALUE_HEADER_BYTES:
        raise DamagedError(f"state value: {len(data)} bytes")
    block, tx, _ = _VALUE.unpack_from(data)
    return block, tx


def history_prefix(namespace: str, key: str) -> bytes:
    """What the history entries of one key begin with; the length keeps keys that contain others apart."""
    encoded = key.encode()
    return b"".join((HISTORY, namespace.encode(), b"\x00", _LENGTH.pack(len(encoded)), encoded))


def history_key(namespace: str, key: str, block: int, tx: int) -> bytes:
    """One committed version of a key; its value is empty, the block holds the rest."""
    return history_prefix(namespace, key) + _HISTORY_TAIL.pack(block, tx)


def history_version(entry: bytes) -> Version:
    """Block and transaction number at the end of a history key."""
    block, tx = _HISTORY_TAIL.unpack_from(entry, len(entry) - _HISTORY_TAIL.size)
    return Version(block, tx)


def transaction_key(txid: str) -> bytes:
    """Where a transaction's first appearance is recorded."""
    return TRANSACTION + txid.encode()


def encode_transaction(block: int, tx: int, code: int) -> bytes:
    """Block, position, validation code."""
    return _TRANSACTION.pack(block, tx, code)


def decode_transaction(data: bytes) -> tuple[int, int, int]:
    """Block, position, validation code. Raises DamagedError."""
    if len(data) != _TRANSACTION.size:
        raise DamagedError(f"transaction entry: {len(data)} bytes")
    block, tx, code = _TRANSACTION.unpack(data)
    return block, tx, code


def block_key(number: int) -> bytes:
    """Where a block's place in the files is recorded."""
    return BLOCK + _NUMBER.pack(number)


def block_number(entry: bytes) -> int:
    """The number in a key made by `block_key`. Raises DamagedError."""
    if len(entry) != 1 + _NUMBER.size:
        raise DamagedError(f"block key: {len(entry)} bytes")
    (number,) = _NUMBER.unpack_from(entry, 1)
    return int(number)


def encode_block_entry(file: int, offset: int, record_bytes: int, header_hash: bytes) -> bytes:
    """Place of the record and the block's header hash."""
    return _BLOCK_ENTRY.pack(file, offset, record_bytes, header_hash)


def decode_block_entry(data: bytes) -> tuple[int, int, int, bytes]:
    """File, offset, record length, header hash. Raises DamagedError."""
    if len(data) != _BLOCK_ENTRY.size:
        raise DamagedError(f"block entry: {len(data)} bytes")
    file, offset, record_bytes, header_hash = _BLOCK_ENTRY.unpack(data)
    return file, offset, record_bytes, header_hash


def block_hash_key(header_hash: bytes) -> bytes:
    """Where the number of the block with that header hash is recorded."""
    return BLOCK_HASH + header_hash


def encode_number(number: int) -> bytes:
    """Eight bytes."""
    return _NUMBER.pack(number)


def decode_number(data: bytes) -> int:
    """Raises DamagedError."""
    if len(data) != _NUMBER.size:
        raise DamagedError(f"number: {len(data)} bytes")
    (number,) = _NUMBER.unpack(data)
    return int(number)


def encode_savepoint(savepoint: Savepoint) -> bytes:
    """Format version, flags, height, file, end, header hash, length of the commit hash, commit hash."""
    head = _SAVEPOINT.pack(
        FORMAT_VERSION,
        int(savepoint.rebuilding),
        savepoint.height,
        savepoint.file,
        savepoint.end,
        savepoint.header_hash,
        len(savepoint.commit_hash),
    )
    return head + savepoint.commit_hash


def decode_savepoint(data: bytes) -> Savepoint:
    """Raises DamagedError."""
    if len(data) < _SAVEPOINT.size:
        raise DamagedError(f"savepoint: {len(data)} bytes")
    version, flags, height, file, end, header_hash, length = _SAVEPOINT.unpack_from(data)
    commit_hash = data[_SAVEPOINT.size :]
    if version != FORMAT_VERSION or flags > 1 or length != len(commit_hash):
        raise DamagedError(
            f"savepoint: version {version}, flags {flags}, commit hash of {len(commit_hash)} bytes"
        )
    return Savepoint(height, file, end, header_hash, commit_hash, bool(flags))
