"""RFC 6962 / RFC 9162 Merkle trees: roots, proofs, and the frontier that grows a log.

A tree over n leaves hashes a leaf as SHA256(00 ‖ data) and an inner node as SHA256(01 ‖ left ‖ right); the
left subtree holds the largest power of two of leaves that is less than n; the root of no leaves is SHA256("")
(RFC 6962 section 2.1, RFC 9162 section 2.1.1). The two prefixes keep a node from being shown as a leaf.

All hashes are 32 bytes. Functions that take `leaf_hashes` want hashed leaves; `leaves` are hashed here.
Every verifier compares the number of hashes with what index and size demand before it hashes anything.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from tanhui.proofs.errors import MerkleError

HASH_BYTES = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
EMPTY_ROOT = sha256(b"").digest()
SIZE_MAX = 2**63 - 1
"""Largest tree size: fits a signed 64-bit integer in every language; proofs stay below 128 hashes."""


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry as a leaf (RFC 9162 section 2.1.1)."""
    return sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent (RFC 9162 section 2.1.1)."""
    return sha256(NODE_PREFIX + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Root over entries, MTH(D[n]) of RFC 9162 section 2.1.1; EMPTY_ROOT for none."""
    return root_of_hashes([sha256(LEAF_PREFIX + leaf).digest() for leaf in leaves])


def packed_root(blob: bytes, width: int) -> bytes:
    """Root over the records of a packed blob, `width` bytes each; EMPTY_ROOT for an empty blob.

    Raises:
        MerkleError: the blob's length is no multiple of `width`.
    """
    return root_of_hashes(packed_leaf_hashes(blob, width))


def packed_leaf_hashes(blob: bytes, width: int) -> list[bytes]:
    """Leaf hashes of the records of a packed blob, in order.

    Raises:
        MerkleError: the blob's length is no multiple of `width`.
    """
    if width < 1 or len(blob) % width:
        raise MerkleError("merkle.width", f"{len(blob)} bytes are no whole number of {width}-byte records")
    return [sha256(LEAF_PREFIX + blob[at : at + width]).digest() for at in range(0, len(blob), width)]


def root_of_hashes(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root over hashed leaves; EMPTY_ROOT for none.

    Pairing level by level and carrying an odd last node up unchanged gives the RFC's tree.
    """
    if not leaf_hashes:
        return EMPTY_ROOT
    level: Sequence[bytes] = leaf_hashes
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """Check that the leaf hash `leaf` is number `index` of `size` (RFC 9162 section 2.1.3.2).

    Raises:
        MerkleError: index or size out of range, wrong number of hashes, or another root.
    """
    found = root_from_inclusion(leaf, index, size, proof)
    if found != expected_root:
        raise MerkleError("merkle.root", f"proof leads to {found.hex()}, not to {expected_root.hex()}")


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2).

    Below the place where index and the last leaf part, a hash stands left or right by the index's bit; above,
    the leaf hangs on the tree's right edge, where only left neighbours exist.

    Raises:
        MerkleError: index or size out of range, or a wrong number of hashes.
    """
    inner = _check_inclusion(leaf, index, size, proof)
    node = leaf
    for other in proof[:inner]:
        node = sha256(b"\x01" + other + node if index & 1 else b"\x01" + node + other).digest()
        index >>= 1
    for other in proof[inner:]:
        node = sha256(b"\x01" + other + node).digest()
    return node


def inclusion_length(index: int, size: int) -> int:
    """Number of hashes in the inclusion proof of `index` in a tree of `size` leaves, 0 <= index < size."""
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of `old_size` leaves is a prefix of `new_size` (RFC 9162 section 2.1.4.2).

    An empty old tree and two equal trees need an empty proof; the RFC leaves both cases to the caller.

    Raises:
        MerkleError: sizes out of order, wrong number of hashes, or a root that the proof does not lead to.
    """
    _check_sizes(old_size, new_size)
    _check_hashes(proof)
    if old_size in (0, new_size):
        _check_trivial(old_size, new_size, proof, old_root, new_root)
        return
    # Both computations start at the old tree's last complete subtree: the old root itself for a power of two.
    shift = (old_size & -old_size).bit_length() - 1
    path = (old_size - 1) >> shift
    inner = (path ^ ((new_size - 1) >> shift)).bit_length()
    border = (path >> inner).bit_count()
    starts_at_root = old_size == 1 << shift
    wanted = inner + border + (0 if starts_at_root else 1)
    if len(proof) != wanted:
        raise MerkleError(
            "merkle.proof_length", f"{len(proof)} hashes from {old_size} to {new_size}, not {wanted}"
        )
    old = new = old_root if starts_at_root else proof[0]
    rest = proof if starts_at_root else proof[1:]
    for level, other in enumerate(rest):
        if level >= inner or (path >> level) & 1:
            old, new = node_hash(other, old), node_hash(other, new)
        else:
            new = node_hash(new, other)
    if old != old_root:
        raise MerkleError("merkle.old_root", f"proof leads to {old.hex()}, not to {old_root.hex()}")
    if new != new_root:
        raise MerkleError("merkle.root", f"proof leads to {new.hex()}, not to {new_root.hex()}")


def consistency_ranges(old_size: int, new_size: int) -> list[tuple[int, int]]:
    """The leaf ranges [begin, end) whose roots make the consistency proof (RFC 9162 section 2.1.4.1).

    Raises:
        MerkleError: not 0 <= old_size <= new_size.
    """
    _check_sizes(old_size, new_size)
    if old_size in (0, new_size):
        return []
    ranges: list[tuple[int, int]] = []
    begin, end, whole = 0, new_size, True
    while old_size != end:
        middle = begin + split(end - begin)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin, whole = middle, False
    if not whole:
        ranges.append((begin, end))
    return ranges[::-1]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges [begin, end) whose roots make the inclusion proof (RFC 9162 section 2.1.3.1).

    Raises:
        MerkleError: not 0 <= index < size.
    """
    _check_index(index, size)
    ranges: list[tuple[int, int]] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def split(leaves: int) -> int:
    """Where a tree of two leaves or more parts: the largest power of two below (RFC 9162 section 2.1.1)."""
    return 1 << ((leaves - 1).bit_length() - 1)


def complete_subtrees(begin: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees (level, index) that make up [begin, end), left to right; `begin` is aligned."""
    parts: list[tuple[int, int]] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        parts.append((level, begin >> level))
        begin += 1 << level
    return parts


def fold(subtrees: Sequence[bytes]) -> bytes:
    """Root of neighbouring complete subtrees of falling size, left to right; at least one."""
    node = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        node = node_hash(left, node)
    return node


def _parents(level: Sequence[bytes]) -> list[bytes]:
    pairs = iter(level)
    parents = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    if len(level) & 1:
        parents.append(level[-1])
    return parents


def _check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> int:
    """Refuse what index and size do not allow; returns how many hashes stand below the right edge."""
    if not 0 <= index < size <= SIZE_MAX:
        _check_index(index, size)
    inner = (index ^ (size - 1)).bit_length()
    wanted = inner + (index >> inner).bit_count()
    if len(proof) != wanted:
        raise MerkleError(
            "merkle.proof_length", f"{len(proof)} hashes for leaf {index} of {size}, not {wanted}"
        )
    if len(leaf) != HASH_BYTES:
        raise MerkleError("merkle.hash_length", f"leaf hash of {len(leaf)} bytes, not {HASH_BYTES}")
    _check_hashes(proof)
    return inner


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise MerkleError("merkle.index", f"leaf {index} of a tree of {size}")
    if size > SIZE_MAX:
        raise MerkleError("merkle.size", f"{size} leaves, at most {SIZE_MAX}")


def _check_sizes(old_size: int, new_size: int) -> None:
    if not 0 <= old_size <= new_size <= SIZE_MAX:
        raise MerkleError("merkle.size", f"from {old_size} to {new_size} leaves")


def _check_hashes(proof: Sequence[bytes]) -> None:
    # One length over all is one pass in C; which of them is wrong only matters once something is.
    if len(b"".join(proof)) != HASH_BYTES * len(proof) or any(len(one) != HASH_BYTES for one in proof):
        lengths = sorted({len(one) for one in proof})
        raise MerkleError("merkle.hash_length", f"hashes of {lengths} bytes, not {HASH_BYTES}")


def _check_trivial(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    if proof:
        raise MerkleError("merkle.proof_length", f"{len(proof)} hashes from {old_size} to {new_size}, not 0")
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise MerkleError("merkle.old_root", f"an empty tree with root {old_root.hex()}")
    if old_size == new_size and old_root != new_root:
        raise MerkleError("merkle.root", f"two roots at size {new_size}: {old_root.hex()}, {new_root.hex()}")
