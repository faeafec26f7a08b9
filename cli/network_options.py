"""What the commands of `tanhui network` share: which network, and how it is opened."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.output import messages
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.processes.native_network import NativeNetwork
from tanhui.network.processes.programs import Programs, find_programs

SERVE: Final = (sys.executable, "-m", "tanhui.cli.main", "chaincode", "serve")
"""The registry's contract as a service."""

TopologyFile = Annotated[
    Path, typer.Option("--topology", help="The topology file (YAML).", exists=True, dir_okay=False)
]
NetworkData = Annotated[Path, typer.Option("--data", help="The network's folder.", file_okay=False)]


def known_network(topology: Path, data: Path) -> NativeNetwork:
    """The network as it stands in its folder: enough to speak to it, and to stop its programs, not to start one."""
    named = Programs(Path("peer"), Path("orderer"), "")
    return NativeNetwork(data, load_topology(topology), named, {CHAINCODE_NAME: SERVE})


def open_network(topology: Path, data: Path) -> NativeNetwork:
    """The network's material, made when it is not there, and its programs."""
    programs = find_programs()
    messages.print(f"Fabric {programs.version}: {programs.peer}, {programs.orderer}")
    return NativeNetwork(data, load_topology(topology), programs, {CHAINCODE_NAME: SERVE})
