"""Nodes whose chaincodes run as services: in this process, or in one that can be killed.

The service and the node speak over TLS on loopback, both sides showing certificates of the topology's own making.
"""

import asyncio
import dataclasses
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim import ServerTls, ServiceSettings, serving
from tanhui.network.channel.load_topology import parse_topology
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.channel.services import Service, services_of
from tanhui.network.channel.topology import Topology
from tanhui.node.chaincode import ServedChaincode, ServerAddress, StreamSettings, server_of_service
from tanhui.node.node import Node
from tanhui.node.settings import NodeSettings
from tests.support.kit_chaincode import KitChaincode
from tests.support.kv_node import TOPOLOGY as KV_TOPOLOGY
from tests.support.kv_node import kv_node

ROOT = Path(__file__).resolve().parents[2]
ANYWHERE = "127.0.0.1:1"
"""The address that a package names; tests dial the port that was free."""

CHAINCODES = """
chaincodes:
  - &kit
    name: kit
    address: "%(anywhere)s"
    endorsement_policy: "AND('OneMSP.peer', 'TwoMSP.peer')"
    collections:
      - {name: shared, policy: "OR('OneMSP.member', 'TwoMSP.member')", required_peers: 0}
      - {name: one, policy: "OR('OneMSP.member')", required_peers: 0}
  - <<: *kit
    name: other
  - name: kv
    endorsement_policy: "AND('OneMSP.peer', 'TwoMSP.peer')"
"""


def stream_topology(timeout_ms: int = 20) -> Topology:
    """Two organisations, both endorse; `kit` and `other` as services, `kv` in the node."""
    organisations = KV_TOPOLOGY.partition("chaincodes:")[0]
    text = organisations % {"timeout_ms": timeout_ms, "messages_max": 50} + CHAINCODES % {
        "anywhere": ANYWHERE
    }
    return parse_topology(text.encode())


def service(network: Network, name: str) -> Service:
    """The service of a topology's chaincode."""
    spec = next(one for one in network.topology.chaincodes if one.name == name)
    (found,) = services_of(network, msgspec.structs.replace(spec, address=ANYWHERE, services={}))
    return found


def service_settings(found: Service, *, transactions_max: int = 2_500) -> ServiceSettings:
    """How the shim serves it, on a free port."""
    root, certificate, key = found.tls.read()
    tls = ServerTls(key, certificate, root)
    return ServiceSettings(found.package_id, "127.0.0.1:0", tls, transactions_max, time_window_s=None)


def server_at(found: Service, port: int) -> ServerAddress:
    """How the node dials it."""
    return dataclasses.replace(server_of_service(found), address=f"127.0.0.1:{port}")


@asynccontextmanager
async def served(
    found: Service, chaincode: Chaincode, settings: StreamSettings | None = None
) -> AsyncIterator[ServedChaincode]:
    """A chaincode behind the shim, both ends in this event loop."""
    async with (
        serving(chaincode, service_settings(found)) as port,
        ServedChaincode.opened(server_at(found, port), settings) as opened,
    ):
        yield opened


@asynccontextmanager
async def stream_node(
    folder: Path,
    chaincodes: Mapping[str, Chaincode] | None = None,
    *,
    stream: StreamSettings | None = None,
    settings: NodeSettings | None = None,
    topology: Topology | None = None,
) -> AsyncIterator[Node]:
    """A node whose `kit` and `other` run behind the shim; others of `chaincodes` as they are given."""
    described = topology or stream_topology()
    network = await asyncio.to_thread(make_network, folder / "network", described)
    given = dict(chaincodes or {})
    async with AsyncExitStack() as stack:
        for name in ("kit", "other"):
            behind = given.get(name, KitChaincode())
            if not isinstance(behind, ServedChaincode):
                given[name] = await stack.enter_async_context(served(service(network, name), behind, stream))
        yield await stack.enter_async_context(kv_node(folder, described, settings, chaincodes=given))


class ServiceProcess:
    """`python -m tests.support.serve_chaincode NAME` with a service's material, on a port of its own choice."""

    def __init__(self, found: Service, name: str) -> None:
        self._service = found
        self._name = name
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0

    async def start(self) -> int:
        """Run it; the same port again after a kill."""
        tls = self._service.tls
        environment = {
            "PATH": os.environ["PATH"],
            "CHAINCODE_ID": self._service.package_id,
            "CHAINCODE_SERVER_ADDRESS": f"127.0.0.1:{self.port}",
            "CHAINCODE_TLS_KEY": str(tls.key),
            "CHAINCODE_TLS_CERT": str(tls.certificate),
            "CHAINCODE_CLIENT_CA_CERT": str(tls.root),
        }
        command = [sys.executable, "-m", "tests.support.serve_chaincode", self._name]
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            if line.startswith(b"ready "):
                self.port = int(line.split()[1])
                return self.port
        raise AssertionError("the service ended before it was ready")

    async def kill(self) -> None:
        """SIGKILL, and wait."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
