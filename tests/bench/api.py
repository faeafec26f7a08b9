"""Row 5: reads through the API against an empty FastAPI route; intake over HTTP; the read model rebuilt.

Both servers are uvicorn in processes of their own on loopback; the load comes from a third, over connections that stay
open. Rates are requests for a second of the server's CPU time, so that what else the machine does shows least.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import ROUNDS, Ratio, Side, Target, compare
from tests.support.http_load import CONNECTIONS, Load, empty_fastapi
from tests.support.running_registry import Client, registry

ROUND_S = 1.0
HALF_LOAD_S = 4.0
HALF_LOAD_ROUNDS = 3
ACCOUNTS = "/v1/programmes/tanxiaohui/accounts"
SEARCH = "/v1/effects?kind=credits.issued&limit=1"
INTAKE_LINES = 50_000
INTAKE_ROUNDS = 3
INTAKE_PEOPLE = 500
REBUILT_TRANSACTIONS = 1_000
REBUILD_ROUNDS = 3
DAY_S = 86_400
KEPT = (
    ("a record, read again", 1_000, "the key, its rate, figures; then the answer as it left before"),
    (
        "a record, asked of the ledger each time",
        0,
        "a signed proposal, judged and answered by the contract, takes more than an empty route by itself",
    ),
)
SEARCHED = (
    ("a search in the read model, read again", 1_000, KEPT[0][2]),
    (
        "a search in the read model, from SQLite each time",
        0,
        "a query in a thread of its own, and its rows as JSON, take more than an empty route by themselves",
    ),
)


def reads(quick: bool) -> list[Ratio]:
    """One record, and a search, given again while nothing was written, and made anew each time."""
    seconds, rounds = (0.2, 2) if quick else (ROUND_S, ROUNDS)
    found: list[Ratio] = []
    with empty_fastapi() as (other, other_pid):
        nothing = Load(other, ["/"], {}).rate(other_pid, seconds)
        for (record, kept_ms, record_bound), (search, _, search_bound) in zip(KEPT, SEARCHED, strict=True):
            os.environ["TANHUI_API_ANSWERS_KEPT_MS"] = str(kept_ms)
            os.environ["TANHUI_API_REQUESTS_A_SECOND"] = "1000000"
            with tempfile.TemporaryDirectory() as folder, registry(Path(folder) / "data") as (url, process):
                client = Client(url, Path(folder) / "data", "operator-recorder")
                accounts = [one["account"] for one in client.get(f"{ACCOUNTS}?page_size=100")["items"]]
                paths = [f"{ACCOUNTS}/{one}" for one in accounts]
                for what, asked, bound in ((record, paths, record_bound), (search, [SEARCH], search_bound)):
                    load = Load(url.removeprefix("http://"), asked, client.headers())
                    ratio = compare(
                        "5",
                        f"API: {what}, against an empty FastAPI route",
                        ("API", "reads/CPU-s", load.rate(process.pid, seconds)),
                        ("empty route", "reads/CPU-s", nothing),
                        Target(0.8, 1.5),
                        rounds=rounds,
                        notes=(
                            f"{seconds} s a round over {CONNECTIONS} connections, uvicorn on both sides",
                            "access key, rate, rights, figures and ETag on ours; node and API in one process",
                        ),
                        bound_by=bound,
                    )
                    found.append(ratio)
                    if what == KEPT[0][0]:
                        found.append(latency(load, quick))
    return found


def latency(load: Load, quick: bool) -> Ratio:
    """p99 over p50 at half of what the server can do just now."""
    p50s: list[float] = []
    p99s: list[float] = []
    for _ in range(1 if quick else HALF_LOAD_ROUNDS):
        full = len(load.full(ROUND_S)) / ROUND_S
        took = sorted(load.paced(full / 2, 0.5 if quick else HALF_LOAD_S))
        p50s.append(statistics.median(took) * 1_000)
        p99s.append(took[len(took) * 99 // 100] * 1_000)
    ratios = tuple(p99 / p50 for p99, p50 in zip(p99s, p50s, strict=True))
    return Ratio(
        "5",
        "API: a record at half load, p99 over p50",
        Side("p99", "ms", tuple(p99s)),
        Side("p50", "ms", tuple(p50s)),
        Target(4.0, 2.5, at_most=True),
        ("from when a request was due, so that a late start counts",),
        "one thread serves, and the machine is shared",
        ratios,
    )


def lines_of(people: list[str], lines: int) -> bytes:
    """JSON lines of library visits, ten a day and person, each in a slot of its own."""
    start = int(time.time()) // DAY_S * DAY_S - 30 * DAY_S
    each = -(-lines // len(people))
    made = (
        {"account": one, "when": start + n // 10 * DAY_S + n % 10 * 1_800, "inputs": {"visits": "1"}}
        for n in range(each)
        for one in people
    )
    return b"".join(json.dumps(line).encode() + b"\n" for line, _ in zip(made, range(lines), strict=False))


def intake(quick: bool) -> list[Ratio]:
    """Lines a second from HTTP to durable (202), and to committed."""
    lines, rounds = (5_000, 1) if quick else (INTAKE_LINES, INTAKE_ROUNDS)
    durable: list[float] = []
    committed: list[float] = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder, registry(Path(folder) / "data") as (url, _):
            operator = Client(url, Path(folder) / "data", "operator-recorder")
            people = [f"{n + 1:032x}" for n in range(INTAKE_PEOPLE)]
            body = {"accounts": [{"account": one, "holder": "person"} for one in people]}
            operator.done(ACCOUNTS, f"open-{number}", body)
            content = lines_of(people, lines).decode()
            began = time.perf_counter()
            answer = operator.upload(f"bench-{number}", "library", content, "application/jsonl")
            assert answer.status_code == 202, answer.text
            durable.append(lines / (time.perf_counter() - began))
            operator.settled(f"bench-{number}")
            committed.append(lines / (time.perf_counter() - began))
    ratios = tuple(c / d for c, d in zip(committed, durable, strict=True))
    return [
        Ratio(
            "5",
            "Intake over HTTP: lines to committed, against lines to durable",
            Side("committed", "lines/s", tuple(committed)),
            Side("durable (202)", "lines/s", tuple(durable)),
            Target(0.3, 0.6),
            (f"{lines} JSON lines of {INTAKE_PEOPLE} people in one upload, on the embedded node",),
            "the ledger's own work a record (row 3)",
            ratios,
        )
    ]


REBUILD = """
import asyncio, sys, time
from pathlib import Path
from tanhui.cli.registry_process import open_registry
from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.settings import ApiSettings

async def main():
    data = Path(sys.argv[1])
    async with open_registry(data, ApiSettings()) as registry:
        height = await registry.ledger.height()
        began, transactions = time.perf_counter(), 0
        async for block in registry.ledger.blocks(0):
            transactions += len(block.transactions)
            if block.number >= height - 1:
                break
        read_s = time.perf_counter() - began
        store = ReadStore(open_engine(sqlite_url(data / "bench.sqlite")))
        store.reset()
        began = time.perf_counter()
        await Projector(store, registry.ledger).catch_up(height)
        print("figures", transactions, read_s, time.perf_counter() - began)
asyncio.run(main())
"""


def rebuild(quick: bool) -> list[Ratio]:
    """Transactions a second into a fresh read model, against reading their blocks alone."""
    rounds, items = (1, 50) if quick else (REBUILD_ROUNDS, REBUILT_TRANSACTIONS)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with registry(data) as (url, _):
            operator = Client(url, data, "operator-recorder")
            for part in range(items // 50):
                people = [f"{part * 50 + n + 1:032x}" for n in range(50)]
                orders = [
                    {"programme": "tanxiaohui", "accounts": [{"account": one, "holder": "person"}]}
                    for one in people
                ]
                order = {"function": "accounts:Open", "items": orders}
                answer = operator.post("/v1/bulk", f"rebuild-{part}", order)
                assert answer.json()["written"] == 50, answer.text[:500]
        ours: list[float] = []
        other: list[float] = []
        for _ in range(rounds):
            said = subprocess.run(
                [sys.executable, "-c", REBUILD, str(data)], check=True, capture_output=True, text=True
            )
            transactions, read_s, rebuilt_s = map(float, said.stdout.rpartition("figures")[2].split()[:3])
            ours.append(transactions / rebuilt_s)
            other.append(transactions / read_s)
    minutes = 1_000_000 / statistics.median(ours) / 60
    return [
        Ratio(
            "5",
            "Read model rebuilt, against reading the blocks alone",
            Side("rebuild into SQLite", "tx/s", tuple(ours)),
            Side("blocks read", "tx/s", tuple(other)),
            Target(0.3, 0.6),
            (f"{minutes:.1f} minutes a million transactions, one effect each",),
            "rows in five tables with their indexes",
            tuple(a / b for a, b in zip(ours, other, strict=True)),
        )
    ]


def measure(quick: bool) -> list[Ratio]:
    """Row 5."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4_096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return [*reads(quick), *intake(quick), *rebuild(quick)]
