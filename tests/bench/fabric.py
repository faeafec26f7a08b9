"""The shim against the official Node shim, and rows 2b and 3c, on a real network of one organisation.

One peer, one Raft orderer, TLS; both chaincodes run beside one another as services, and the same Python client asks
them in turn. A chaincode's CPU is its process's own, user and system, from the kernel's books; who else uses the
machine moves submits a second, and much less the CPU a transaction.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.gateway import Contract, GrpcTransport, ProposalOptions
from tanhui.network.gateway import connect as gateway
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.network.processes.errors import ProgramMissingError
from tanhui.network.processes.native_network import connect
from tanhui.network.processes.programs import find_programs
from tests.bench.measure import ROUNDS, Ratio, Side, Target, compare
from tests.support import activities
from tests.support.bench_network import bench_topology
from tests.support.fabric_world import FabricWorldBackend
from tests.support.node_chaincode.install import NODE_CHAINCODE
from tests.support.real_network import CHANNEL, RealNetwork, real_network
from tests.support.registry_world import World

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = (50, 300)
SECONDS = 8.0
KEYS = 5_000
FILLS_AT_ONCE = 12
ENDORSED_AT_ONCE = 4
RECORDS_A_BATCH = 1_000
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
BOUNDS_2B = (
    (
        "callers who wait for one another's blocks while the node's interpreter works: its event loop and commits take "
        "four fifths of a core, the client's three calls two fifths of the other"
    ),
    (
        "two processors: the node's event loop fills one; the client and the process that verifies signatures share "
        "the other"
    ),
)
"""By the number of clients."""
OURS, THEIRS = "our shim", "official Node shim"
CPU_TARGET, RATE_TARGET, KEYS_TARGET = Target(3, 4), Target(1, 2), Target(10, 20)


def measure(quick: bool) -> list[Ratio]:
    """Every row; none where Fabric's programs are not."""
    try:
        find_programs()
    except ProgramMissingError as missing:
        print(f"  fabric: not measured: {missing}", file=sys.stderr)
        return []
    rounds, seconds = (1, 3.0) if quick else (ROUNDS, SECONDS)
    with tempfile.TemporaryDirectory() as name, real_network(Path(name) / "real", bench_topology()) as real:
        rows: list[Ratio] = []
        for clients in CLIENTS:
            rows += shims(real, clients, rounds, seconds)
        rows.append(keys_written(real, rounds, seconds))
        rows += against_node(real, Path(name), rounds, seconds)
        rows.append(records(real, rounds, quick))
    return rows


@dataclass(frozen=True)
class Load:
    """What came of one side's turn."""

    transactions: int
    wall_s: float
    cpu_s: float

    @property
    def rate(self) -> float:
        """Transactions a second."""
        return self.transactions / self.wall_s

    @property
    def cost_us(self) -> float:
        """CPU of the chaincode's process a transaction."""
        return self.cpu_s / self.transactions * 1e6


_numbers = itertools.count()


async def submits(contract: Contract, clients: int, seconds: float) -> int:
    """Transactions that each read and write a key of their own, by callers that each wait for their commit."""
    until, done = time.monotonic() + seconds, 0

    async def caller() -> None:
        nonlocal done
        while time.monotonic() < until:
            await contract.submit("bump", ProposalOptions((f"key{next(_numbers)}", "value")))
            done += 1

    await asyncio.gather(*(caller() for _ in range(clients)))
    return done


def contract_of(real: RealNetwork, chaincode: str) -> Contract:
    """As the network's client."""
    signer = real.client()
    return gateway(real.transport, signer.identity, signer.signer).network(CHANNEL).contract(chaincode)


def cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def load(real: RealNetwork, chaincode: str, clients: int, seconds: float) -> Load:
    """One side's turn."""
    pid = real.native.chaincodes.services[f"{chaincode}.regulator.example"].serving_pid()
    assert pid is not None, f"{chaincode} runs"
    contract = contract_of(real, chaincode)
    used_s, began_s = cpu_s(pid), time.monotonic()
    done = real.loop.run(submits(contract, clients, seconds))
    return Load(done, time.monotonic() - began_s, cpu_s(pid) - used_s)


def shims(real: RealNetwork, clients: int, rounds: int, seconds: float) -> list[Ratio]:
    """CPU a transaction and submits a second, from the same turns."""
    for chaincode in ("kit", "nodekit"):
        load(real, chaincode, clients, seconds / 2)
    ours: list[Load] = []
    theirs: list[Load] = []
    for number in range(rounds):
        order = (("kit", ours), ("nodekit", theirs))
        for chaincode, found in order if number % 2 == 0 else order[::-1]:
            found.append(load(real, chaincode, clients, seconds))
    busy = f"load average {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores: what else ran beside it counts, too"
    notes = (
        versions(),
        busy,
        f"{clients} clients, {seconds:g} s a side and round; a transaction reads and writes one key",
    )
    return [
        Ratio(
            "8",
            f"Chaincode's CPU a transaction, {clients} clients",
            Side(OURS, "µs", tuple(one.cost_us for one in ours)),
            Side(THEIRS, "µs", tuple(one.cost_us for one in theirs)),
            CPU_TARGET,
            notes,
            "six messages a transaction in Python: nine tenths is the interpreter, on caches that others have emptied",
            tuple(b.cost_us / a.cost_us for a, b in zip(ours, theirs, strict=True)),
        ),
        Ratio(
            "8",
            f"Submits a second, {clients} clients",
            Side(OURS, "submits/s", tuple(one.rate for one in ours)),
            Side(THEIRS, "submits/s", tuple(one.rate for one in theirs)),
            RATE_TARGET,
            notes,
            "the peer, the orderer and the client, which share two cores with both chaincodes",
            tuple(a.rate / b.rate for a, b in zip(ours, theirs, strict=True)),
        ),
    ]


def keys_written(real: RealNetwork, rounds: int, seconds: float) -> Ratio:
    """Keys a second in transactions of many, over a time in which the wait for the last block is little."""

    def rate(chaincode: str) -> Callable[[], float]:
        contract = contract_of(real, chaincode)

        async def several() -> int:
            until, done = time.monotonic() + seconds, 0
            turn = asyncio.Semaphore(ENDORSED_AT_ONCE)

            async def fills() -> None:
                nonlocal done
                while time.monotonic() < until:
                    options = ProposalOptions((f"fill{next(_numbers)}-", str(KEYS), "10"))
                    async with turn:  # while one waits for its block, the next is endorsed
                        transaction = await contract.new_proposal("fill", options).endorse()
                    submitted = await transaction.submit()
                    assert (await submitted.status()).successful
                    done += 1

            await asyncio.gather(*(fills() for _ in range(FILLS_AT_ONCE)))
            return done

        def once() -> float:
            began_s = time.monotonic()
            return KEYS * real.loop.run(several()) / (time.monotonic() - began_s)

        return once

    return compare(
        "8",
        f"Keys written a second, {KEYS:,} in a transaction",
        (OURS, "keys/s", rate("kit")),
        (THEIRS, "keys/s", rate("nodekit")),
        KEYS_TARGET,
        rounds=rounds,
        notes=(
            versions(),
            f"{FILLS_AT_ONCE} callers for {seconds:g} s, {ENDORSED_AT_ONCE} in endorsement at once, on both sides",
            "ours in one WRITE_BATCH_STATE each, the Node shim as its users ask it",
        ),
        bound_by="the peer's own work on 5,000 keys, in both figures",
    )


@contextmanager
def embedded(folder: Path) -> Iterator[tuple[int, Network]]:
    """An embedded node of the same topology, in a process of its own: its port and its material."""
    command = [sys.executable, "-m", "tests.support.bench_network", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        port = next(line for line in process.stdout if line.strip().isdigit())
        try:
            yield int(port), make_network(folder / "network", bench_topology())
        finally:
            process.stdin.close()
            process.stdout.read()


def against_node(real: RealNetwork, folder: Path, rounds: int, seconds: float) -> list[Ratio]:
    """Row 2b: few clients, who mostly wait for their block, and many."""
    loop = LoopThread()
    with embedded(folder / "embedded") as (port, network):
        organisation = network.organisations["RegulatorMSP"]
        signer: SigningIdentity = organisation.signing_identity("client", "client")

        async def connected() -> GrpcTransport:
            return connect(f"127.0.0.1:{port}", organisation.tls_root_pem)

        transport = loop.run(connected())
        contract = gateway(transport, signer.identity, signer.signer).network(CHANNEL).contract("kit")

        def ours(clients: int) -> float:
            began_s = time.monotonic()
            return loop.run(submits(contract, clients, seconds)) / (time.monotonic() - began_s)

        def theirs(clients: int) -> float:
            return load(real, "kit", clients, seconds).rate

        try:
            return [
                compare(
                    "2b",
                    f"Embedded node over gRPC against a real one-organisation network, {clients} clients",
                    ("embedded node", "tx/s", partial(ours, clients)),
                    ("peer and orderer", "tx/s", partial(theirs, clients)),
                    Target(3, 5),
                    rounds=rounds,
                    notes=("the same chaincode: in process here, as a service there",),
                    bound_by=bound_by,
                )
                for clients, bound_by in zip(CLIENTS, BOUNDS_2B, strict=True)
            ]
        finally:
            loop.run(transport.close())
            loop.close()


def records(real: RealNetwork, rounds: int, quick: bool) -> Ratio:
    """Row 3c: activity records on real Fabric, many a transaction against one."""
    backend = FabricWorldBackend(real, "registry")
    world = World(backend, int(time.time()))
    world.found()
    activities.prepare(world)
    batches = itertools.count()
    fresh = itertools.count()
    in_flight = 16

    def rate(size: int, transactions: int) -> Callable[[], float]:
        def once() -> float:
            names = [f"a{next(fresh)}" for _ in range(size * transactions)]
            activities.open_accounts(world, *names)
            orders = []
            for at in range(0, len(names), size):
                claims = [
                    activities.claim(name, world.seconds - 3600, 1800) for name in names[at : at + size]
                ]
                orders.append(activities.order(b"".join(claims), batch=f"b-{next(batches)}"))
            began_s = time.monotonic()
            backend.submit_all(world.persons["Ouyang"], "activities:RecordBatch", orders, world, in_flight)
            return size * transactions / (time.monotonic() - began_s)

        return once

    return compare(
        "3c",
        f"Activity records on real Fabric, {RECORDS_A_BATCH:,} a transaction against 1",
        (f"{RECORDS_A_BATCH:,} a transaction", "records/s", rate(RECORDS_A_BATCH, 2 if quick else 8)),
        ("1 a transaction", "records/s", rate(1, 50 if quick else 200)),
        Target(100, 300),
        rounds=rounds,
        notes=(
            f"each record of an account of its own; {in_flight} transactions in flight, one peer, one orderer",
        ),
        bound_by="the peer, which reads, checks and writes 1,000 keys: twice the CPU of the chaincode",
    )


def versions() -> str:
    """What the other side is made of."""
    lock = json.loads((NODE_CHAINCODE / "package-lock.json").read_text())["packages"]
    node = subprocess.run(["node", "--version"], check=True, stdout=subprocess.PIPE, text=True)
    names = ("fabric-shim", "@grpc/grpc-js")
    named = ", ".join(
        f"{name.rpartition('/')[2]} {lock[f'node_modules/{name}']['version']}" for name in names
    )
    return f"{named}, node {node.stdout.strip()}"
