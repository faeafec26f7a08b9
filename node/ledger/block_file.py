"""The bytes of a block file (docs/storage.md): a header, then one checksummed record a block. No I/O.

    file header   8  magic "TANHUIB1"
                  4  file number, big-endian
                  4  CRC-32 of the 12 bytes before
    record        4  magic "BLK1"
                  4  payload length, big-endian
                  8  block number, big-endian
                  4  CRC-32 of the 16 bytes before
                  n  payload: common.Block, deterministically serialised
                 32  SHA-256 of the 20 + n bytes before

The header has its own checksum because a length must be trusted before the payload can be found.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass

FILE_MAGIC = b"TANHUIB1"
RECORD_MAGIC = b"BLK1"
FILE_HEADER_BYTES = 16
RECORD_HEADER_BYTES = 20
RECORD_TRAILER_BYTES = 32
RECORD_OVERHEAD_BYTES = RECORD_HEADER_BYTES + RECORD_TRAILER_BYTES

_FILE_HEADER = struct.Struct(">8sI")
_RECORD_HEADER = struct.Struct(">4sIQ")
_CRC = struct.Struct(">I")


class RecordDamagedError(ValueError):
    """Bytes that are no record: the message names the field."""


class RecordIncompleteError(RecordDamagedError):
    """Fewer bytes than the record needs: what an interrupted write leaves behind."""


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """Block number and payload length in bytes."""

    number: int
    payload_bytes: int

    @property
    def record_bytes(self) -> int:
        """Length of the whole record."""
        return self.payload_bytes + RECORD_OVERHEAD_BYTES


def file_header(file_number: int) -> bytes:
    """The 16 bytes that open block file `file_number`."""
    head = _FILE_HEADER.pack(FILE_MAGIC, file_number)
    return head + _CRC.pack(zlib.crc32(head))


def check_file_header(data: bytes, file_number: int) -> None:
    """Raises RecordIncompleteError or RecordDamagedError unless `data` opens block file `file_number`."""
    if len(data) < FILE_HEADER_BYTES:
        raise RecordIncompleteError(f"file header: {len(data)} of {FILE_HEADER_BYTES} bytes")
    if data[:FILE_HEADER_BYTES] != file_header(file_number):
        raise RecordDamagedError(f"file header: not that of file {file_number}")


def encode_record(number: int, payload: bytes) -> bytes:
    """One block as it stands in the file."""
    return b"".join(record_parts(number, payload))


def record_parts(number: int, payload: bytes) -> tuple[bytes, bytes, bytes]:
    """The same in its three parts: record header, payload, checksum."""
    head = _RECORD_HEADER.pack(RECORD_MAGIC, len(payload), number)
    head += _CRC.pack(zlib.crc32(head))
    digest = hashlib.sha256(head)
    digest.update(payload)
    return head, payload, digest.digest()


def decode_record_header(data: bytes, block_bytes_max: int) -> RecordHeader:
    """Read the first 20 bytes of a record. Raises RecordIncompleteError or RecordDamagedError."""
    if len(data) < RECORD_HEADER_BYTES:
        raise RecordIncompleteError(f"record header: {len(data)} of {RECORD_HEADER_BYTES} bytes")
    magic, length, number = _RECORD_HEADER.unpack_from(data)
    (crc,) = _CRC.unpack_from(data, _RECORD_HEADER.size)
    if crc != zlib.crc32(data[: _RECORD_HEADER.size]):
        raise RecordDamagedError("record header: checksum differs")
    if magic != RECORD_MAGIC:
        raise RecordDamagedError(f"record header: magic {magic!r}")
    if length > block_bytes_max:
        raise RecordDamagedError(f"record header: {length} bytes, at most {block_bytes_max}")
    return RecordHeader(number, length)


def decode_record(data: bytes, block_bytes_max: int) -> tuple[int, bytes]:
    """Read one whole record: block number and payload. Raises RecordIncompleteError or RecordDamagedError."""
    header = decode_record_header(data, block_bytes_max)
    if len(data) < header.record_bytes:
        raise RecordIncompleteError(
            f"record of block {header.number}: {len(data)} of {header.record_bytes} bytes"
        )
    end = RECORD_HEADER_BYTES + header.payload_bytes
    body = memoryview(data)[:end]
    if hashlib.sha256(body).digest() != data[end : header.record_bytes]:
        raise RecordDamagedError(f"record of block {header.number}: SHA-256 differs")
    return header.number, data[RECORD_HEADER_BYTES:end]
