"""A real Fabric network on loopback for one test: its processes are stopped at the end by their pids."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tanhui.crypto_config.member import Member
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.topology import Orderer, Organisation, Peer, Topology

START_S = 40.0
BUILDER = Path(__file__).parents[2] / "network" / "processes" / "builder"
BCCSP = {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}}


def with_free_ports(topology: Topology) -> Topology:
    """The same topology on ports of loopback that nobody listens on now."""
    free = iter(_free_ports(60))
    changed = []
    for each in topology.organisations:
        peers = [
            msgspec.structs.replace(
                peer, port=next(free), chaincode_port=next(free), operations_port=next(free)
            )
            for peer in each.peers
        ]
        orderers = [
            msgspec.structs.replace(
                orderer, port=next(free), admin_port=next(free), operations_port=next(free)
            )
            for orderer in each.orderers
        ]
        changed.append(msgspec.structs.replace(each, peers=peers, orderers=orderers))
    return msgspec.structs.replace(topology, organisations=changed)


@contextmanager
def running(network: Network, programs: Path, folder: Path) -> Iterator[None]:
    """Start every orderer and peer of the network; wait until each listens."""
    started: list[tuple[str, int, subprocess.Popen[bytes], Path]] = []
    try:
        for each in network.topology.organisations:
            crypto = network.organisations[each.msp_id]
            for orderer in each.orderers:
                home = folder / f"{orderer.name}.{each.domain}"
                config = _orderer_config(each, orderer, crypto.member("orderer", orderer.name), home)
                program = [str(programs / "orderer")]
                started.append((orderer.host, orderer.port, *_start(program, "orderer.yaml", config, home)))
            for peer in each.peers:
                home = folder / f"{peer.name}.{each.domain}"
                config = _peer_config(each, peer, crypto.member("peer", peer.name), home)
                program = [str(programs / "peer"), "node", "start"]
                started.append((peer.host, peer.port, *_start(program, "core.yaml", config, home)))
        for host, port, process, log in started:
            _wait(host, port, process, log)
        yield
    finally:
        for *_, process, _log in started:
            process.terminate()
        for *_, process, _log in started:
            process.wait(timeout=30)


def _start(
    program: list[str], name: str, config: dict[str, Any], home: Path
) -> tuple[subprocess.Popen[bytes], Path]:
    home.mkdir(parents=True)
    (home / name).write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    log = home / "log"
    environment = {
        "FABRIC_CFG_PATH": str(home), "FABRIC_LOGGING_SPEC": "warn", "PATH": os.environ["PATH"],
        "HOME": str(home),
    }  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(program, cwd=home, env=environment, stdout=output, stderr=output)
    return process, log


def _wait(host: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens on {host}:{port}: {log.read_text(errors='replace')[-3000:]}")


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _orderer_config(each: Organisation, orderer: Orderer, member: Member, home: Path) -> dict[str, Any]:
    tls = {
        "Enabled": True,
        "PrivateKey": str(member.tls.key),
        "Certificate": str(member.tls.certificate),
        "RootCAs": [str(member.tls.root)],
    }
    admin = {**tls, "ClientAuthRequired": True, "ClientRootCAs": [str(member.tls.root)]}
    return {
        "General": {
            "ListenAddress": orderer.host,
            "ListenPort": orderer.port,
            "TLS": tls,
            "Cluster": {"ClientCertificate": tls["Certificate"], "ClientPrivateKey": tls["PrivateKey"]},
            "BootstrapMethod": "none",
            "LocalMSPDir": str(member.msp_folder),
            "LocalMSPID": each.msp_id,
            "BCCSP": BCCSP,
            "Authentication": {"TimeWindow": "15m"},
        },
        "FileLedger": {"Location": str(home / "ledger")},
        "Operations": {"ListenAddress": f"{orderer.host}:{orderer.operations_port}"},
        "Metrics": {"Provider": "disabled"},
        "Admin": {"ListenAddress": f"{orderer.host}:{orderer.admin_port}", "TLS": admin},
        "ChannelParticipation": {"Enabled": True, "MaxRequestBodySize": "1 MB"},
        "Consensus": {"WALDir": str(home / "wal"), "SnapDir": str(home / "snap")},
    }


def _peer_config(each: Organisation, peer: Peer, member: Member, home: Path) -> dict[str, Any]:
    address = f"{peer.host}:{peer.port}"
    chaincode = f"{peer.host}:{peer.chaincode_port}"
    return {
        "peer": {
            "id": member.name,
            "networkId": "test",
            "listenAddress": address,
            "address": address,
            "chaincodeListenAddress": chaincode,
            "chaincodeAddress": chaincode,
            "gossip": {
                "bootstrap": address,
                "endpoint": address,
                "externalEndpoint": address,
                "orgLeader": True,
            },
            "tls": {
                "enabled": True,
                "cert": {"file": str(member.tls.certificate)},
                "key": {"file": str(member.tls.key)},
                "rootcert": {"file": str(member.tls.root)},
            },
            "fileSystemPath": str(home / "data"),
            "mspConfigPath": str(member.msp_folder),
            "localMspId": each.msp_id,
            "localMspType": "bccsp",
            "BCCSP": BCCSP,
            "authentication": {"timewindow": "15m"},
            "handlers": {
                "authFilters": [{"name": "DefaultAuth"}, {"name": "ExpirationCheck"}],
                "decorators": [{"name": "DefaultDecorator"}],
                "endorsers": {"escc": {"name": "DefaultEndorsement"}},
                "validators": {"vscc": {"name": "DefaultValidation"}},
            },
            "discovery": {"enabled": True},
            "gateway": {"enabled": True},
        },
        "vm": {"endpoint": ""},
        "chaincode": {
            "mode": "net",
            "externalBuilders": [
                {"name": "service", "path": str(BUILDER), "propagateEnvironment": ["PATH", "HOME"]}
            ],
            "installTimeout": "60s",
            "startuptimeout": "30s",
            "executetimeout": "30s",
            "system": dict.fromkeys(("_lifecycle", "cscc", "lscc", "qscc"), "enable"),
        },
        "ledger": {
            "state": {"stateDatabase": "goleveldb", "totalQueryLimit": 100000},
            "history": {"enableHistoryDatabase": True},
            "pvtdataStore": {
                "collElgProcMaxDbBatchSize": 5000,
                "collElgProcDbBatchesInterval": 1000,
                "deprioritizedDataReconcilerInterval": "60m",
                "purgeInterval": 100,
            },
            "snapshots": {"rootDir": str(home / "snapshots")},
        },
        "operations": {"listenAddress": f"{peer.host}:{peer.operations_port}"},
        "metrics": {"provider": "disabled"},
    }
