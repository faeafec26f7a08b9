"""The blocks in which a tree's hashes lie in memory: what a proof of a large tree waits for is memory, not arithmetic.

A block holds eight levels: the 256 + 128 + … + 2 hashes above 256 nodes, as a tile's subtree does (C2SP tlog-tiles).
They lie in sixteen groups, one for each 16 of the nodes, and a group holds all that a proof of one of its nodes asks
for: 16 + 8 + 4 + 2 hashes of its own, and the four above it, which its neighbours hold too. So a proof's eight hashes
stand within 1,088 bytes, in five or six lines of the cache, where level beside level they stood in eight, on two pages.
Blocks lie side by side in buffers of 34 MiB, on huge pages where the system has them: an address costs less to find.
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
"""Levels of a group."""
_GROUP: Final = (2 << _INNER) - 2 + BAND - _INNER
"""Hashes of a group: 16 + 8 + 4 + 2, and four above."""
_RECORD: Final = 3
"""Two nodes side by side, and their parent's sibling: a proof of what lies below either asks for two of the three."""
BLOCK_BYTES: Final = (WIDTH >> _INNER) * _GROUP * merkle.HASH_BYTES
"""17 KiB: 68 bytes a node of the lowest level."""
_BUFFER: Final = 11
BUFFER_MASK: Final = (1 << _BUFFER) - 1
BUFFER_SHIFT: Final = _BUFFER
"""2,048 blocks stand in one buffer, which is then a whole number of huge pages of 2 MiB."""


def _place(within: int, level: int) -> int:
    """Where the sibling stands, at a level, of the node above node `within` of the lowest; in hashes."""
    group = (within >> _INNER) * _GROUP
    if level >= _INNER:
        return group + _GROUP - BAND + level
    pair, upper = divmod(level, 2)
    own = (within & (1 << _INNER) - 1) >> level
    begin = group + pair * (_RECORD << _INNER - 1)
    return begin + _RECORD * own + 2 if upper else begin + _RECORD * (own >> 1) + (own & 1 ^ 1)


def _siblings(within: int) -> Struct:
    """What takes the eight siblings on the path of node `within` out of a block, lowest first."""
    form, at = "", 0
    for level in range(BAND):
        found = _place(within, level) * merkle.HASH_BYTES
        form += f"{found - at}x{merkle.HASH_BYTES}s"
        at = found + merkle.HASH_BYTES
    return Struct(form)


SIBLINGS: Final = [_siblings(within).unpack_from for within in range(WIDTH)]
"""By the node's number at the block's lowest level; each takes a buffer and where the block begins in it."""

_FIRST_OF: Final = [sum(WIDTH >> below for below in range(level)) for level in range(BAND)]
"""Where each level begins when a block's levels stand one behind the other."""
_PLACED: Final = {
    _place(within, level): _FIRST_OF[level] + (within >> level ^ 1)
    for within in range(WIDTH)
    for level in range(BAND)
}
_IN_PLACE: Final = itemgetter(*(_PLACED[place] for place in range(len(_PLACED))))
"""From the levels one behind the other to the block's order."""


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
        place = _place((index ^ 1) << level, level)
        at = (number & BUFFER_MASK) * BLOCK_BYTES + place * merkle.HASH_BYTES
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
