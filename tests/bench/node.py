"""Rows 2 and 7: the embedded node against what its signatures alone cost, and its memory against a real network's.

Row 2 counts CPU time, user and system, of the whole process: client, endorser, orderer, validator and a synced
commit. The bound is what one transaction of one organisation cannot do without: three P-256 verifications (the
proposal, the envelope's creator, the endorsement) and one signature (the endorser's); the client's own two
signatures are counted against us. The node does not verify the endorsement that it made itself (docs/adr/0003), so
its own part is two verifications and one signature.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tanhui.network.channel.make_network import make_network
from tanhui.network.processes.errors import ProgramMissingError
from tanhui.network.processes.network_processes import NetworkProcesses
from tanhui.network.processes.programs import find_programs
from tanhui.node.collector import settle_collector
from tests.bench.measure import ROUNDS, Ratio, Target, compare
from tests.support.kv_node import gateway, kv_node, topology
from tests.support.topologies import on_free_ports, shipped_topology

ROOT = Path(__file__).resolve().parents[2]
IN_FLIGHT = 200
TRANSACTIONS = 3_000
MIB = 1 << 20


def measure(quick: bool) -> list[Ratio]:
    """Row 2, and row 7 where Fabric's programs are."""
    rounds = 1 if quick else ROUNDS
    rows = [crypto_bound(rounds, 300 if quick else TRANSACTIONS)]
    try:
        find_programs()
    except ProgramMissingError as missing:
        print(f"  7: not measured: {missing}", file=sys.stderr)
    else:
        rows.append(memory(rounds))
    return rows


def cpu_s() -> float:
    """CPU time of this process so far, user and system, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def crypto_bound(rounds: int, transactions: int) -> Ratio:
    """Row 2."""
    return compare(
        "2",
        "Embedded node in process against its signatures alone",
        ("node", "tx/CPU-s", lambda: asyncio.run(node_rate(transactions))),
        ("3 verifies + 1 sign", "tx/CPU-s", lambda: signature_rate(transactions)),
        Target(0.4, 0.6),
        rounds=rounds,
        notes=(
            (
                f"{transactions} transactions, {IN_FLIGHT} in flight, each reads and writes one key; one endorsement; "
                "the client in the same process signs twice more, and learns outcomes from one stream of blocks"
            ),
        ),
    )


async def node_rate(transactions: int) -> float:
    """Committed transactions a CPU-second of the whole process."""
    described = topology(timeout_ms=50, messages_max=500, policy="OR('OneMSP.peer')")
    with tempfile.TemporaryDirectory() as name:
        async with kv_node(Path(name), described) as node, gateway(node, share_commit_stream=True) as client:
            contract = client.network("credits").contract("kv")
            await contract.submit_transaction("put", "warm", "up")
            settle_collector()  # as `tanhui up` does
            todo = iter(range(transactions))

            async def caller() -> None:
                for number in todo:
                    await contract.submit_transaction("put", f"key{number}", "value")

            before_s = cpu_s()
            await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))
            return transactions / (cpu_s() - before_s)


def signature_rate(transactions: int) -> float:
    """Three verifications and one signature a turn: turns a CPU-second."""
    key = ec.generate_private_key(ec.SECP256R1())
    public, message, algorithm = key.public_key(), b"m" * 500, ec.ECDSA(hashes.SHA256())
    signature = key.sign(message, algorithm)
    before_s = cpu_s()
    for _ in range(transactions):
        for _ in range(3):
            public.verify(signature, message, algorithm)
        key.sign(message, algorithm)
    return transactions / (cpu_s() - before_s)


def memory(rounds: int) -> Ratio:
    """Row 7: resident memory, nearly idle, both sides running at once and read in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = make_network(folder / "network", on_free_ports(shipped_topology("small")))
        processes = NetworkProcesses(network, find_programs(), folder / "nodes")
        command = [str(Path(sys.executable).parent / "tanhui"), "up", "--data", str(folder / "registry")]
        command += ["--api-port", "0", "--gateway-port", "0"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as registry:
            try:
                processes.up()
                assert registry.stdout is not None
                assert registry.stdout.readline().startswith("ready")
                time.sleep(10)
                orderer, peer, *_ = [node.program.running_pid() for node in processes.nodes.values()]
                assert orderer is not None
                assert peer is not None
                return compare(
                    "7",
                    "Memory: a real peer and orderer over the embedded node with its API",
                    ("registry", "MB", lambda: resident_mb(registry.pid)),
                    ("peer + orderer", "MB", lambda: resident_mb(peer) + resident_mb(orderer)),
                    Target(5, 7),
                    better="lower",
                    rounds=rounds,
                    notes=(
                        (
                            "resident set, 10 s after the start; the registry is node, contract, client and API in one "
                            "process; the real side is one peer and one orderer without chaincode, client or API, and "
                            "without a channel joined"
                        ),
                    ),
                )
            finally:
                registry.terminate()
                processes.down()


def resident_mb(pid: int) -> float:
    """VmRSS of a process."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / MIB
