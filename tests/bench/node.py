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

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.rules.days import day_of, day_text
from tanhui.network.processes.errors import ProgramMissingError
from tanhui.network.processes.native_network import NativeNetwork
from tanhui.network.processes.programs import find_programs
from tanhui.node.collector import settle_collector
from tests.bench.measure import ROUNDS, Ratio, Target, compare
from tests.support.kv_node import gateway, kv_node, topology
from tests.support.real_network import serve
from tests.support.registry_client import registry_contract_at
from tests.support.registry_world import uscc
from tests.support.topologies import on_free_ports, shipped_topology

ROOT = Path(__file__).resolve().parents[2]
IN_FLIGHT = 200
TRANSACTIONS = 3_000
MIB = 1 << 20
REGISTERED = 200
IDLE_S = 10
REAL_SIDE = 3


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
        bound_by=(
            "Python: parsing and making some seventy protobuf messages a transaction, the event loop's turns between "
            "client, endorser, orderer and validator, and the client's own two signatures"
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
    """Row 7: resident memory after the same load, both sides running at once and read in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        topology = on_free_ports(shipped_topology("small"))
        real = NativeNetwork(folder / "real", topology, find_programs(), {"registry": serve("registry")})
        command = [sys.executable, "-m", "tests.support.serve_registry_node", str(folder / "embedded")]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as node:
            try:
                assert node.stdout is not None
                readiness = next(line for line in node.stdout if line == "ready\n")
                asyncio.run(real.up())
                for connection in (folder / "embedded" / "connection.json", real.connection_file):
                    asyncio.run(register(connection))
                time.sleep(IDLE_S)
                counted = {
                    full_name: program.running_pid() or 0
                    for full_name, program in real.programs.items()
                    if "operator" not in full_name
                }
                assert readiness, "the node serves"
                assert len(counted) == REAL_SIDE, sorted(real.programs)
                parts = ", ".join(f"{one} {resident_mb(pid)} MB" for one, pid in counted.items())
                return compare(
                    "7",
                    "Memory: a real peer, orderer and chaincode over the embedded node",
                    ("node", "MB", lambda: resident_mb(node.pid)),
                    (
                        "peer + orderer + chaincode",
                        "MB",
                        lambda: sum(resident_mb(pid) for pid in counted.values()),
                    ),
                    Target(5, 7),
                    better="lower",
                    rounds=rounds,
                    notes=(
                        (
                            f"resident set {IDLE_S} s after {REGISTERED} organisations were registered on each side; "
                            "one organisation's peer, its chaincode service (the same contract over our shim) and "
                            "the orderer, joined to a channel; the node endorses for three organisations; no API on "
                            f"either side; at the start of the readings {parts}"
                        ),
                    ),
                    bound_by=(
                        "Python with its libraries: importing gRPC, cryptography, protobuf's messages and the "
                        "contract is most of it; LevelDB's cache and write buffer are settings"
                    ),
                )
            finally:
                node.terminate()
                real.down()


async def register(connection: Path) -> None:
    """Found a registry and register organisations, a few at once."""
    day = day_text(day_of(int(time.time()))).replace("-", "")
    async with registry_contract_at(connection, "RegulatorMSP", "registrar") as contract:
        found = {"name": "省生态环境厅", "region": "510000", "request_id": f"{day}-found"}
        await contract.submit_transaction("governance:Found", canonical_json(found))
        numbers = iter(range(1, REGISTERED + 1))

        async def caller() -> None:
            for number in numbers:
                order = {
                    "organisation": uscc(number),
                    "name": f"第{number}家",
                    "region": "510100",
                    "msp_id": f"Org{number}MSP",
                    "request_id": f"{day}-{number}",
                }
                await contract.submit_transaction("organisations:Register", canonical_json(order))

        await asyncio.gather(*(caller() for _ in range(8)))


def resident_mb(pid: int) -> int:
    """VmRSS of a process."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) * 1024 / MIB)
