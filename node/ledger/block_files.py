"""A ledger's blocks read from its files alone: beside the process that has the ledger open, without its lock.

Block files only grow, and a record is complete before anybody learns of its block. The index in LevelDB belongs
to the process that holds the lock; here a block is found by the numbers in the records' headers.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fabric_protos.common import common_pb2

from tanhui.node.ledger.block_file import (
    FILE_HEADER_BYTES,
    RECORD_HEADER_BYTES,
    RecordDamagedError,
    RecordHeader,
    check_file_header,
    decode_record,
    decode_record_header,
)
from tanhui.node.ledger.block_store import Location
from tanhui.node.ledger.errors import BlockNotFoundError, LedgerCorruptError
from tanhui.node.ledger.options import LedgerOptions
from tanhui.node.ledger.recovery import parse_block


class BlockFiles:
    """Reads blocks by number; reading them in order costs one seek each.

    Args:
        ledger: the ledger's folder, which holds `blocks/`.
        block_bytes_max: a longer record is corruption.
    """

    def __init__(self, ledger: Path, block_bytes_max: int = LedgerOptions().block_bytes_max) -> None:
        self._folder = ledger / "blocks"
        self._block_bytes_max = block_bytes_max
        self._next: tuple[int, Location] | None = None
        """Number and place of the block after the one read last, as far as it stands in the same file."""

    def block(self, number: int) -> common_pb2.Block:
        """Raises BlockNotFoundError, LedgerCorruptError."""
        payload = self.block_bytes(number)
        return parse_block(self._folder, 0, payload)

    def block_bytes(self, number: int) -> bytes:
        """The serialised block, checksum verified. Raises BlockNotFoundError, LedgerCorruptError."""
        location = self._location(number)
        path = self._path(location.file)
        with path.open("rb") as stream:
            stream.seek(location.offset)
            data = stream.read(location.record_bytes)
            try:
                found, payload = decode_record(data, self._block_bytes_max)
            except RecordDamagedError as damage:
                raise LedgerCorruptError(path, location.offset, str(damage)) from damage
            following = self._header(stream, path, location.end)
        self._next = None
        if following is not None:
            self._next = (number + 1, Location(location.file, location.end, following.record_bytes))
        assert found == number, "the header that led here is part of the record"
        return payload

    def _location(self, number: int) -> Location:
        if self._next is not None and self._next[0] == number:
            return self._next[1]
        for file, offset, header in self._headers(self._file_of(number)):
            if header.number == number:
                return Location(file, offset, header.record_bytes)
        raise BlockNotFoundError(f"no block {number} in {self._folder}")

    def _file_of(self, number: int) -> int:
        """The last file whose first block is not beyond `number`."""
        low, high = 0, sum(1 for one in self._folder.glob("*.blk"))
        while high - low > 1:
            middle = (low + high) // 2
            first = next(self._headers(middle), None)
            if first is None or first[2].number > number:
                high = middle
            else:
                low = middle
        return low

    def _headers(self, file: int) -> Iterator[tuple[int, int, RecordHeader]]:
        path = self._path(file)
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            return
        with stream:
            try:
                check_file_header(stream.read(FILE_HEADER_BYTES), file)
            except RecordDamagedError:
                return
            offset = FILE_HEADER_BYTES
            while (header := self._header(stream, path, offset)) is not None:
                yield file, offset, header
                offset += header.record_bytes

    def _header(self, stream: BinaryIO, path: Path, offset: int) -> RecordHeader | None:
        """The record's header at `offset`; None at the end, where the writer may be amid a record."""
        stream.seek(offset)
        data = stream.read(RECORD_HEADER_BYTES)
        if len(data) < RECORD_HEADER_BYTES:
            return None
        try:
            return decode_record_header(data, self._block_bytes_max)
        except RecordDamagedError as damage:
            raise LedgerCorruptError(path, offset, str(damage)) from damage

    def _path(self, file: int) -> Path:
        return self._folder / f"{file:06d}.blk"
