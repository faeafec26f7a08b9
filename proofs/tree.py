"""Growing trees: a frontier that only appends, and a whole tree in memory that also proves.

The frontier is the compact range [0, size): the roots of the tree's complete subtrees, largest first, one for
each bit of the size. It is all that appending needs (RFC 9162 section 2.1.2), at most 63 hashes, and what a
snapshot carries so that a second auditor goes on from there.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from tanhui.proofs import merkle
from tanhui.proofs.errors import MerkleError
from tanhui.proofs.tree_blocks import (
    BAND,
    BLOCK_BYTES,
    BUFFER_MASK,
    BUFFER_SHIFT,
    MASK,
    SIBLINGS,
    WIDTH,
    Band,
)


class Frontier:
    """A tree of which only the right edge is kept: O(log n) memory, amortised one hash an append.

    Args:
        size: leaves so far.
        hashes: roots of the complete subtrees, largest first, one for each bit set in `size`.

    Raises:
        MerkleError: number or length of the hashes does not fit the size.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= merkle.SIZE_MAX or size.bit_count() != len(hashes):
            raise MerkleError("merkle.frontier", f"{len(hashes)} subtrees for a tree of {size}")
        if any(len(one) != merkle.HASH_BYTES for one in hashes):
            raise MerkleError("merkle.hash_length", "a subtree's hash is not 32 bytes")
        self._size = size
        self._hashes = list(hashes)

    @property
    def size(self) -> int:
        """Leaves so far."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Roots of the complete subtrees, largest first."""
        return tuple(self._hashes)

    def append(self, leaf_hash: bytes) -> int:
        """Add one hashed leaf; returns its index."""
        self.extend((leaf_hash,))
        return self._size - 1

    def extend(self, leaf_hashes: Sequence[bytes]) -> None:
        """Add hashed leaves, all or none of them."""
        if any(len(one) != merkle.HASH_BYTES for one in leaf_hashes):
            raise MerkleError("merkle.hash_length", "a leaf's hash is not 32 bytes")
        hashes = self._hashes
        for carry, leaf in enumerate(leaf_hashes, self._size):
            node = leaf
            while carry & 1:
                node = sha256(b"\x01" + hashes.pop() + node).digest()
                carry >>= 1  # noqa: PLW2901 - the bits are used up one by one
            hashes.append(node)
        self._size += len(leaf_hashes)

    def root(self) -> bytes:
        """The tree's root (RFC 9162 section 2.1.1)."""
        return merkle.fold(self._hashes) if self._hashes else merkle.EMPTY_ROOT

    def copy(self) -> "Frontier":
        """An independent copy, to try an append on."""
        return Frontier(self._size, self._hashes)


class Tree:
    """A whole tree in memory: appends, roots at any size, proofs. About 75 bytes a leaf.

    For one batch's records, for tests, and for logs that fit memory; a log on disk is `tanhui.proofs.log_reader`.
    A proof of n levels touches n / 8 blocks, each in one place: in a large tree memory, not arithmetic, is what a proof
    waits for.
    """

    __slots__ = ("_edge_of", "_sealed", "_size", "_tails")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        # _tails[k] are the roots of complete subtrees over 2^k leaves that stand in no sealed block yet;
        # _sealed[b] are the blocks over the levels 8b to 8b + 7.
        self._tails: list[list[bytes]] = [[]]
        self._sealed = [Band(huge=False)]
        self._size = 0
        self._edge_of: tuple[int, list[bytes]] = (0, [])
        self.extend(leaf_hashes)

    @property
    def size(self) -> int:
        """Leaves so far."""
        return self._size

    def append(self, entry: bytes) -> int:
        """Hash and add one entry; returns its index."""
        return self._add(sha256(b"\x00" + entry).digest())

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add hashed leaves."""
        for one in leaf_hashes:
            self._add(one)

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, of all by default.

        Raises:
            MerkleError: more leaves than the tree has.
        """
        size = self._size if size is None else size
        self._check_size(size)
        return self._range_root(0, size) if size else merkle.EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that leaf `index` stands in the tree of the first `size` leaves (RFC 9162 section 2.1.3.1).

        Raises:
            MerkleError: not 0 <= index < size <= leaves.
        """
        size = self._size if size is None else size
        if not 0 <= index < size <= self._size:
            raise MerkleError("merkle.index", f"leaf {index} of a tree of {size} in a log of {self._size}")
        proof: list[bytes] = []
        last = size - 1
        # Left of the last block, and in it when it is whole, every sibling is a whole subtree, and the hashes of a
        # band come from one block: so far as the index's block is not the last one's, or the size has no remainder.
        bands = max(((index ^ last).bit_length() - 1) // BAND, ((size & -size).bit_length() - 1) // BAND)
        for band in self._sealed[:bands]:
            number = index >> BAND
            buffer = band.buffers[number >> BUFFER_SHIFT]
            proof += SIBLINGS[index & MASK](buffer, (number & BUFFER_MASK) * BLOCK_BYTES)
            index = number
        height = bands * BAND
        last >>= height
        if last:
            edge = self._edge(size)
            tails, unsealed = self._tails, len(self._sealed) * BAND
            while last:
                sibling = index ^ 1
                if sibling < last:
                    proof.append(
                        tails[height][sibling] if height >= unsealed else self._node(height, sibling)
                    )
                elif sibling == last:
                    proof.append(edge[height])
                index >>= 1
                last >>= 1
                height += 1
        return proof

    def consistency_proof(self, old_size: int, new_size: int | None = None) -> list[bytes]:
        """Proof that the first `old_size` leaves are a prefix of `new_size` (RFC 9162 section 2.1.4.1).

        Raises:
            MerkleError: not 0 <= old_size <= new_size <= leaves.
        """
        new_size = self._size if new_size is None else new_size
        self._check_size(new_size)
        return [self._range_root(begin, end) for begin, end in merkle.consistency_ranges(old_size, new_size)]

    def frontier(self) -> Frontier:
        """The compact range over all leaves."""
        parts = merkle.complete_subtrees(0, self._size)
        return Frontier(self._size, [self._node(level, index) for level, index in parts])

    def _add(self, leaf: bytes) -> int:
        tails = self._tails
        index = carry = self._size
        tails[0].append(leaf)
        node = leaf
        height = 0
        while carry & 1:
            node = sha256(b"\x01" + tails[height][-2] + node).digest()
            height += 1
            if height == len(tails):
                tails.append([])
            tails[height].append(node)
            carry >>= 1
        self._size = index + 1
        if index & MASK == MASK:
            self._seal()
        return index

    def _seal(self) -> None:
        """Move each full band's hashes into a block, from the leaves up as far as bands are full."""
        for band, bottom in enumerate(range(0, len(self._tails), BAND)):
            if len(self._tails[bottom]) < WIDTH:
                return
            if band == len(self._sealed):
                self._sealed.append(Band(huge=True))
            levels = self._tails[bottom : bottom + BAND]
            self._sealed[band].add(levels)
            for level in levels:
                level.clear()

    def _node(self, height: int, index: int) -> bytes:
        """Root of the complete subtree over leaves [index·2^height, (index + 1)·2^height)."""
        band, inner = divmod(height, BAND)
        number, within = divmod(index, WIDTH >> inner)
        if band < len(self._sealed) and number < self._sealed[band].full:
            return self._sealed[band].node(number, inner, within)
        return self._tails[height][within]

    def _range_root(self, begin: int, end: int) -> bytes:
        parts = merkle.complete_subtrees(begin, end)
        return merkle.fold([self._node(level, index) for level, index in parts])

    def _edge(self, size: int) -> list[bytes]:
        """Roots of the last, perhaps incomplete, subtree at each height of the tree of `size` leaves.

        Kept for the size asked last: every proof at one checkpoint shares them.
        """
        if self._edge_of[0] != size:
            last = size - 1
            node = self._node(0, last)
            edge = [node]
            height = 0
            while last:
                if last & 1:
                    node = sha256(b"\x01" + self._node(height, last - 1) + node).digest()
                edge.append(node)
                last >>= 1
                height += 1
            self._edge_of = (size, edge)
        return self._edge_of[1]

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self._size:
            raise MerkleError("merkle.size", f"{size} leaves of a tree of {self._size}")
