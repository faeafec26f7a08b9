"""Totals over millions of transactions: each request folds a bounded part of them, in memory that does not grow."""

import json
import time
from pathlib import Path

import pytest

from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.ledger import LedgerBlock, LedgerTransaction
from tanhui.registry_api.portal.archive import FOLDED_AT_ONCE_MAX, Archive
from tanhui.registry_api.read_model.store import ReadStore
from tests.conftest import NIGHTLY, Counts

TRANSACTIONS = 2_000_000 if NIGHTLY else 40_000
TRANSACTIONS_A_BLOCK = 500
BLOCKS_A_COMMIT = 20
RECORDS = 1_000
GROWTH_BYTES_MAX = 32 << 20
CALL_S_MAX = 10.0
FIRST_DAY = 1_767_225_600
"""2026-01-01 UTC; a transaction a second, so that two million lie in two months."""


def resident_bytes() -> int:
    """What this process holds in memory (proc(5), /proc/PID/statm)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4_096


def block(number: int) -> LedgerBlock:
    """A block of batches of activities, each as the contract tells it."""
    transactions = []
    for position in range(TRANSACTIONS_A_BLOCK):
        n = number * TRANSACTIONS_A_BLOCK + position
        effect = {
            "kind": "activities.recorded",
            "programme": f"programme-{n % 20}",
            "scene": f"scene-{n % 15}",
            "batch": f"batch-{n}",
            "count": str(RECORDS),
            "rejected": [],
            "reduction_g": "120000",
            "points": "12000",
            "expires": "2028-12-31",
            "debt_repaid": "0",
        }
        payload = json.dumps({"effects": [effect]}).encode()
        transactions.append(
            LedgerTransaction(
                f"{n:064x}", "activities:RecordBatch", b"{}", "o", "p", "OperatorMSP", FIRST_DAY + n, payload
            )
        )
    return LedgerBlock(number, tuple(transactions))


@pytest.mark.scales
def test_totals_over_millions_are_folded_in_bounded_parts(tmp_path: Path, counts: Counts) -> None:
    store = ReadStore(open_engine(sqlite_url(tmp_path / "read.sqlite")))
    began = time.monotonic()
    blocks = TRANSACTIONS // TRANSACTIONS_A_BLOCK
    for first in range(0, blocks, BLOCKS_A_COMMIT):
        store.apply([block(number) for number in range(first, min(first + BLOCKS_A_COMMIT, blocks))])
    filled_s = time.monotonic() - began
    archive = Archive(store)
    calls = 0
    slowest_s = 0.0
    before = 0
    while True:
        began = time.monotonic()
        figures = archive.statistics()
        slowest_s = max(slowest_s, time.monotonic() - began)
        calls += 1
        before = before or resident_bytes()
        folded = figures.totals["activities"] // RECORDS
        assert folded == min(calls * FOLDED_AT_ONCE_MAX, TRANSACTIONS)
        if folded == TRANSACTIONS:
            break
    growth = resident_bytes() - before
    assert figures.totals["points_issued"] == TRANSACTIONS * 12_000
    assert sum(one["activities"] for one in figures.programmes.values()) == TRANSACTIONS * RECORDS
    assert len(figures.programmes) == 20
    assert growth < GROWTH_BYTES_MAX
    assert slowest_s < CALL_S_MAX, "one page's request folds no more than its part"
    store.close()
    counts.note(
        "totals over many transactions",
        transactions=TRANSACTIONS,
        requests=calls,
        slowest_ms=int(slowest_s * 1_000),
        growth_kib=growth >> 10,
        filled_tx_per_s=int(TRANSACTIONS / filled_s),
    )
