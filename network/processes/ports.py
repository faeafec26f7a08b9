"""Ports: those that somebody else listens on, found before anything starts, and those that are free."""

import errno
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import msgspec

from tanhui.network.channel.topology import Organisation, Topology
from tanhui.network.processes.errors import PortsTakenError

LOOPBACK = "127.0.0.1"


def require_free(wanted: Mapping[str, tuple[str, int]]) -> None:
    """Nobody listens on any of these; port 0 is always free.

    Args:
        wanted: host and port by what the user knows them as: an option, or a node's field.

    Raises:
        PortsTakenError: it names each that is taken.
    """
    taken = {name: place for name, place in wanted.items() if place[1] and not _is_free(*place)}
    if taken:
        raise PortsTakenError(taken)


def _is_free(host: str, port: int) -> bool:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # As servers do: a connection that has just ended does not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as reason:
            # Any other fault, such as an address that is not this machine's, is the program's own to report.
            return reason.errno != errno.EADDRINUSE
    return True


def on_free_ports(topology: Topology) -> Topology:
    """The same network on this machine, every port one that nobody listens on now: it may run beside another."""
    with ExitStack() as held:
        port = _free_ports(held)
        organisations = [_moved(organisation, port) for organisation in topology.organisations]
        chaincodes = [
            msgspec.structs.replace(
                chaincode, services={msp_id: f"{LOOPBACK}:{next(port)}" for msp_id in chaincode.services}
            )
            for chaincode in topology.chaincodes
        ]
    return msgspec.structs.replace(topology, organisations=organisations, chaincodes=chaincodes)


def _moved(organisation: Organisation, port: Iterator[int]) -> Organisation:
    peers = [
        msgspec.structs.replace(peer, port=next(port), chaincode_port=next(port), operations_port=next(port))
        for peer in organisation.peers
    ]
    orderers = [
        msgspec.structs.replace(orderer, port=next(port), admin_port=next(port), operations_port=next(port))
        for orderer in organisation.orderers
    ]
    return msgspec.structs.replace(organisation, peers=peers, orderers=orderers)


def _free_ports(held: ExitStack) -> Iterator[int]:
    """Ports that stay taken until all are found, so that none is found twice."""
    while True:
        probe = held.enter_context(socket.socket())
        probe.bind((LOOPBACK, 0))
        yield int(probe.getsockname()[1])
