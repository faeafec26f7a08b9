"""Shipped topologies on ports that are free on this machine, so that tests may run beside anything."""

import socket
from pathlib import Path

import msgspec

import tanhui.network
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.topology import Organisation, Topology


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def shipped_topology(name: str) -> Topology:
    """A topology from network/topologies, as it is."""
    return load_topology(Path(tanhui.network.__path__[0]) / "topologies" / f"{name}.yaml")


def on_free_ports(topology: Topology) -> Topology:
    """The same network elsewhere: every port a free one."""

    def moved(organisation: Organisation) -> Organisation:
        peers = [
            msgspec.structs.replace(
                peer, port=free_port(), chaincode_port=free_port(), operations_port=free_port()
            )
            for peer in organisation.peers
        ]
        orderers = [
            msgspec.structs.replace(
                orderer, port=free_port(), admin_port=free_port(), operations_port=free_port()
            )
            for orderer in organisation.orderers
        ]
        return msgspec.structs.replace(organisation, peers=peers, orderers=orderers)

    chaincodes = [
        msgspec.structs.replace(
            chaincode, services={msp_id: f"127.0.0.1:{free_port()}" for msp_id in chaincode.services}
        )
        for chaincode in topology.chaincodes
    ]
    organisations = [moved(organisation) for organisation in topology.organisations]
    return msgspec.structs.replace(topology, organisations=organisations, chaincodes=chaincodes)
