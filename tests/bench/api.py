"""Row 5: reads through the API against an empty FastAPI route; intake over HTTP; the read model rebuilt.

Both servers are uvicorn in processes of their own on loopback; the load comes from a third, over connections that stay
open. Rates are requests for a second of the server's CPU time, so that what else the machine does shows least.
"""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

from tests.bench.measure import ROUNDS, Ratio, Side, Target, compare
from tests.support.running_registry import Client, registry

CONNECTIONS = 8
READS = 4_000
QUICK_READS = 300
HALF_LOAD_S = 4.0
EMPTY = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
async def nothing() -> dict[str, str]:
    return {}
config = uvicorn.Config(app, port=int(sys.argv[1]), log_config=None, access_log=False)
server = uvicorn.Server(config)
server.run()
"""
ACCOUNTS = "/v1/programmes/tanxiaohui/accounts"
INTAKE_LINES = 50_000
INTAKE_PEOPLE = 500
DAY_S = 86_400
BOUND_BY = (
    "what FastAPI does for an empty route is done here too; on top come the access key, its rate, the question in "
    "canonical form, whose the object is, ETag and figures"
)


def cpu_s(pid: int) -> float:
    """User and system time of a process so far (proc(5), /proc/PID/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def empty_server() -> Iterator[tuple[str, int]]:
    """An empty FastAPI route under uvicorn: host:port and pid."""
    import socket  # noqa: PLC0415  one free port

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", EMPTY, str(port)]) as process:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/", timeout=1)
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield f"127.0.0.1:{port}", process.pid
        process.terminate()


class Load:
    """Requests over open connections, written as bytes: what the loader itself needs must be little."""

    def __init__(self, address: str, paths: list[str], headers: dict[str, str]) -> None:
        self._host, _, port = address.partition(":")
        self._port = int(port)
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": address, **headers}.items())
        self._requests = [f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode() for path in paths]

    async def burst(self, count: int) -> list[float]:
        """`count` requests as fast as they go; the seconds of each."""
        return await self._run(count, None)

    async def paced(self, rate: float, seconds: float) -> list[float]:
        """So many a second, started when they are due; the seconds of each from when it was due."""
        return await self._run(int(rate * seconds), rate)

    async def _run(self, count: int, rate: float | None) -> list[float]:
        took: list[float] = []
        numbers = iter(range(count))
        began = time.perf_counter()

        async def worker() -> None:
            reader, writer = await asyncio.open_connection(self._host, self._port)
            for number in numbers:
                due = time.perf_counter()
                if rate is not None:
                    due = began + number / rate
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                writer.write(self._requests[number % len(self._requests)])
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200"), head
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r")[0]))
                took.append(time.perf_counter() - due)
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))
        return took


def rate_of(load: Load, pid: int, count: int) -> Callable[[], float]:
    """Requests for a CPU second of the server."""

    def measured() -> float:
        before = cpu_s(pid)
        asyncio.run(load.burst(count))
        return count / max(cpu_s(pid) - before, 0.01)

    return measured


def reads(quick: bool) -> list[Ratio]:
    """One record, a page, a search, asked for the first time and again."""
    count, rounds = (QUICK_READS, 2) if quick else (READS, ROUNDS)
    found: list[Ratio] = []
    for kept_ms, said in ((1_000, "asked again within a second"), (0, "asked of the ledger each time")):
        os.environ["TANHUI_API_ANSWERS_KEPT_MS"] = str(kept_ms)
        os.environ["TANHUI_API_REQUESTS_A_SECOND"] = "1000000"
        with tempfile.TemporaryDirectory() as folder, registry(Path(folder) / "data") as (url, process):
            client = Client(url, Path(folder) / "data", "operator-recorder")
            accounts = [one["account"] for one in client.get(f"{ACCOUNTS}?page_size=100")["items"]]
            address = url.removeprefix("http://")
            paths = {"a record": [f"{ACCOUNTS}/{one}" for one in accounts]}
            if kept_ms:
                paths["the read model"] = ["/v1/effects?kind=credits.issued&limit=1"]
            with empty_server() as (other, other_pid):
                nothing = rate_of(Load(other, ["/"], {}), other_pid, count)
                for what, asked in paths.items():
                    load = Load(address, asked, client.headers())
                    ratio = compare(
                        "5",
                        f"API: {what}, {said if what == 'a record' else 'from SQLite each time'}, "
                        "against an empty FastAPI route",
                        ("API", "reads/CPU-s", rate_of(load, process.pid, count)),
                        ("empty route", "reads/CPU-s", nothing),
                        Target(0.8, 1.5),
                        rounds=rounds,
                        notes=(
                            f"{count} reads a round over {CONNECTIONS} connections, uvicorn on both sides",
                        ),
                        bound_by=BOUND_BY,
                    )
                    found.append(ratio)
                    if kept_ms and what == "a record":
                        found.append(latency(load, count, rounds))
    return found


def latency(load: Load, count: int, rounds: int) -> Ratio:
    """p99 over p50 at half of what the server can do just now."""
    p50s: list[float] = []
    p99s: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        asyncio.run(load.burst(count))
        full = count / (time.perf_counter() - began)
        took = sorted(asyncio.run(load.paced(full / 2, min(HALF_LOAD_S, count / full * 2))))
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
    lines, rounds = (5_000, 1) if quick else (INTAKE_LINES, 3)
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
    rounds, items = (1, 50) if quick else (3, 2_000)
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
