"""Golden bytes of docs/storage.md: a change here is a new format, and old ledgers must still open."""

import struct
import zlib
from hashlib import sha256

import pytest

from tanhui.network.protocol.rwset import Version
from tanhui.node.ledger import encoding
from tanhui.node.ledger.block_file import (
    RecordDamagedError,
    RecordIncompleteError,
    check_file_header,
    decode_record,
    encode_record,
    file_header,
)
from tanhui.node.ledger.encoding import Savepoint, StateValue

MAX = 1 << 20


def test_file_header() -> None:
    golden = bytes.fromhex("54414e485549423100000007")
    assert file_header(7) == golden + zlib.crc32(golden).to_bytes(4, "big")
    assert file_header(0).hex() == "54414e485549423100000000" + f"{zlib.crc32(b'TANHUIB1' + bytes(4)):08x}"
    check_file_header(file_header(7), 7)
    with pytest.raises(RecordDamagedError):
        check_file_header(file_header(7), 8)


def test_record() -> None:
    record = encode_record(5, b"block")
    head = b"BLK1" + struct.pack(">IQ", 5, 5)
    body = head + struct.pack(">I", zlib.crc32(head)) + b"block"
    assert record == body + sha256(body).digest()
    assert record.hex() == ("424c4b3100000005000000000000000524f80323626c6f636b" + sha256(body).hexdigest())
    assert decode_record(record, MAX) == (5, b"block")


def test_every_flipped_bit_and_every_cut_of_a_record_is_noticed() -> None:
    record = encode_record(9, b"some payload")
    for place in range(len(record) * 8):
        flipped = bytearray(record)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(RecordDamagedError):
            decode_record(bytes(flipped), MAX)
    for end in range(len(record)):
        with pytest.raises(RecordIncompleteError):
            decode_record(record[:end], MAX)


def test_a_length_beyond_the_limit_is_damage() -> None:
    with pytest.raises(RecordDamagedError, match="at most 4"):
        decode_record(encode_record(1, b"12345"), 4)


GOLDEN_KEYS = [
    (encoding.state_key("registry", "a\x00é"), b"sregistry\x00a\x00\xc3\xa9"),
    (encoding.space_prefix("registry", "secret"), b"sregistry$$hsecret\x00"),
    (
        encoding.history_key("registry", "ab", 258, 3),
        b"hregistry\x00\x00\x00\x00\x02ab" + bytes.fromhex("000000000000010200000003"),
    ),
    (encoding.transaction_key("f0"), b"tf0"),
    (encoding.block_key(258), b"b" + bytes.fromhex("0000000000000102")),
    (encoding.block_hash_key(b"\x01" * 32), b"x" + b"\x01" * 32),
    (encoding.SAVEPOINT_KEY, b"msavepoint"),
    (encoding.METADATA_NAMESPACE, b"mmetadata/"),
]


@pytest.mark.parametrize(("made", "golden"), GOLDEN_KEYS)
def test_keys(made: bytes, golden: bytes) -> None:
    assert made == golden


def test_values() -> None:
    plain = encoding.encode_value(b"v", 258, 3, b"")
    assert plain.hex() == "0000000000000102000000030076"
    assert encoding.decode_value(plain) == StateValue(b"v", Version(258, 3))
    rich = encoding.encode_value(b"v", 1, 2, b"md")
    assert rich.hex() == "00000000000000010000000201000000026d6476"
    assert encoding.decode_value(rich) == StateValue(b"v", Version(1, 2), b"md")
    assert encoding.encode_transaction(1, 2, 11).hex() == "0000000000000001000000020b"
    assert encoding.encode_block_entry(1, 16, 99, b"\xaa" * 32).hex() == (
        "00000001000000000000001000000063" + "aa" * 32
    )


def test_savepoint() -> None:
    savepoint = Savepoint(2, 1, 77, b"\x11" * 32, b"\x22" * 32, rebuilding=True)
    golden = "0101000000000000000200000001000000000000004d" + "11" * 32 + "20" + "22" * 32
    assert encoding.encode_savepoint(savepoint).hex() == golden
    assert encoding.decode_savepoint(bytes.fromhex(golden)) == savepoint
    genesis = Savepoint(1, 0, 77, b"\x11" * 32, b"")
    assert encoding.decode_savepoint(encoding.encode_savepoint(genesis)) == genesis


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 12, bytes(12) + b"\x02", bytes(12) + b"\x01\x00\x00\x00\x09"]
)
def test_values_that_were_never_written(data: bytes) -> None:
    with pytest.raises(encoding.DamagedError):
        encoding.decode_value(data)


@pytest.mark.parametrize("change", [b"\x02", b"\x01\x02"])
def test_savepoints_of_another_format(change: bytes) -> None:
    good = encoding.encode_savepoint(Savepoint(1, 0, 77, b"\x11" * 32, b""))
    with pytest.raises(encoding.DamagedError):
        encoding.decode_savepoint(change + good[len(change) :])
    with pytest.raises(encoding.DamagedError):
        encoding.decode_savepoint(good[:-1])
