"""The blocks in which a tree's hashes lie in memory: what a proof of a large tree waits for is memory, not arithmetic.

A block holds eight levels: the 256 + 128 + … + 2 hashes above 256 nodes, as a tile's subtree does (C2SP tlog-tiles).
Inside it the levels lie four by four: sixteen groups of the 16 + 8 + 4 + 2 hashes above 16 nodes, then one group above
the sixteen. So a proof asks two groups for its eight hashes, each in 15 lines of the cache that stand together.
Blocks lie side by side in buffers of 4 MiB, on huge pages where the system has them: an address costs less to find.
"""

import mmap
import sys
from collections.abc import Sequence
from operator import itemgetter
from struct import Struct
from typing import Final

from tanhui.proofs import merkle

BAND: Final = 8
"""Levels of a block."""
WIDTH: Final = 1 << BAND
"""Nodes at a block's lowest level."""
MASK: Final = WIDTH - 1

_INNER: Final = BAND // 2
_GROUP: Final = (2 << _INNER) - 2
"""Hashes of a group: 16 + 8 + 4 + 2."""
_GROUPS: Final = WIDTH >> _INNER
BLOCK_BYTES: Final = 2 * WIDTH * merkle.HASH_BYTES
"""16 KiB, of which 64 bytes are left free."""
_BUFFER: Final = 8
BUFFER_MASK: Final = (1 << _BUFFER) - 1
BUFFER_SHIFT: Final = _BUFFER
"""256 blocks stand in one buffer."""


def _place(level: int, index: int) -> int:
    """Where node `index` of a block's level stands in the block, in hashes."""
    lower = level < _INNER
    group = index >> (_INNER - level) if lower else _GROUPS
    level %= _INNER
    within = index & (_GROUPS >> level) - 1
    return group * _GROUP + (2 * _GROUPS - (2 * _GROUPS >> level)) + within


def _siblings(within: int) -> Struct:
    """What takes the eight siblings on the path of node `within` out of a block, lowest first."""
    form, at = "", 0
    for level in range(BAND):
        found = _place(level, within >> level ^ 1) * merkle.HASH_BYTES
        form += f"{found - at}x{merkle.HASH_BYTES}s"
        at = found + merkle.HASH_BYTES
    return Struct(form)


SIBLINGS: Final = [_siblings(within).unpack_from for within in range(WIDTH)]
"""By the node's number at the block's lowest level; each takes a buffer and where the block begins in it."""

_NODES: Final = [(level, index) for level in range(BAND) for index in range(WIDTH >> level)]
_IN_PLACE: Final = itemgetter(*sorted(range(len(_NODES)), key=lambda at: _place(*_NODES[at])))


class Band:
    """The blocks over eight levels of one tree. Grows by whole blocks.

    Attributes:
        buffers: of 2^BUFFER_SHIFT blocks each.
        full: how many blocks there are.
    """

    __slots__ = ("_huge", "buffers", "full")

    def __init__(self, *, huge: bool) -> None:
        """`huge` where the tree is large already; else only what follows the first buffer asks for huge pages."""
        self.buffers: list[mmap.mmap] = []
        self.full = 0
        self._huge = huge

    def add(self, levels: Sequence[Sequence[bytes]]) -> None:
        """One more block: the nodes of its eight levels, lowest first."""
        if self.full & BUFFER_MASK == 0:
            self.buffers.append(_buffer(huge=self._huge or bool(self.buffers)))
        begin = (self.full & BUFFER_MASK) * BLOCK_BYTES
        nodes = [node for level in levels for node in level]
        packed = b"".join(_IN_PLACE(nodes))
        self.buffers[-1][begin : begin + len(packed)] = packed
        self.full += 1

    def node(self, number: int, level: int, index: int) -> bytes:
        """Node `index` of a level of block `number`."""
        at = (number & BUFFER_MASK) * BLOCK_BYTES + _place(level, index) * merkle.HASH_BYTES
        return self.buffers[number >> BUFFER_SHIFT][at : at + merkle.HASH_BYTES]


def _buffer(*, huge: bool) -> mmap.mmap:
    """Memory that is taken as it is filled: by pages of 4 KiB, or by huge ones."""
    size = BLOCK_BYTES << BUFFER_SHIFT
    if sys.platform == "win32":
        return mmap.mmap(-1, size)
    made = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if huge and hasattr(mmap, "MADV_HUGEPAGE"):
        made.madvise(mmap.MADV_HUGEPAGE)
    return made
