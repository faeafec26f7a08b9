r"""A Merkle tree whose nodes carry sums, keyed by transfer, so that a difference is narrowed to its line.

A line's key is SHA256(transfer id). The tree branches at each bit in which keys below it first differ, so its shape
depends on the keys alone: a line that one side lacks changes its own path and no other.

    leaf = SHA256(00 ‖ flow ‖ line's canonical JSON)
    node = SHA256(01 ‖ bit, 2 bytes ‖ left hash ‖ left flow ‖ right hash ‖ right flow)

with a flow as six numbers of 16 bytes, big-endian. Sums stand inside the hash, so whoever signs the root signs every
subtotal; they are never negative, so nothing can hide behind a line that takes away. The empty tree hashes nothing.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple

from tanhui.proofs.errors import FormatError, MerkleError
from tanhui.proofs.statements.lines import Flow, Line

KEY_BITS: Final = 256
SUM_BYTES: Final = 16
SUM_MAX: Final = 2 ** (8 * SUM_BYTES - 1) - 1
EMPTY: Final = sha256(b"").digest()


class Label(NamedTuple):
    """What a node is known by: its hash, and the sum of the lines below it."""

    hash: bytes
    flow: Flow


class Sibling(NamedTuple):
    """One step of an inclusion proof: at which bit of the key the paths part, and the other side's label."""

    bit: int
    label: Label


@dataclass(frozen=True, slots=True)
class Leaf:
    """One line."""

    label: Label
    key: bytes
    line: Line


@dataclass(frozen=True, slots=True)
class Branch:
    """Two subtrees whose keys agree before `bit` and differ there."""

    label: Label
    bit: int
    prefix: bytes
    """A key below it: its first `bit` bits are every key's."""
    left: "Leaf | Branch"
    right: "Leaf | Branch"


class SumTree:
    """The tree over a statement's lines. O(n log n) to build, O(log n) a proof."""

    def __init__(self, lines: Iterable[tuple[Line, Flow]]) -> None:
        """Raises FormatError: two lines of one transfer, or a sum beyond its field."""
        leaves = sorted((_leaf(line, flow) for line, flow in lines), key=lambda leaf: leaf.key)
        keys = [leaf.key for leaf in leaves]
        for before, after in pairwise(leaves):
            if before.key == after.key:
                raise FormatError("statement.twice", before.line.transfer)
        self.top: Leaf | Branch | None = _build(leaves, keys, 0, len(leaves)) if leaves else None

    @property
    def label(self) -> Label:
        """The root's hash, and the whole statement's flow."""
        return Label(EMPTY, Flow()) if self.top is None else self.top.label

    def prove(self, transfer: str) -> tuple[Line, tuple[Sibling, ...]]:
        """A line, and what shows that it stands in the tree, from the leaf upward.

        Raises:
            MerkleError: the transfer is not in the tree.
        """
        key = key_of(transfer)
        node, above = self.top, []
        while isinstance(node, Branch):
            near, far = (node.right, node.left) if bit_of(key, node.bit) else (node.left, node.right)
            above.append(Sibling(node.bit, far.label))
            node = near
        if node is None or node.key != key:
            raise MerkleError("statement.absent", transfer)
        return node.line, tuple(reversed(above))


def verify_line(line: Line, flow: Flow, proof: Sequence[Sibling], root: Label) -> None:
    """Check that a line with its flow is part of the tree with this root and sum.

    Raises:
        MerkleError: statement.proof, where the steps lead elsewhere or are out of order.
    """
    leaf = _leaf(line, flow)
    label, below = leaf.label, KEY_BITS
    for bit, other in proof:
        if not 0 <= bit < below:
            raise MerkleError("statement.proof", f"bit {bit} below bit {below}")
        pair = (other, label) if bit_of(leaf.key, bit) else (label, other)
        label, below = _parent(bit, *pair), bit
    if label != root:
        raise MerkleError("statement.proof", f"{line.transfer} leads to another root")


def key_of(transfer: str) -> bytes:
    """Where a transfer stands in the tree."""
    return sha256(transfer.encode()).digest()


def bit_of(key: bytes, bit: int) -> int:
    """Bit number `bit` of a key, the first being 0."""
    return key[bit >> 3] >> (7 - (bit & 7)) & 1


def _leaf(line: Line, flow: Flow) -> Leaf:
    digest = sha256(b"\x00" + _packed(flow) + line.encode()).digest()
    return Leaf(Label(digest, flow), key_of(line.transfer), line)


def _parent(bit: int, left: Label, right: Label) -> Label:
    data = (
        b"\x01" + bit.to_bytes(2, "big") + left.hash + _packed(left.flow) + right.hash + _packed(right.flow)
    )
    return Label(sha256(data).digest(), left.flow.plus(right.flow))


def _packed(flow: Flow) -> bytes:
    if min(flow) < 0 or max(flow) > SUM_MAX:
        raise FormatError("statement.sum", f"{flow} is out of range")
    return b"".join(part.to_bytes(SUM_BYTES, "big") for part in flow)


def _build(leaves: Sequence[Leaf], keys: Sequence[bytes], first: int, after: int) -> Leaf | Branch:
    """The subtree over leaves[first:after], sorted by distinct keys. As deep as keys share bits: some 2 log2(n)."""
    if after - first == 1:
        return leaves[first]
    low, high = keys[first], keys[after - 1]
    bit = _first_difference(low, high)
    split = bisect_left(keys, _with_bit(high, bit), first, after)
    left, right = _build(leaves, keys, first, split), _build(leaves, keys, split, after)
    return Branch(_parent(bit, left.label, right.label), bit, low, left, right)


def _first_difference(low: bytes, high: bytes) -> int:
    return KEY_BITS - (int.from_bytes(low, "big") ^ int.from_bytes(high, "big")).bit_length()


def _with_bit(key: bytes, bit: int) -> bytes:
    """The smallest key that agrees with `key` up to and with this bit."""
    shift = KEY_BITS - 1 - bit
    return (int.from_bytes(key, "big") >> shift << shift).to_bytes(32, "big")
