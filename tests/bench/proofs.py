"""Rows 4 and 6 (proofs): our trees against pymerkle, and what an entry costs at ten million leaves.

pymerkle is GPL: it lives in the benchmark's own environment, build/bench-proofs, made here on first use,
and runs as a process of its own that reports its rates; nothing of the product imports it. Both sides hold
the same entries of 58 bytes in memory, with 17 hashes a proof. Rates and costs are of CPU time: both sides run in one
thread, and what else the machine does then counts for neither.
"""

import json
import random
import subprocess
import time
import venv
from pathlib import Path

from tanhui.proofs import merkle
from tanhui.proofs.tree import Tree
from tests.bench.measure import ROUNDS, Ratio, Side, Target, compare

ENVIRONMENT = Path(__file__).parents[2] / "build/bench-proofs"
PYMERKLE = "pymerkle==7.0.0"
ENTRIES, ENTRIES_QUICK = 1 << 17, 1 << 12
PROOFS = 4_000
SMALL, LARGE, LARGE_QUICK = 10_000, 10_000_000, 200_000
APPENDS = 20_000
TARGETS = {"append": Target(5, 8), "prove": Target(20, 50), "verify": Target(2, 2.5)}
BOUNDS = {
    "append": "",
    "prove": "making 17 byte strings a proof, and memory outside the cache; pymerkle 7 keeps subtree roots itself",
    "verify": "SHA-256 over 65 bytes, once a level",
}
PYMERKLE_RATES = """
import json, sys, time
from pymerkle import InmemoryTree, verify_inclusion
entries, proofs = int(sys.argv[1]), int(sys.argv[2])
data = [b"%058d" % n for n in range(entries)]
tree = InmemoryTree(algorithm="sha256")
began = time.process_time()
for one in data:
    tree.append_entry(one)
append = entries / (time.process_time() - began)
root = tree.get_state()
picked = [n * 7919 % entries + 1 for n in range(proofs)]
began = time.process_time()
made = [tree.prove_inclusion(n, entries) for n in picked]
prove = proofs / (time.process_time() - began)
leaves = [tree.get_leaf(n) for n in picked]
began = time.process_time()
for leaf, proof in zip(leaves, made):
    verify_inclusion(leaf, root, proof)
verify = proofs / (time.process_time() - began)
print(json.dumps({"append": append, "prove": prove, "verify": verify}))
"""


def python_with_pymerkle() -> Path:
    """The other side's Python, made on first use."""
    python = ENVIRONMENT / "bin/python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PYMERKLE], check=True)
    return python


def theirs(entries: int, proofs: int) -> dict[str, float]:
    """pymerkle's rates a second, from a process of its own."""
    command = [str(python_with_pymerkle()), "-c", PYMERKLE_RATES, str(entries), str(proofs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rates: dict[str, float] = json.loads(done.stdout)
    return rates


def ours(entries: int, proofs: int) -> dict[str, float]:
    """Our rates a second, for the same work."""
    data = [b"%058d" % n for n in range(entries)]
    tree = Tree()
    began = time.process_time()
    for one in data:
        tree.append(one)
    append = entries / (time.process_time() - began)
    root = tree.root()
    picked = [n * 7919 % entries for n in range(proofs)]
    began = time.process_time()
    made = [tree.inclusion_proof(n) for n in picked]
    prove = proofs / (time.process_time() - began)
    leaves = [merkle.leaf_hash(data[n]) for n in picked]
    began = time.process_time()
    for n, leaf, proof in zip(picked, leaves, made, strict=True):
        merkle.verify_inclusion(leaf, n, entries, proof, root)
    verify = proofs / (time.process_time() - began)
    return {"append": append, "prove": prove, "verify": verify}


def fold_rate(entries: int, proofs: int) -> float:
    """Proofs a second of nothing but the hashes that a verification needs: the ceiling."""
    levels = (entries - 1).bit_length()
    node = other = bytes(32)
    began = time.process_time()
    for _ in range(proofs):
        for _ in range(levels):
            node = merkle.node_hash(node, other)
    return proofs / (time.process_time() - began)


def against_pymerkle(quick: bool) -> list[Ratio]:
    """Row 4: one run of each side gives all three rates, in turn, the first round thrown away."""
    entries = ENTRIES_QUICK if quick else ENTRIES
    rounds = [(ours(entries, PROOFS), theirs(entries, PROOFS)) for _ in range(ROUNDS + 1)][1:]
    ceiling = fold_rate(entries, PROOFS)
    found = []
    for what, target in TARGETS.items():
        own = tuple(one[what] for one, _ in rounds)
        others = tuple(other[what] for _, other in rounds)
        found.append(
            Ratio(
                "4",
                f"proofs: {what}, {entries:,} entries",
                Side("tanhui.proofs", f"{what}/s", own),
                Side(PYMERKLE, f"{what}/s", others),
                target,
                (f"the hashes of a verification alone: {ceiling:,.0f}/s",) if what == "verify" else (),
                BOUNDS[what],
                tuple(a / b for a, b in zip(own, others, strict=True)),
            )
        )
    return found


def append_cost_us(tree: Tree) -> float:
    """Microseconds for one entry, over APPENDS of them."""
    data = [b"%058d" % n for n in range(APPENDS)]
    began = time.process_time()
    for one in data:
        tree.append(one)
    return (time.process_time() - began) / APPENDS * 1e6


def proof_cost_us(tree: Tree, seed: random.Random) -> float:
    """Microseconds to prove one random leaf, over PROOFS of them."""
    picked = [seed.randrange(tree.size) for _ in range(PROOFS)]
    began = time.process_time()
    for index in picked:
        tree.inclusion_proof(index)
    return (time.process_time() - began) / PROOFS * 1e6


def neighbours_cost_us(tree: Tree) -> float:
    """Microseconds to prove a leaf, over PROOFS that stand side by side: as a batch's receipts are asked for."""
    first = tree.size // 2
    began = time.process_time()
    for index in range(first, first + PROOFS):
        tree.inclusion_proof(index)
    return (time.process_time() - began) / PROOFS * 1e6


def filled(leaves: int) -> Tree:
    """A tree of that many leaves; their content does not matter here."""
    return Tree(n.to_bytes(32, "big") for n in range(leaves))


def measure(quick: bool) -> list[Ratio]:
    """Rows 4 and 6."""
    ratios = against_pymerkle(quick)
    large, seed = LARGE_QUICK if quick else LARGE, random.Random(6)
    many = filled(large)
    costs = {
        "append": (
            lambda: append_cost_us(many),
            lambda: append_cost_us(filled(SMALL)),
            Target(1.3, 1.1, at_most=True),
        ),
        "proof": (
            lambda: proof_cost_us(many, seed),
            lambda: proof_cost_us(filled(SMALL), seed),
            Target(2, 1.8, at_most=True),
        ),
        "proof of neighbouring leaves": (
            lambda: neighbours_cost_us(many),
            lambda: neighbours_cost_us(filled(SMALL)),
            Target(2, 1.8, at_most=True),
        ),
    }
    for what, (at_large, at_small, target) in costs.items():
        ratios.append(
            compare(
                "6",
                f"{what}, cost as the log grows",
                (f"{large:,} leaves", "µs", at_large),
                (f"{SMALL:,} leaves", "µs", at_small),
                target,
                notes=("the whole tree in memory",),
                bound_by="memory: 24 levels against 14 cost 1.35 times the arithmetic, as neighbouring leaves show; a "
                "random leaf of a tree of 680 MB waits for five or six lines of the cache besides, and as many of the "
                "next band's"
                if what == "proof"
                else "",
            )
        )
    return ratios
