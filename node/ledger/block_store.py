"""Append-only block files, rolled by size.

They are `blocks/000000.blk`, `blocks/000001.blk` and so on. One writer, any number of readers. A record is
durable when `append` returns.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from tanhui.node.ledger.block_file import (
    FILE_HEADER_BYTES,
    RECORD_HEADER_BYTES,
    RecordDamagedError,
    RecordIncompleteError,
    check_file_header,
    decode_record,
    decode_record_header,
    file_header,
    record_parts,
)
from tanhui.node.ledger.crash_points import CrashPoint, CrashPoints
from tanhui.node.ledger.errors import LedgerCorruptError

OPEN_READERS_MAX = 16
"""Read descriptors kept open; the least recently used is closed."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record stands: file number, byte offset, record length in bytes."""

    file: int
    offset: int
    record_bytes: int

    @property
    def end(self) -> int:
        """Offset of the byte after the record."""
        return self.offset + self.record_bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A record found by a scan, checksum verified."""

    number: int
    payload: bytes
    location: Location


@dataclass(frozen=True, slots=True)
class Tail:
    """What a scan found after the last good record: a damaged or incomplete one.

    `last` tells that no further file follows, which an interrupted write requires.
    """

    file: int
    offset: int
    bytes_left: int
    incomplete: bool
    last: bool
    reason: str


class BlockStore:
    """The block files of one ledger. `open_for_append` must precede `append`."""

    def __init__(
        self,
        folder: Path,
        *,
        file_bytes_max: int,
        block_bytes_max: int,
        crash_points: CrashPoints | None = None,
    ) -> None:
        self._folder = folder
        self._file_bytes_max = file_bytes_max
        self._block_bytes_max = block_bytes_max
        self._crash_points = crash_points
        self._readers: OrderedDict[int, int] = OrderedDict()
        self._readers_lock = Lock()
        self._writer: int | None = None
        self._file = 0
        self._offset = 0

    @property
    def end(self) -> tuple[int, int]:
        """File number and offset at which the next record goes."""
        return self._file, self._offset

    def path(self, file: int) -> Path:
        """The block file with that number."""
        return self._folder / f"{file:06d}.blk"

    def files(self) -> list[int]:
        """Numbers of the files, ascending. Raises LedgerCorruptError on a gap."""
        names = sorted(entry.name for entry in self._folder.iterdir() if entry.name.endswith(".blk"))
        expected = [f"{number:06d}.blk" for number in range(len(names))]
        if names != expected:
            missing = sorted(set(expected) - set(names))
            raise LedgerCorruptError(self._folder, None, f"block files missing: {', '.join(missing)}")
        return list(range(len(names)))

    def read(self, location: Location) -> tuple[int, bytes]:
        """Block number and payload at `location`. Raises LedgerCorruptError."""
        with self._readers_lock:
            descriptor = self._reader(location.file)
            data = os.pread(descriptor, location.record_bytes, location.offset)
        try:
            return decode_record(data, self._block_bytes_max)
        except RecordDamagedError as damage:
            raise LedgerCorruptError(self.path(location.file), location.offset, str(damage)) from damage

    def scan(self, file: int = 0, offset: int = FILE_HEADER_BYTES) -> Iterator[Record | Tail]:
        """Every record from a position on; a Tail, if any, is the last item. Holds one record in memory."""
        files = self.files()
        for number in files[file:]:
            is_last = number == files[-1]
            start = offset if number == file else FILE_HEADER_BYTES
            for item in self._scan_file(number, start, is_last=is_last):
                yield item
                if isinstance(item, Tail):
                    return

    def _scan_file(self, file: int, offset: int, *, is_last: bool) -> Iterator[Record | Tail]:
        with self.path(file).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            try:
                check_file_header(stream.read(FILE_HEADER_BYTES), file)
            except RecordDamagedError as damage:
                yield Tail(file, 0, size, isinstance(damage, RecordIncompleteError), is_last, str(damage))
                return
            stream.seek(offset)
            while offset < size:
                try:
                    head = stream.read(RECORD_HEADER_BYTES)
                    header = decode_record_header(head, self._block_bytes_max)
                    rest = stream.read(header.record_bytes - RECORD_HEADER_BYTES)
                    block_number, payload = decode_record(head + rest, self._block_bytes_max)
                except RecordDamagedError as damage:
                    incomplete = isinstance(damage, RecordIncompleteError)
                    yield Tail(file, offset, size - offset, incomplete, is_last, str(damage))
                    return
                yield Record(block_number, payload, Location(file, offset, header.record_bytes))
                offset += header.record_bytes

    def open_for_append(self, file: int, offset: int) -> None:
        """Continue at a position, durably cutting off what stands behind it; offset 0 makes the file anew."""
        for number in reversed(self.files()):
            if number > file:
                self.path(number).unlink()
        if self._writer is not None:
            os.close(self._writer)
        self._writer = os.open(self.path(file), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._writer, offset)
        if offset < FILE_HEADER_BYTES:
            os.ftruncate(self._writer, 0)
            _write_all(self._writer, file_header(file), 0)
            offset = FILE_HEADER_BYTES
        os.fsync(self._writer)
        self._sync_folder()
        self._file, self._offset = file, offset

    def append(self, number: int, payload: bytes) -> Location:
        """Write one record and sync it."""
        parts = record_parts(number, payload)
        record_bytes = sum(map(len, parts))
        if self._offset > FILE_HEADER_BYTES and self._offset + record_bytes > self._file_bytes_max:
            self._roll()
        assert self._writer is not None, "open_for_append precedes append"
        start = self._offset
        if self._crash_points is None:
            _write_parts(self._writer, parts, start)
        else:
            record = b"".join(parts)
            half = len(record) // 2
            _write_all(self._writer, record[:half], start)
            self._crash_points(CrashPoint.BLOCK_HALF_WRITTEN)
            _write_all(self._writer, record[half:], start + half)
            self._crash_points(CrashPoint.BLOCK_WRITTEN)
        os.fdatasync(self._writer)
        self._offset = start + record_bytes
        return Location(self._file, start, record_bytes)

    def _roll(self) -> None:
        assert self._writer is not None
        os.close(self._writer)
        self._file += 1
        self._writer = os.open(
            self.path(self._file), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
        )
        _write_all(self._writer, file_header(self._file), 0)
        if self._crash_points is not None:
            self._crash_points(CrashPoint.FILE_ROLLED)
        self._offset = FILE_HEADER_BYTES
        self._sync_folder()

    def _reader(self, file: int) -> int:
        descriptor = self._readers.pop(file, None)
        if descriptor is None:
            descriptor = os.open(self.path(file), os.O_RDONLY | os.O_CLOEXEC)
            if len(self._readers) >= OPEN_READERS_MAX:
                os.close(self._readers.popitem(last=False)[1])
        self._readers[file] = descriptor
        return descriptor

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Release every descriptor."""
        with self._readers_lock:
            while self._readers:
                os.close(self._readers.popitem()[1])
        if self._writer is not None:
            os.close(self._writer)
            self._writer = None


def _write_parts(descriptor: int, parts: Sequence[bytes], offset: int) -> None:
    """Write the parts one behind the other, without putting them together first: a payload is large."""
    written = os.pwritev(descriptor, parts, offset)
    if written < sum(map(len, parts)):
        _write_all(descriptor, b"".join(parts)[written:], offset + written)


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written
