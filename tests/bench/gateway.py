"""Row 1: transactions a CPU-second of the Gateway client, ours against the official one for Node.js.

Both speak TLS to the same server, which does nothing but answer, one after the other in each round; what
counts is the client's own CPU time, user and system. A transaction is endorse, submit and commit status; with
the shared commit stream it is endorse and submit, and the outcome comes with the next filtered block.
"""

import contextlib
import ipaddress
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.bench.measure import ROUNDS, Ratio, Side, Target
from tests.conformance.drivers import NODE_CLIENT, install_node_client
from tests.support.organisations import Member, Organisation

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 3.0
IN_FLIGHT = 32
UNIT = "tx/CPU-s"

NODE = "official Node client"
NODE_NATIVE = "official Node client, native signer"
OWN = "ours"
OWN_SHARED = "ours, shared commit stream"
SIDES = (NODE, NODE_NATIVE, OWN, OWN_SHARED)
TARGETS = {NODE: Target(3, 5), NODE_NATIVE: Target(1.6, 2.5)}


def measure(quick: bool) -> list[Ratio]:
    """Every side once a round, in alternating order; the ratios are taken inside each round."""
    install_node_client()
    rounds, seconds = (1, 1.0) if quick else (ROUNDS, SECONDS)
    figures: dict[str, list[float]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_folder(folder)
        with null_gateway(folder) as port:
            for number in range(rounds):
                for side in SIDES if number % 2 == 0 else SIDES[::-1]:
                    figures[side].append(transactions_per_cpu_s(side, folder, port, seconds))
    notes = (versions(), f"{IN_FLIGHT} transactions in flight, {seconds:g} s a side and round, TLS")
    return [
        Ratio(
            "1",
            f"Gateway client, {ours} against the {theirs}",
            Side(ours, UNIT, tuple(figures[ours])),
            Side(theirs, UNIT, tuple(figures[theirs])),
            TARGETS[theirs],
            notes,
            "two system calls, a TLS record and a turn of the event loop for each of three answers; then signatures",
            tuple(own / other for own, other in zip(figures[ours], figures[theirs], strict=True)),
        )
        for theirs in (NODE, NODE_NATIVE)
        for ours in (OWN, OWN_SHARED)
    ]


def transactions_per_cpu_s(side: str, folder: Path, port: str, seconds: float) -> float:
    """One side, one round, in a process of its own that warms up first."""
    arguments = [str(folder), port, str(seconds), str(IN_FLIGHT)]
    if side in TARGETS:
        command = ["node", "bench.mjs", *arguments, "native" if side == NODE_NATIVE else "default"]
        place = NODE_CLIENT
    else:
        commit = "shared" if side == OWN_SHARED else "own"
        command = [sys.executable, "-m", "tests.support.gateway_load", *arguments, commit]
        place = ROOT
    done = subprocess.run(command, cwd=place, check=True, stdout=subprocess.PIPE)
    result: dict[str, float] = json.loads(done.stdout)
    return result["transactions"] / result["cpu_s"]


def make_folder(folder: Path) -> None:
    """Certificates and keys of the server and of the client, P-256."""
    organisation = Organisation("Org1MSP")
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = organisation.member("", name="server", extensions=(x509.SubjectAlternativeName(names),))
    (folder / "ca.pem").write_bytes(organisation.root_pem)
    for name, member in (("server", server), ("client", organisation.member())):
        (folder / f"{name}.pem").write_bytes(member.credentials)
        (folder / f"{name}.key").write_bytes(key_pem(member))


def key_pem(member: Member) -> bytes:
    """The member's key, PKCS#8."""
    assert isinstance(member.key, ec.EllipticCurvePrivateKey)
    return member.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@contextlib.contextmanager
def null_gateway(folder: Path) -> Iterator[str]:
    """The port of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.support.null_gateway", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def versions() -> str:
    """What both sides are made of."""
    lock = json.loads((NODE_CLIENT / "package-lock.json").read_text())["packages"]
    node = subprocess.run(["node", "--version"], check=True, stdout=subprocess.PIPE, text=True)
    named = {
        "fabric-gateway": lock["node_modules/@hyperledger/fabric-gateway"]["version"],
        "grpc-js": lock["node_modules/@grpc/grpc-js"]["version"],
        "node": node.stdout.strip(),
        **{name: version(name) for name in ("grpcio", "cryptography", "protobuf")},
    }
    return ", ".join(f"{name} {number}" for name, number in named.items())
