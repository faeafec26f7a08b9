"""Row 6, balance updates: what one update costs when the state holds ten million accounts, against ten thousand.

An update reads a hundred random balances in one multi-get and writes them in one synced batch, as a block of
transfers does; both sizes are measured in one run, in turn, each in a database with the node's own settings.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tanhui.node.ledger import encoding
from tanhui.node.ledger.options import LedgerOptions
from tanhui.node.ledger.state import StateStore
from tests.bench.measure import Ratio, Target, compare

SMALL, LARGE, LARGE_QUICK = 10_000, 10_000_000, 200_000
BATCH = 100
BATCHES = 300
VALUE_BYTES = 58
LOAD_BATCH = 20_000


def account(number: int) -> str:
    """Sixteen hex digits: accounts are random, so neighbours in time are not neighbours in the database."""
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


@contextmanager
def filled(accounts: int) -> Iterator[StateStore]:
    """A database with that many balances, compacted."""
    folder = Path(tempfile.mkdtemp(prefix="tanhui-bench-"))
    store = StateStore(folder / "state", LedgerOptions())
    try:
        for start in range(0, accounts, LOAD_BATCH):
            numbers = range(start, min(start + LOAD_BATCH, accounts))
            puts = [
                (
                    encoding.state_key("registry", account(number)),
                    encoding.encode_value(bytes(VALUE_BYTES), 1, 0, b""),
                )
                for number in numbers
            ]
            store.write(puts, [], sync=False)
        store.compact()
        yield store
    finally:
        store.close()
        shutil.rmtree(folder)


def update_cost_us(store: StateStore, accounts: int, seed: random.Random) -> float:
    """Microseconds for one balance: read, change, write, sync, over BATCHES batches of BATCH."""
    began = time.perf_counter()
    for block in range(BATCHES):
        keys = [account(seed.randrange(accounts)) for _ in range(BATCH)]
        puts = []
        for key, found in zip(keys, store.get_many("registry", keys), strict=True):
            assert found is not None
            changed = (int.from_bytes(found.value[:8], "big") + 1).to_bytes(8, "big") + found.value[8:]
            puts.append((encoding.state_key("registry", key), encoding.encode_value(changed, block, 0, b"")))
        store.write(puts, [], sync=True)
    return (time.perf_counter() - began) / (BATCHES * BATCH) * 1e6


def measure(quick: bool) -> list[Ratio]:
    """Row 6, its third part."""
    large = LARGE_QUICK if quick else LARGE
    seed = random.Random(6)
    with filled(SMALL) as few, filled(large) as many:
        return [
            compare(
                "6",
                "balance update, cost as the state grows",
                (f"{large:,} accounts", "µs", lambda: update_cost_us(many, large, seed)),
                (f"{SMALL:,} accounts", "µs", lambda: update_cost_us(few, SMALL, seed)),
                Target(8, 4, at_most=True),
                notes=(
                    "64 MB write buffer, 256 MB cache, bloom filter 10, checksums verified on every read",
                    f"batches of {BATCH} random accounts, one synced write each",
                ),
                bound_by="table blocks outside the cache: one read and one checksum a balance",
            )
        ]
