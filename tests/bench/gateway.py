"""Transactions a CPU-second of the Gateway client: ours against the official one for Node.js.

`python -m tests.bench.gateway [--rounds 5] [--seconds 4] [--in-flight 32] [--json FILE]`

Both speak TLS to the same server, which does nothing but answer, one after the other in each round; what
counts is the client's own CPU time, user and system. A transaction is endorse, submit and commit status; with
the shared commit stream it is endorse and submit, and the outcome comes with the next filtered block.
"""

import argparse
import contextlib
import ipaddress
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conformance.drivers import NODE_CLIENT, install_node_client
from tests.support.organisations import Member, Organisation

ROOT = Path(__file__).resolve().parents[2]
NODE = "official Node client"
NODE_NATIVE = "official Node client, native signer"
OWN = "tanhui.network.gateway"
OWN_SHARED = "tanhui.network.gateway, shared commit stream"
SIDES = (NODE, NODE_NATIVE, OWN, OWN_SHARED)
RATIOS = ((OWN, NODE), (OWN, NODE_NATIVE), (OWN_SHARED, NODE), (OWN_SHARED, NODE_NATIVE))


def make_folder(folder: Path) -> None:
    """Certificates and keys of the server and of the client, P-256."""
    organisation = Organisation("Org1MSP")
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = organisation.member("", name="server", extensions=(x509.SubjectAlternativeName(names),))
    (folder / "ca.pem").write_bytes(organisation.root_pem)
    for name, member in (("server", server), ("client", organisation.member())):
        (folder / f"{name}.pem").write_bytes(member.credentials)
        (folder / f"{name}.key").write_bytes(_key_pem(member))


def _key_pem(member: Member) -> bytes:
    assert isinstance(member.key, ec.EllipticCurvePrivateKey)
    return member.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@contextlib.contextmanager
def null_gateway(folder: Path) -> Iterator[str]:
    """The port of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.null_gateway", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        assert server.stdin is not None
        server.stdin.close()


def measure(side: str, folder: Path, port: str, seconds: float, in_flight: int) -> dict[str, float]:
    """One side, one round."""
    arguments = [str(folder), port, str(seconds), str(in_flight)]
    if side in {NODE, NODE_NATIVE}:
        command = ["node", "bench.mjs", *arguments, "native" if side == NODE_NATIVE else "default"]
        place = NODE_CLIENT
    else:
        commit = "shared" if side == OWN_SHARED else "own"
        command = [sys.executable, "-m", "tests.bench.gateway_client", *arguments, commit]
        place = ROOT
    done = subprocess.run(command, cwd=place, check=True, stdout=subprocess.PIPE)
    result: dict[str, float] = json.loads(done.stdout)
    return {
        "tx_per_cpu_s": result["transactions"] / result["cpu_s"],
        "tx_per_s": result["transactions"] / result["wall_s"],
    }


def summary(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def run(rounds: int, seconds: float, in_flight: int) -> dict[str, Any]:
    """Every side once a round, and the ratios taken inside each round."""
    install_node_client()
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_folder(folder)
        with null_gateway(folder) as port:
            for number in range(rounds):
                order = SIDES if number % 2 == 0 else SIDES[::-1]
                for side in order:
                    found[side].append(measure(side, folder, port, seconds, in_flight))
    return {
        "host": host(),
        "rounds": rounds,
        "seconds": seconds,
        "in_flight": in_flight,
        "sides": {
            side: {unit: summary([one[unit] for one in results]) for unit in ("tx_per_cpu_s", "tx_per_s")}
            for side, results in found.items()
        },
        "ratios": {
            f"{ours} / {theirs}": summary(
                [
                    own["tx_per_cpu_s"] / other["tx_per_cpu_s"]
                    for own, other in zip(found[ours], found[theirs], strict=True)
                ]
            )
            for ours, theirs in RATIOS
        },
    }


def host() -> dict[str, str]:
    lock = json.loads((NODE_CLIENT / "package-lock.json").read_text())["packages"]
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "processor": f"{os.cpu_count()} x {model}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "grpcio": version("grpcio"),
        "cryptography": version("cryptography"),
        "protobuf": version("protobuf"),
        "node": subprocess.run(
            ["node", "--version"], check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip(),
        "fabric-gateway": lock["node_modules/@hyperledger/fabric-gateway"]["version"],
        "grpc-js": lock["node_modules/@grpc/grpc-js"]["version"],
    }


def show(result: dict[str, Any]) -> None:
    for name, value in result["host"].items():
        print(f"{name}: {value}")
    print(f"{result['rounds']} rounds of {result['seconds']} s, {result['in_flight']} in flight, TLS")
    for side, units in result["sides"].items():
        cpu, wall = units["tx_per_cpu_s"], units["tx_per_s"]
        print(
            f"{side}: {cpu['median']:.0f} tx/CPU-s ({cpu['least']:.0f} to {cpu['most']:.0f}), "
            f"{wall['median']:.0f} tx/s"
        )
    for name, ratio in result["ratios"].items():
        print(f"{name}: {ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = run(options.rounds, options.seconds, options.in_flight)
    show(result)
    if options.json is not None:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
