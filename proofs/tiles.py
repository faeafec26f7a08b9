"""Tiles (C2SP tlog-tiles): how a log's hashes and entries lie in static files. Pure arithmetic, no I/O.

A full tile holds 256 hashes of one level: at level 0 of leaves, above it the roots of the full tiles below.
The last tile of a level may be partial, 1 to 255 hashes, and is never hashed upwards. Entry bundles hold
the entries of one level-0 tile, each after its length as 2 bytes big-endian.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tanhui.proofs import merkle
from tanhui.proofs.errors import FormatError, MerkleError

WIDTH = 256
HEIGHT = 8
"""Levels of the tree within one tile: 256 = 2^8."""
ENTRY_BYTES_MAX = 65_535
BUNDLE_BYTES_MAX = WIDTH * (2 + ENTRY_BYTES_MAX)
LEVEL_MAX = 63
_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class TileId:
    """A tile of hashes at `level`, or with level None the entry bundle, `width` wide (256 when full)."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= LEVEL_MAX:
            raise FormatError("tile.level", f"level {self.level}")
        if self.index < 0 or not 1 <= self.width <= WIDTH:
            raise FormatError("tile.index", f"tile {self.index}, {self.width} wide")

    def path(self) -> str:
        """The file's path below the log's prefix; index 1234067 is x001/x234/067."""
        level = "entries" if self.level is None else str(self.level)
        rest, last = divmod(self.index, 1000)
        name = f"{last:03d}"
        while rest:
            rest, part = divmod(rest, 1000)
            name = f"x{part:03d}/{name}"
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{name}{suffix}"

    def full(self) -> "TileId":
        """The same tile once it is full."""
        return TileId(self.level, self.index)


def parse_path(path: str) -> TileId:
    """The tile that a path names; each tile has one path.

    Raises:
        FormatError: no tile's path.
    """
    match = _PATH.match(path)
    if match is None or len(path) > 100:
        raise FormatError("tile.path", f"{path[:100]!r} names no tile")
    level, name, width = match.groups()
    index = int(name.replace("x", "").replace("/", ""))
    found = TileId(None if level == "entries" else int(level), index, int(width) if width else WIDTH)
    if found.path() != path:
        raise FormatError("tile.path", f"{path[:100]!r} is not the path of its tile")
    return found


def width_at(level: int, index: int, size: int) -> int:
    """Hashes in tile `index` of `level` for a tree of `size` leaves: 0 when the tile does not exist yet."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))


def tiles_between(old_size: int, new_size: int) -> list[TileId]:
    """The tiles of hashes that a log writes when it grows from `old_size` to `new_size`, level by level.

    Raises:
        MerkleError: sizes out of order.
    """
    if not 0 <= old_size <= new_size <= merkle.SIZE_MAX:
        raise MerkleError("merkle.size", f"from {old_size} to {new_size} leaves")
    found: list[TileId] = []
    level = 0
    while new_size >> (HEIGHT * level):
        old, new = old_size >> (HEIGHT * level), new_size >> (HEIGHT * level)
        if old != new:
            last = (new - 1) // WIDTH
            found.extend(
                TileId(level, index, width_at(level, index, new_size))
                for index in range(old // WIDTH, last + 1)
            )
        level += 1
    return found


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle of 1 to 256 entries.

    Raises:
        FormatError: none or too many, or an entry beyond 65,535 bytes.
    """
    if not 1 <= len(entries) <= WIDTH:
        raise FormatError("tile.entries", f"{len(entries)} entries in a bundle")
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise FormatError("tile.entry", f"an entry of {len(entry)} bytes, at most {ENTRY_BYTES_MAX}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_entries(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle, exactly `width` of them.

    Raises:
        FormatError: a truncated entry, too few, or trailing bytes.
    """
    entries: list[bytes] = []
    at = 0
    while len(entries) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise FormatError("tile.entries", f"{len(entries)} whole entries, not {width}")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data):
        raise FormatError("tile.entries", f"{len(data) - at} bytes after the last of {width} entries")
    return entries


def parse_hashes(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile, exactly `width` of them.

    Raises:
        FormatError: another length.
    """
    if len(data) != width * merkle.HASH_BYTES:
        raise FormatError("tile.hashes", f"{len(data)} bytes, not {width} hashes")
    return [data[at : at + merkle.HASH_BYTES] for at in range(0, len(data), merkle.HASH_BYTES)]
