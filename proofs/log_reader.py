"""Reading a log from its static files, wherever they lie: proofs, entries, and a check of the whole.

The reader is given a function from path to bytes, so that a folder, an HTTP client of the caller's and a
test all serve. What it returns is what the files say: proofs are verified by who uses them, and `check`
recomputes a folder.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path

from tanhui.proofs import merkle, tiles
from tanhui.proofs.errors import FormatError, MerkleError
from tanhui.proofs.tiles import HEIGHT, WIDTH, TileId
from tanhui.proofs.tree import Frontier

CHECKPOINT_PATH = "checkpoint"
COSIGNED_PATH = "cosigned"
"""The newest checkpoint to which cosignatures were added: the one for bundles, while the newest still waits."""
CACHED_TILES_MAX = 4096
"""Tiles kept with their inner levels, about 50 KiB each at most: 200 MB when every one is full."""

Read = Callable[[str], bytes | None]


def folder(root: Path) -> Read:
    """Reads below a folder; None where a file is absent."""

    def read(path: str) -> bytes | None:
        try:
            return (root / path).read_bytes()
        except FileNotFoundError:
            return None

    return read


class LogReader:
    """A log of `size` leaves, as its files stand.

    Args:
        read: bytes of a path below the log's prefix, None where there are none.
        size: leaves, from a checkpoint that the caller verified.
        cached_tiles_max: tiles kept in memory.
    """

    def __init__(self, read: Read, size: int, cached_tiles_max: int = CACHED_TILES_MAX) -> None:
        self._read = read
        self.size = size
        self._cached_tiles_max = cached_tiles_max
        # Inner levels of each tile, from its own hashes upwards; full tiles never change.
        self._cache: OrderedDict[tuple[int, int, int], list[list[bytes]]] = OrderedDict()

    def at_size(self, size: int) -> "LogReader":
        """A reader of the same log at another size; both share one cache, and so one thread."""
        made = copy(self)
        made.size = size
        return made

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, of all by default.

        Raises:
            MerkleError: more leaves than the log has.
            FormatError: a tile is missing or malformed.
        """
        size = self._checked(size)
        return self._range_root(0, size) if size else merkle.EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof for leaf `index` in the tree of the first `size` leaves (RFC 9162 section 2.1.3.1).

        Raises:
            MerkleError: out of range.
            FormatError: a tile is missing or malformed.
        """
        ranges = merkle.inclusion_ranges(index, self._checked(size))
        return [self._range_root(begin, end) for begin, end in ranges]

    def consistency_proof(self, old_size: int, new_size: int | None = None) -> list[bytes]:
        """Proof that the log only grew from `old_size` to `new_size` (RFC 9162 section 2.1.4.1).

        Raises:
            MerkleError: out of range.
            FormatError: a tile is missing or malformed.
        """
        ranges = merkle.consistency_ranges(old_size, self._checked(new_size))
        return [self._range_root(begin, end) for begin, end in ranges]

    def frontier(self) -> Frontier:
        """The compact range over all leaves: what a snapshot carries.

        Raises:
            FormatError: a tile is missing or malformed.
        """
        parts = merkle.complete_subtrees(0, self.size)
        return Frontier(self.size, [self._node(level, index) for level, index in parts])

    def entry(self, index: int) -> bytes:
        """One entry's bytes.

        Raises:
            MerkleError: out of range.
            FormatError: its bundle is missing or malformed.
        """
        if not 0 <= index < self.size:
            raise MerkleError("merkle.index", f"leaf {index} of a log of {self.size}")
        return self._bundle(index // WIDTH)[index % WIDTH]

    def first_with(self, part: bytes) -> int | None:
        """Index of the first entry that contains these bytes; None when none does. Reads every entry before it.

        Raises:
            FormatError: a bundle is missing or malformed.
        """
        for bundle in range(-(-self.size // WIDTH)):
            if part in self._bundle_bytes(bundle):
                for within, entry in enumerate(self._bundle(bundle)):
                    if part in entry:
                        return bundle * WIDTH + within
        return None

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """The entries from `start` on, in order.

        Raises:
            FormatError: a bundle is missing or malformed.
        """
        for bundle in range(start // WIDTH, -(-self.size // WIDTH)):
            yield from self._bundle(bundle)[max(0, start - bundle * WIDTH) :]

    def tile(self, level: int, index: int) -> list[bytes]:
        """The hashes of one tile as far as the log reaches.

        Raises:
            FormatError: it is missing or malformed.
        """
        return list(self._tile(level, index)[0])

    def check(self) -> bytes:
        """Recompute the whole log from its entries and compare every tile; returns the root.

        Raises:
            FormatError: a file is missing or malformed.
            MerkleError: a tile holds another hash than its entries or lower tiles give.
        """
        level: list[bytes] = [merkle.leaf_hash(entry) for entry in self.entries()]
        root = merkle.root_of_hashes(level)
        height = 0
        while level:
            for index in range(-(-len(level) // WIDTH)):
                expected = level[index * WIDTH : (index + 1) * WIDTH]
                if self._tile(height, index)[0] != expected:
                    raise MerkleError(
                        "log.tile", f"{TileId(height, index).path()} is not what its leaves give"
                    )
            whole = len(level) // WIDTH
            level = [merkle.root_of_hashes(level[at * WIDTH : (at + 1) * WIDTH]) for at in range(whole)]
            height += 1
        return root

    def _range_root(self, begin: int, end: int) -> bytes:
        parts = merkle.complete_subtrees(begin, end)
        return merkle.fold([self._node(level, index) for level, index in parts])

    def _node(self, height: int, index: int) -> bytes:
        """Root of the complete subtree over leaves [index·2^height, (index + 1)·2^height)."""
        level, inner = divmod(height, HEIGHT)
        tile, within = divmod(index, WIDTH >> inner)
        levels = self._tile(level, tile)
        while len(levels) <= inner:
            below = levels[-1]
            pairs = zip(below[::2], below[1::2], strict=False)
            levels.append([merkle.node_hash(left, right) for left, right in pairs])
        return levels[inner][within]

    def _tile(self, level: int, index: int) -> list[list[bytes]]:
        width = tiles.width_at(level, index, self.size)
        key = (level, index, width)
        found = self._cache.get(key)
        if found is None:
            data = self._load(TileId(level, index, width), width * merkle.HASH_BYTES)
            found = self._cache[key] = [tiles.parse_hashes(data, width)]
            while len(self._cache) > self._cached_tiles_max:
                self._cache.popitem(last=False)
        else:
            self._cache.move_to_end(key)
        return found

    def _load(self, tile: TileId, cut: int | None) -> bytes:
        """A tile's bytes; a partial one may since have become full, and then its beginning serves."""
        data = self._read(tile.path())
        if data is None and tile.width != WIDTH:
            data = self._read(tile.full().path())
            if data is not None and cut is not None:
                data = data[:cut]
        if data is None:
            raise FormatError("log.missing", f"{tile.path()} is missing")
        return data

    def _bundle(self, index: int) -> list[bytes]:
        width = tiles.width_at(0, index, self.size)
        tile = TileId(None, index, width)
        data = self._read(tile.path())
        if data is not None:
            return tiles.parse_entries(data, width)
        return tiles.parse_entries(self._load(tile.full(), None), WIDTH)[:width]

    def _bundle_bytes(self, index: int) -> bytes:
        return self._load(TileId(None, index, tiles.width_at(0, index, self.size)), None)

    def _checked(self, size: int | None) -> int:
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise MerkleError("merkle.size", f"{size} leaves of a log of {self.size}")
        return size
