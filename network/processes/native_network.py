"""A whole Fabric network on this machine, from a topology to clients that may connect.

DATA/network/           crypto material and block 0 (channel/make_network.py)
DATA/nodes/NAME/        peers, orderers and chaincode services: configuration, data, log, pid
DATA/connection.json    what clients read
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tanhui.network.channel.bring_up import bring_up
from tanhui.network.channel.client_profile import connection_profile, every_peer
from tanhui.network.channel.make_network import make_network
from tanhui.network.channel.topology import Topology
from tanhui.network.connection import write_profile
from tanhui.network.gateway import GrpcTransport, TlsOptions
from tanhui.network.processes.chaincode_processes import ChaincodeProcesses
from tanhui.network.processes.network_processes import NetworkProcesses, NodeStatus
from tanhui.network.processes.places import TIME_WINDOW_S
from tanhui.network.processes.programs import Programs
from tanhui.network.processes.running import Program


def connect(endpoint: str, root: bytes) -> GrpcTransport:
    """A node by host:port and its organisation's TLS root in PEM. Made inside a running event loop."""
    return GrpcTransport(endpoint, TlsOptions(root_certificates=root))


class NativeNetwork:
    """Peers, orderers and chaincode services of one topology, in one folder.

    Args:
        folder: the network's own.
        topology: which network.
        programs: Fabric's.
        commands: by chaincode name, the program that serves it.
        time_window_s: how far a proposal's timestamp may be from a peer's or a chaincode's clock.
    """

    def __init__(
        self,
        folder: Path,
        topology: Topology,
        programs: Programs,
        commands: Mapping[str, Sequence[str]],
        *,
        time_window_s: int = TIME_WINDOW_S,
    ) -> None:
        self.folder = folder.resolve()
        self.network = make_network(self.folder / "network", topology)
        nodes = self.folder / "nodes"
        self.nodes = NetworkProcesses(self.network, programs, nodes, time_window_s=time_window_s)
        self.chaincodes = ChaincodeProcesses(self.network, commands, nodes, time_window_s=time_window_s)

    @property
    def connection_file(self) -> Path:
        """connection.json."""
        return self.folder / "connection.json"

    @property
    def programs(self) -> dict[str, Program]:
        """Every program by its full name."""
        services = self.chaincodes.services.items()
        return {name: node.program for name, node in self.nodes.nodes.items()} | {
            name: each.program for name, each in services
        }

    async def up(self) -> None:
        """Start, join, define, and write connection.json; what is done already stays.

        Raises:
            PortsTakenError: somebody else listens on a port of the topology; nothing was started.
            NodeFailedError: a program ended or was not well in time.
            ChannelError: a node refused.
        """
        self.nodes.require_ports()
        self.chaincodes.require_ports()
        self.nodes.up()
        self.chaincodes.up()
        await bring_up(self.network, connect)
        self.write_connection()

    def write_connection(self) -> None:
        """Tell clients where the network is: every peer is a gateway."""
        first, *further = every_peer(self.folder, self.network)
        profile = connection_profile(
            self.folder, self.network, first.endpoint, mutual=False, further=tuple(further)
        )
        write_profile(self.connection_file, profile)

    def down(self) -> None:
        """Stop everything: peers first."""
        self.nodes.down()
        self.chaincodes.down()

    def status(self) -> list[NodeStatus]:
        """Every node and service as it is now."""
        return self.nodes.status() + self.chaincodes.status()
