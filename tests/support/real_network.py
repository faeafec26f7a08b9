"""A real Fabric network for a whole test run, with every chaincode that the tests use as a service beside it."""

import asyncio
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import msgspec

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.channel import lifecycle
from tanhui.network.channel.bring_up import orderer_transport, peer_admins, wait_until_endorsable
from tanhui.network.channel.definitions import Definition
from tanhui.network.channel.services import package_of, services_of
from tanhui.network.channel.topology import Topology
from tanhui.network.connection import read_profile, write_profile
from tanhui.network.gateway import GrpcTransport
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.network.processes.native_network import NativeNetwork, connect
from tanhui.network.processes.programs import Programs, find_programs
from tests.support.node_chaincode.install import NODE_CHAINCODE, install_node_chaincode
from tests.support.real_topology import real_topology

ROOT = Path(__file__).resolve().parents[2]
TIME_WINDOW_S = 100 * 366 * 86_400
"""Features choose their own days; a peer would refuse a proposal beyond 15 minutes of its own clock."""
CHANNEL = "credits"
NAMES_AT_ONCE = 8


def serve(name: str) -> Sequence[str]:
    """The program that serves one of the tests' own chaincodes (tests/support/serve_chaincode.py)."""
    return ("env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.support.serve_chaincode", name)


def commands() -> dict[str, Sequence[str]]:
    """By chaincode; the one in JavaScript where Node.js is there."""
    found: dict[str, Sequence[str]] = {name: serve(name) for name in ("registry", "conformance", "kit")}
    node = shutil.which("node")
    if node is not None:
        install_node_chaincode()
        found["nodekit"] = (node, str(NODE_CHAINCODE / "kit.mjs"))
    return found


class RealNetwork:
    """A running network, a loop to speak to it from tests without one, and a transport to its first peer."""

    def __init__(self, native: NativeNetwork, programs: Programs) -> None:
        self.native = native
        self.network = native.network
        self.programs = programs
        self.loop = LoopThread()
        self.peers = [
            (f"{peer.host}:{peer.port}", each.msp_id)
            for each in self.network.topology.members
            for peer in each.peers
        ]
        self.transports = [self.loop.run(self._connected(number)) for number in range(len(self.peers))]
        self.transport = self.transports[0]
        self._names: list[str] = []
        self._numbers = count(1)

    def close(self) -> None:
        for transport in self.transports:
            self.loop.run(transport.close())
        self.loop.close()

    def client(self, msp_id: str = "RegulatorMSP", name: str = "client") -> SigningIdentity:
        return self.network.organisations[msp_id].signing_identity("client", name)

    def connection(self, chaincode: str) -> Path:
        """connection.json that names another chaincode."""
        path = self.native.connection_file.with_name(f"{chaincode}.json")
        profile = read_profile(self.native.connection_file)
        write_profile(path, msgspec.structs.replace(profile, chaincode=chaincode))
        return path

    def fresh_registry(self) -> str:
        """The registry under a name of its own: an empty state, served by the same processes."""
        if not self._names:
            names = [f"registry-{next(self._numbers)}" for _ in range(NAMES_AT_ONCE)]
            self.loop.run(self._define(names))
            self._names = names[::-1]
        return self._names.pop()

    async def _connected(self, peer: int) -> GrpcTransport:
        endpoint, msp_id = self.peers[peer]
        return connect(endpoint, self.network.organisations[msp_id].tls_root_pem)

    async def _define(self, names: Sequence[str]) -> None:
        chaincode = next(one for one in self.network.topology.chaincodes if one.name == "registry")
        services = services_of(self.network, chaincode)
        wanted = [replace(Definition.of(chaincode), name=name) for name in names]
        async with (
            peer_admins(self.network, connect) as peers,
            orderer_transport(self.network, connect) as orderer,
        ):
            package = {peer: package_of(services, peer.admin.msp_id).package_id for peer in peers}
            await asyncio.gather(
                *(
                    lifecycle.approve(peer, orderer, CHANNEL, one, package[peer])
                    for peer in peers
                    for one in wanted
                )
            )
            await asyncio.gather(
                *(lifecycle.wait_until_approved(peers, CHANNEL, definition) for definition in wanted)
            )
            await asyncio.gather(*(lifecycle.commit(peers, orderer, CHANNEL, one) for one in wanted))
            for name in names:
                await wait_until_endorsable(peers, CHANNEL, name)


@contextmanager
def real_network(folder: Path, topology: Topology | None = None) -> Iterator[RealNetwork]:
    """Up, and down at the end whatever happens. Without a topology, the one that the tests share."""
    programs = find_programs()
    served = commands()
    if topology is not None:
        served = {one.name: served[one.name] for one in topology.chaincodes}
    native = NativeNetwork(folder, topology or real_topology(), programs, served, time_window_s=TIME_WINDOW_S)
    try:
        asyncio.run(native.up())
        network = RealNetwork(native, programs)
        try:
            yield network
        finally:
            network.close()
    finally:
        native.down()
