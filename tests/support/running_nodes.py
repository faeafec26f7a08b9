"""A network's real peers and orderers, up for the length of a block; no channel is joined."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tanhui.network.channel.make_network import Network
from tanhui.network.processes.network_processes import NetworkProcesses
from tanhui.network.processes.programs import find_programs


@contextmanager
def running_nodes(network: Network, folder: Path) -> Iterator[NetworkProcesses]:
    """Started in `folder`, a folder for each node, and stopped whatever happens."""
    processes = NetworkProcesses(network, find_programs(), folder)
    try:
        processes.up()
        yield processes
    finally:
        processes.down()
