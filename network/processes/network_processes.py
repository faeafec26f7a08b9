"""A network's programs on this machine: every peer and orderer of a topology, started, watched and stopped.

DIR/nodes/NAME/        a node's folder: its configuration, data, log and pid
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tanhui.crypto_config.member import Member
from tanhui.network.channel.errors import ChannelError
from tanhui.network.channel.make_network import Network
from tanhui.network.channel.topology import Orderer, Peer
from tanhui.network.processes.health import OperationsEndpoint
from tanhui.network.processes.orderer_config import orderer_config
from tanhui.network.processes.peer_config import BUILDER, peer_config
from tanhui.network.processes.places import TIME_WINDOW_S, OrdererPlace, PeerPlace, write_configuration
from tanhui.network.processes.ports import require_free
from tanhui.network.processes.programs import Programs
from tanhui.network.processes.running import Program

HEALTHY_WITHIN_S = 60.0
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """One node as it is now."""

    name: str
    kind: str
    pid: int | None
    healthy: bool


@dataclass(frozen=True, slots=True)
class ManagedNode:
    """A node's program and where its health shows."""

    kind: str
    program: Program
    operations: OperationsEndpoint
    ports: Mapping[str, tuple[str, int]]

    def status(self) -> NodeStatus:
        """Pid and health."""
        pid = self.program.running_pid()
        healthy = pid is not None and self.operations.healthy()
        return NodeStatus(self.program.name, self.kind, pid, healthy)


class NetworkProcesses:
    """The nodes of one network."""

    def __init__(
        self,
        network: Network,
        programs: Programs,
        folder: Path,
        *,
        time_window_s: int = TIME_WINDOW_S,
        builder: Path = BUILDER,
    ) -> None:
        """Write every node's configuration; nothing starts yet.

        Args:
            network: material and topology.
            programs: Fabric's.
            folder: where each node gets a folder of its own.
            time_window_s: how far a proposal's timestamp may be from a peer's clock.
            builder: the peers' external builder for chaincode as a service.
        """
        self._builder = builder
        self.network = network
        self._time_window_s = time_window_s
        self._programs = programs
        self.folder = folder
        self.nodes: dict[str, ManagedNode] = {}
        for node in [*self._orderers(), *self._peers()]:
            self.nodes[node.program.name] = node

    def up(self, timeout_s: float = HEALTHY_WITHIN_S) -> None:
        """Start what does not run, and wait until every node is well.

        Raises:
            NodeFailedError: a node ended, or was not well in time; the others go on.
        """
        self.require_ports()
        for node in self.nodes.values():
            node.program.start()
        deadline = time.monotonic() + timeout_s
        for node in self.nodes.values():
            wait_until_healthy(node, deadline)

    def require_ports(self) -> None:
        """Nobody else listens where a node that does not run is to listen. Raises PortsTakenError."""
        stopped = [node for node in self.nodes.values() if node.program.running_pid() is None]
        require_free({name: place for node in stopped for name, place in node.ports.items()})

    def down(self) -> None:
        """Stop every node: peers first, so that nobody asks an orderer that is gone."""
        for node in reversed(self.nodes.values()):
            node.program.stop()

    def status(self) -> list[NodeStatus]:
        """Every node as it is now."""
        return [node.status() for node in self.nodes.values()]

    def _orderers(self) -> Iterator[ManagedNode]:
        for organisation in self.network.topology.organisations:
            for orderer in organisation.orderers:
                member = self.network.organisations[organisation.msp_id].member("orderer", orderer.name)
                place = OrdererPlace(
                    member=member,
                    folder=self.folder / member.name,
                    host=orderer.host,
                    port=orderer.port,
                    admin_port=_port(orderer, "admin_port", member.name),
                    operations_port=_port(orderer, "operations_port", member.name),
                    client_roots=self._tls_roots(self.folder / member.name),
                )
                write_configuration(place.folder / "orderer.yaml", orderer_config(place))
                command = (str(self._programs.orderer), "start")
                yield self._managed(
                    "orderer", member, place, command, ("port", "admin_port", "operations_port")
                )

    def _peers(self) -> Iterator[ManagedNode]:
        for organisation in self.network.topology.organisations:
            addresses = {peer.name: f"{peer.host}:{peer.port}" for peer in organisation.peers}
            for peer in organisation.peers:
                member = self.network.organisations[organisation.msp_id].member("peer", peer.name)
                others = tuple(address for name, address in addresses.items() if name != peer.name)
                place = PeerPlace(
                    member=member,
                    folder=self.folder / member.name,
                    network_id=self.network.topology.channel.name,
                    host=peer.host,
                    port=peer.port,
                    chaincode_port=_port(peer, "chaincode_port", member.name),
                    operations_port=_port(peer, "operations_port", member.name),
                    client_roots=self._tls_roots(self.folder / member.name),
                    bootstrap=others,
                    time_window_s=self._time_window_s,
                )
                write_configuration(place.folder / "core.yaml", peer_config(place, self._builder))
                command = (str(self._programs.peer), "node", "start")
                ports = ("port", "chaincode_port", "operations_port")
                yield self._managed("peer", member, place, command, ports)

    def _managed(
        self,
        kind: str,
        member: Member,
        place: PeerPlace | OrdererPlace,
        command: tuple[str, ...],
        ports: tuple[str, ...],
    ) -> ManagedNode:
        folder, tls = place.folder, member.tls
        environment = {"FABRIC_CFG_PATH": str(folder), "FABRIC_LOGGING_SPEC": "warn"}
        program = Program(member.name, folder, command, environment)
        endpoint = OperationsEndpoint(place.host, place.operations_port, tls.root, tls.certificate, tls.key)
        places = {f"{member.name} {port}": (place.host, int(getattr(place, port))) for port in ports}
        return ManagedNode(kind, program, endpoint, places)

    def _tls_roots(self, folder: Path) -> tuple[Path, ...]:
        """Every organisation's TLS root in the node's own folder: a container sees no other."""
        found = []
        for organisation in self.network.organisations.values():
            path = folder / "tls-roots" / f"{organisation.spec.domain}.pem"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(organisation.tls_root_pem)
            found.append(path)
        return tuple(found)


def wait_until_healthy(node: ManagedNode, deadline: float) -> None:
    """Until /healthz says so. Raises NodeFailedError past the monotonic `deadline`, or when it ended."""
    while not node.operations.healthy():
        if node.program.running_pid() is None:
            raise node.program.failed("it ended")
        if time.monotonic() > deadline:
            raise node.program.failed("not healthy in time")
        time.sleep(POLL_S)


def _port(node: Peer | Orderer, name: str, full_name: str) -> int:
    port: int | None = getattr(node, name)
    if port is None:
        raise ChannelError(name, full_name, "a node that runs here needs this port")
    return port
