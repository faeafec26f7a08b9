"""Growing trees: a frontier that only appends, and a whole tree in memory that also proves.

The frontier is the compact range [0, size): the roots of the tree's complete subtrees, largest first, one for
each bit of the size. It is all that appending needs (RFC 9162 section 2.1.2), at most 63 hashes, and what a
snapshot carries so that a second auditor goes on from there.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from tanhui.proofs import merkle
from tanhui.proofs.errors import MerkleError


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
        if len(leaf_hash) != merkle.HASH_BYTES:
            raise MerkleError("merkle.hash_length", f"leaf hash of {len(leaf_hash)} bytes")
        index = self._size
        node = leaf_hash
        carry = index
        while carry & 1:
            node = sha256(b"\x01" + self._hashes.pop() + node).digest()
            carry >>= 1
        self._hashes.append(node)
        self._size = index + 1
        return index

    def root(self) -> bytes:
        """The tree's root (RFC 9162 section 2.1.1)."""
        return merkle.fold(self._hashes) if self._hashes else merkle.EMPTY_ROOT

    def copy(self) -> "Frontier":
        """An independent copy, to try an append on."""
        return Frontier(self._size, self._hashes)


class Tree:
    """A whole tree in memory: appends, roots at any size, proofs. About 180 bytes a leaf.

    For one batch's records, for tests, and for logs that fit memory; a log on disk is `tanhui.proofs.log`.
    """

    __slots__ = ("_edge_of", "_levels")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        # _levels[k][i] is the root of the complete subtree over leaves [i·2^k, (i+1)·2^k).
        self._levels: list[list[bytes]] = [[]]
        self._edge_of: tuple[int, list[bytes]] = (0, [])
        self.extend(leaf_hashes)

    @property
    def size(self) -> int:
        """Leaves so far."""
        return len(self._levels[0])

    def append(self, entry: bytes) -> int:
        """Hash and add one entry; returns its index."""
        levels = self._levels
        node = sha256(b"\x00" + entry).digest()
        bottom = levels[0]
        index = carry = len(bottom)
        bottom.append(node)
        height = 0
        while carry & 1:
            node = sha256(b"\x01" + levels[height][-2] + node).digest()
            height += 1
            if height == len(levels):
                levels.append([])
            levels[height].append(node)
            carry >>= 1
        return index

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add hashed leaves, level by level."""
        self._levels[0].extend(leaf_hashes)
        height = 0
        while len(self._levels[height]) > 1:
            below = self._levels[height]
            if height + 1 == len(self._levels):
                self._levels.append([])
            above = self._levels[height + 1]
            fresh = iter(below[2 * len(above) : len(below) & ~1])
            above.extend([sha256(b"\x01" + a + b).digest() for a, b in zip(fresh, fresh, strict=True)])
            height += 1

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, of all by default.

        Raises:
            MerkleError: more leaves than the tree has.
        """
        size = self.size if size is None else size
        self._check_size(size)
        return self._range_root(0, size) if size else merkle.EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that leaf `index` stands in the tree of the first `size` leaves (RFC 9162 section 2.1.3.1).

        Raises:
            MerkleError: not 0 <= index < size <= leaves.
        """
        levels = self._levels
        size = len(levels[0]) if size is None else size
        if not 0 <= index < size <= len(levels[0]):
            raise MerkleError("merkle.index", f"leaf {index} of a tree of {size} in a log of {self.size}")
        edge = self._edge(size)
        proof = []
        last = size - 1
        height = 0
        while last:
            sibling = index ^ 1
            if sibling < last:
                proof.append(levels[height][sibling])
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
        new_size = self.size if new_size is None else new_size
        self._check_size(new_size)
        return [self._range_root(begin, end) for begin, end in merkle.consistency_ranges(old_size, new_size)]

    def frontier(self) -> Frontier:
        """The compact range over all leaves."""
        parts = merkle.complete_subtrees(0, self.size)
        return Frontier(self.size, [self._levels[level][index] for level, index in parts])

    def _range_root(self, begin: int, end: int) -> bytes:
        parts = merkle.complete_subtrees(begin, end)
        return merkle.fold([self._levels[level][index] for level, index in parts])

    def _edge(self, size: int) -> list[bytes]:
        """Roots of the last, perhaps incomplete, subtree at each height of the tree of `size` leaves.

        Kept for the size asked last: every proof at one checkpoint shares them.
        """
        if self._edge_of[0] != size:
            last = size - 1
            node = self._levels[0][last]
            edge = [node]
            height = 0
            while last:
                if last & 1:
                    node = sha256(b"\x01" + self._levels[height][last - 1] + node).digest()
                edge.append(node)
                last >>= 1
                height += 1
            self._edge_of = (size, edge)
        return self._edge_of[1]

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise MerkleError("merkle.size", f"{size} leaves of a tree of {self.size}")
