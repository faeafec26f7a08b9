"""Fixed-width binary layouts for what is written often or in bulk (state.md, State).

Big-endian, no padding, so that bytes sort as the values do. A layout is named in the docs byte by byte; this
helper makes the one that the code uses the one that the docs can print.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Any, Final

WIDTHS: Final = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i64": "q"}


class PackedError(ValueError):
    """Bytes that are not a whole number of records of this layout."""


class Layout:
    """A fixed-width record: named fields, each u8, u16, u32, u64, i64 or `bytes` with a length ("b16")."""

    def __init__(self, *fields: tuple[str, str]) -> None:
        self.fields = fields
        codes = (WIDTHS.get(kind) or f"{int(kind[1:])}s" for _, kind in fields)
        self._struct = struct.Struct(">" + "".join(codes))
        self.size = self._struct.size
        self.pack = self._struct.pack
        self.unpack_from = self._struct.unpack_from

    def pack_all(self, records: Iterable[tuple[Any, ...]]) -> bytes:
        """The records one after the other."""
        pack = self._struct.pack
        return b"".join([pack(*record) for record in records])

    def unpack_all(self, data: bytes | memoryview) -> Iterator[tuple[Any, ...]]:
        """The records in `data`, in order.

        Raises:
            PackedError: `data` does not hold a whole number of records.
        """
        if len(data) % self.size:
            raise PackedError(f"{len(data)} bytes are no whole number of {self.size}-byte records")
        return self._struct.iter_unpack(data)

    def offsets(self) -> list[tuple[str, str, int]]:
        """(name, kind, first byte) of each field: what the docs print."""
        rows, at = [], 0
        for name, kind in self.fields:
            rows.append((name, kind, at))
            at += struct.calcsize(">" + (WIDTHS.get(kind) or f"{int(kind[1:])}s"))
        return rows
