"""The chaincode services of a network on this machine: started with TLS and client authentication, and stopped.

Each runs under a keeper, which starts it again when it ends, with pauses that grow.

DIR/NAME/      a service's folder: its log, and its keeper's pid
"""

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tanhui.network.channel.make_network import Network
from tanhui.network.channel.services import Service, services_of
from tanhui.network.processes.keeper import keeping, kept_pid
from tanhui.network.processes.network_processes import HEALTHY_WITHIN_S, POLL_S, NodeStatus
from tanhui.network.processes.places import TIME_WINDOW_S
from tanhui.network.processes.ports import require_free
from tanhui.network.processes.running import Program

PROBE_TIMEOUT_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class ManagedService:
    """A service's program, and its health: it completes a TLS handshake with a peer's certificate."""

    service: Service
    program: Program

    def healthy(self) -> bool:
        """Whether a peer would get through."""
        host, port = _place(self.service.address)
        client = self.service.client
        context = ssl.create_default_context(cafile=str(client.root))
        context.load_cert_chain(client.certificate, client.key)
        context.set_alpn_protocols(["h2"])
        try:
            with (
                socket.create_connection((host, port), PROBE_TIMEOUT_S) as raw,
                context.wrap_socket(raw, server_hostname=host) as connection,
            ):
                return connection.selected_alpn_protocol() == "h2"
        except OSError:
            return False

    def serving_pid(self) -> int | None:
        """The pid of the service itself, which a keeper starts again when it ends; None meanwhile."""
        keeper = self.program.running_pid()
        return None if keeper is None else kept_pid(keeper)

    def status(self) -> NodeStatus:
        """Its keeper's pid, and its health."""
        pid = self.program.running_pid()
        return NodeStatus(self.service.name, "chaincode", pid, pid is not None and self.healthy())


class ChaincodeProcesses:
    """The services of the chaincodes that this machine knows how to run.

    Args:
        network: material and topology.
        commands: by chaincode name, the program that serves it, set up by CHAINCODE_* (chaincode/shim).
        folder: where each service gets a folder of its own.
        time_window_s: how far a proposal's timestamp may be from a service's clock.
    """

    def __init__(
        self,
        network: Network,
        commands: Mapping[str, Sequence[str]],
        folder: Path,
        *,
        time_window_s: int = TIME_WINDOW_S,
    ) -> None:
        self.services: dict[str, ManagedService] = {}
        for chaincode in network.topology.chaincodes:
            command = commands.get(chaincode.name)
            for service in services_of(network, chaincode) if command is not None else ():
                assert command is not None
                kept = keeping(command)
                program = Program(
                    service.name, folder / service.name, kept, _environment(service, time_window_s)
                )
                self.services[service.name] = ManagedService(service, program)

    def up(self, timeout_s: float = HEALTHY_WITHIN_S) -> None:
        """Start what does not run, and wait until every service is well.

        Raises PortsTakenError before anything starts, NodeFailedError.
        """
        self.require_ports()
        for each in self.services.values():
            each.program.start()
        deadline = time.monotonic() + timeout_s
        for each in self.services.values():
            while not each.healthy():
                if each.program.running_pid() is None:
                    raise each.program.failed("it ended")
                if time.monotonic() > deadline:
                    raise each.program.failed("not healthy in time")
                time.sleep(POLL_S)

    def require_ports(self) -> None:
        """Nobody else listens where a service that does not run is to listen. Raises PortsTakenError."""
        stopped = [each for each in self.services.values() if each.program.running_pid() is None]
        require_free({each.program.name: _place(each.service.address) for each in stopped})

    def down(self) -> None:
        """Stop every service."""
        for each in self.services.values():
            each.program.stop()

    def status(self) -> list[NodeStatus]:
        """Every service as it is now."""
        return [each.status() for each in self.services.values()]


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def _environment(service: Service, time_window_s: int) -> dict[str, str]:
    return {
        "CHAINCODE_ID": service.package_id,
        "CHAINCODE_SERVER_ADDRESS": service.address,
        "CHAINCODE_TLS_KEY": str(service.tls.key.resolve()),
        "CHAINCODE_TLS_CERT": str(service.tls.certificate.resolve()),
        "CHAINCODE_CLIENT_CA_CERT": str(service.tls.root.resolve()),
        "CHAINCODE_TIME_WINDOW_S": str(time_window_s),
    }
