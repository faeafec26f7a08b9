"""Shipped topologies on ports that are free on this machine, so that tests may run beside anything."""

import socket
from pathlib import Path

import tanhui.network
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.topology import Topology
from tanhui.network.processes.ports import on_free_ports

__all__ = ("free_port", "on_free_ports", "shipped_topology")


_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on now, each time another: the kernel may name one twice."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def shipped_topology(name: str) -> Topology:
    """A topology from network/topologies, as it is."""
    return load_topology(Path(tanhui.network.__path__[0]) / "topologies" / f"{name}.yaml")
