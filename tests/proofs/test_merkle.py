"""The hash tree against RFC 6962's own definition, its published vectors, and altered proofs."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanhui.proofs import merkle
from tanhui.proofs.errors import MerkleError
from tanhui.proofs.tree import Frontier, Tree

# certificate-transparency's reference tree (used by RFC 6962 implementations): eight entries and their roots.
ENTRIES = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

leaves = st.lists(st.binary(max_size=40), min_size=1, max_size=200)


def plain_root(entries: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 writes it, recursively."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + plain_root(entries[:k]) + plain_root(entries[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert merkle.root(ENTRIES[:size]).hex() == ROOTS[size]
    tree = Tree(merkle.leaf_hash(one) for one in ENTRIES)
    assert tree.root(size).hex() == ROOTS[size]


def test_published_inclusion_proof() -> None:
    tree = Tree(merkle.leaf_hash(one) for one in ENTRIES)
    assert [one.hex() for one in tree.inclusion_proof(5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_published_consistency_proof() -> None:
    tree = Tree(merkle.leaf_hash(one) for one in ENTRIES)
    assert [one.hex() for one in tree.consistency_proof(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(leaves)
def test_every_way_to_the_root_agrees(entries: list[bytes]) -> None:
    hashes = [merkle.leaf_hash(one) for one in entries]
    grown, frontier = Tree(), Frontier()
    for entry, one in zip(entries, hashes, strict=True):
        grown.append(entry)
        frontier.append(one)
    want = plain_root(entries)
    roots = (
        merkle.root(entries),
        Tree(hashes).root(),
        grown.root(),
        frontier.root(),
        Tree(hashes).frontier().root(),
    )
    assert set(roots) == {want}
    assert Frontier(frontier.size, frontier.hashes).root() == want


@given(st.binary(min_size=3, max_size=300), st.integers(1, 20))
def test_packed_records_are_leaves(blob: bytes, width: int) -> None:
    whole = blob[: len(blob) // width * width]
    records = [whole[at : at + width] for at in range(0, len(whole), width)]
    assert merkle.packed_root(whole, width) == merkle.root(records)


def test_a_blob_of_no_whole_number_of_records_is_refused() -> None:
    with pytest.raises(MerkleError, match=r"merkle\.width: 7 bytes are no whole number of 2-byte records"):
        merkle.packed_root(b"1234567", 2)


@given(leaves, st.data())
def test_inclusion_holds_and_only_for_its_own_index(entries: list[bytes], data: st.DataObject) -> None:
    tree = Tree(merkle.leaf_hash(one) for one in entries)
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size)
    assert len(proof) == merkle.inclusion_length(index, size) == len(merkle.inclusion_ranges(index, size))
    leaf, root = merkle.leaf_hash(entries[index]), merkle.root(entries[:size])
    merkle.verify_inclusion(leaf, index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    if entries[other] != entries[index]:
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(merkle.leaf_hash(entries[other]), index, size, proof, root)
    if other != index and len(set(entries)) == len(entries):
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(leaf, other, size, proof, root)
    with pytest.raises(MerkleError):
        merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    if proof:
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(leaf, index, size, proof[:-1], root)
        with pytest.raises(MerkleError):  # an inner node passed off as a leaf
            merkle.verify_inclusion(
                merkle.node_hash(leaf, proof[0]), index >> 1, (size + 1) >> 1, proof, root
            )
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(leaf, index, size, [proof[0][:-1], *proof[1:]], root)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_node_is_no_leaf(left: bytes, right: bytes) -> None:
    """RFC 9162 section 2.1.1: the prefixes keep an entry of two hashes from being their parent."""
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
    assert merkle.leaf_hash(b"\x01" + left + right) != merkle.node_hash(left, right)


@given(leaves, st.data())
def test_consistency_holds_and_no_other_root_passes(entries: list[bytes], data: st.DataObject) -> None:
    tree = Tree(merkle.leaf_hash(one) for one in entries)
    new = data.draw(st.integers(1, len(entries)))
    old = data.draw(st.integers(0, new))
    proof = tree.consistency_proof(old, new)
    old_root, new_root = tree.root(old), tree.root(new)
    merkle.verify_consistency(old, new, proof, old_root, new_root)
    bad = merkle.leaf_hash(b"bad")
    with pytest.raises(MerkleError):
        merkle.verify_consistency(old, new, proof, bad, new_root)
    if old:
        with pytest.raises(MerkleError):
            merkle.verify_consistency(old, new, proof, old_root, bad)
    with pytest.raises(MerkleError):
        merkle.verify_consistency(old, new, [*proof, bad], old_root, new_root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (0, 2**63)])
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(MerkleError):
        merkle.root_from_inclusion(merkle.EMPTY_ROOT, index, size, [])


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(MerkleError, match=r"merkle\.frontier"):
        Frontier(3, [merkle.EMPTY_ROOT])


def test_every_proof_of_every_size_over_several_bands_of_blocks() -> None:
    hashes = [merkle.leaf_hash(b"%d" % n) for n in range(600)]
    tree = Tree(hashes)
    for size in (1, 2, 15, 16, 17, 31, 33, 255, 256, 257, 272, 273, 511, 512, 599, 600):
        root = merkle.root_of_hashes(hashes[:size])
        assert tree.root(size) == root
        for index in range(size):
            merkle.verify_inclusion(hashes[index], index, size, tree.inclusion_proof(index, size), root)
        for old in range(0, size, 7):
            proof = tree.consistency_proof(old, size)
            merkle.verify_consistency(old, size, proof, merkle.root_of_hashes(hashes[:old]), root)
    assert tree.frontier().root() == merkle.root_of_hashes(hashes)


def test_proofs_over_several_buffers_of_blocks() -> None:
    """From 65,536 leaves on blocks stand in a second buffer, and a band of them above the first."""
    size = (1 << 17) + 300
    hashes = [n.to_bytes(32, "big") for n in range(size)]
    tree, root = Tree(hashes), merkle.root_of_hashes(hashes)
    assert tree.root() == root
    for index in (*range(0, size, 997), 65_535, 65_536, 65_791, 131_071, 131_072, size - 1):
        merkle.verify_inclusion(hashes[index], index, size, tree.inclusion_proof(index), root)
    for old in (65_535, 65_536, 65_537, 131_072, size - 1):
        merkle.verify_consistency(
            old, size, tree.consistency_proof(old), merkle.root_of_hashes(hashes[:old]), root
        )
