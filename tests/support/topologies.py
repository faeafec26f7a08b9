"""Shipped topologies on ports that are free on this machine, so that tests may run beside anything."""

import socket
from pathlib import Path

import tanhui.network
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.topology import Topology
from tanhui.network.processes.ports import on_free_ports

__all__ = ("free_port", "on_free_ports", "shipped_topology")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def shipped_topology(name: str) -> Topology:
    """A topology from network/topologies, as it is."""
    return load_topology(Path(tanhui.network.__path__[0]) / "topologies" / f"{name}.yaml")
