"""Where two sides' statements differ: line by line, by asking for few nodes.

Two sides need not send each other their lines. Each asks the other for the label of one subtree after the other,
and goes on only where the labels differ: some log2(n) questions a differing line, however many lines agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tanhui.proofs.statements.lines import Line
from tanhui.proofs.statements.sum_tree import Branch, Leaf, SumTree, bit_of

Node: TypeAlias = Leaf | Branch | None


class Nodes(Protocol):
    """What one side answers: the smallest subtree that holds every line whose key begins with these bits."""

    def node(self, prefix: bytes, bits: int) -> Node:
        """None when no line's key begins so. `prefix` is 32 bytes; only its first `bits` bits count."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One transfer on which the two sides do not agree."""

    transfer: str
    own: Line | None
    other: Line | None


class LocalNodes:
    """A tree that is at hand, and how often it was asked."""

    def __init__(self, tree: SumTree) -> None:
        self._tree = tree
        self.asked = 0

    def node(self, prefix: bytes, bits: int) -> Node:
        """See `Nodes.node`."""
        self.asked += 1
        node: Node = self._tree.top
        while isinstance(node, Branch) and node.bit < bits:
            if _shared_bits(node.prefix, prefix) < node.bit:
                return None
            node = node.right if bit_of(prefix, node.bit) else node.left
        if node is None or _shared_bits(_a_key_of(node), prefix) < bits:
            return None
        return node


def differences(own: Nodes, other: Nodes) -> Iterator[Difference]:
    """Every line that the two do not have alike."""
    yield from _below(own, other, bytes(32), 0)


def _below(own: Nodes, other: Nodes, prefix: bytes, bits: int) -> Iterator[Difference]:
    mine, theirs = own.node(prefix, bits), other.node(prefix, bits)
    if (mine and mine.label) == (theirs and theirs.label):
        return
    if mine is None or theirs is None or (isinstance(mine, Leaf) and isinstance(theirs, Leaf)):
        yield from _apart(_lines(own, mine), _lines(other, theirs))
        return
    # Both sides' subtrees are asked for at the first bit where either branches, or where the two part.
    at = min(_branches_at(mine), _branches_at(theirs), _shared_bits(_a_key_of(mine), _a_key_of(theirs)))
    common = _a_key_of(mine)
    for side in (0, 1):
        yield from _below(own, other, _with(common, at, side), at + 1)


def _apart(mine: Iterator[Leaf], theirs: Iterator[Leaf]) -> Iterator[Difference]:
    ours = {leaf.line.transfer: leaf for leaf in mine}
    others = {leaf.line.transfer: leaf for leaf in theirs}
    for transfer in sorted(ours.keys() | others.keys()):
        one, two = ours.get(transfer), others.get(transfer)
        if (one and one.label) != (two and two.label):
            yield Difference(transfer, one.line if one else None, two.line if two else None)


def _lines(nodes: Nodes, node: Node) -> Iterator[Leaf]:
    """Every leaf below a node, which the other side lacks: each is a difference, so each is worth a question."""
    if isinstance(node, Leaf):
        yield node
    elif node is not None:
        for side in (0, 1):
            yield from _lines(nodes, nodes.node(_with(node.prefix, node.bit, side), node.bit + 1))


def _branches_at(node: Leaf | Branch) -> int:
    return node.bit if isinstance(node, Branch) else 256


def _a_key_of(node: Leaf | Branch) -> bytes:
    return node.key if isinstance(node, Leaf) else node.prefix


def _shared_bits(one: bytes, two: bytes) -> int:
    return 256 - (int.from_bytes(one, "big") ^ int.from_bytes(two, "big")).bit_length()


def _with(key: bytes, bit: int, value: int) -> bytes:
    """`key` up to `bit`, then this value, then zeros."""
    shift = 256 - bit
    kept = int.from_bytes(key, "big") >> shift << shift
    return (kept | value << (shift - 1)).to_bytes(32, "big")
