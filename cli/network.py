"""`tanhui network`: a real Fabric network on this machine, from a topology file."""

from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, messages, print_json, print_table, results
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.processes.network_processes import NetworkProcesses
from tanhui.network.processes.programs import find_programs

app = typer.Typer(help="Run a Fabric network from a topology file.", no_args_is_help=True)

TopologyFile = Annotated[
    Path, typer.Option("--topology", help="The topology file (YAML).", exists=True, dir_okay=False)
]
NetworkData = Annotated[Path, typer.Option("--data", help="The network's folder.", file_okay=False)]


def open_network(topology: Path, data: Path) -> tuple[Network, NetworkProcesses]:
    """The network's material, made when it is not there, and its programs."""
    programs = find_programs()
    messages.print(f"Fabric {programs.version}: {programs.peer}, {programs.orderer}")
    network = make_network(data / "network", load_topology(topology))
    return network, NetworkProcesses(network, programs, data / "nodes")


@app.command()
def up(topology: TopologyFile, data: NetworkData) -> None:
    """Make what is missing, start peers and orderers, join the channel, and define the chaincodes."""
    _, processes = open_network(topology, data)
    processes.up()

    _show(processes, as_json=False)


@app.command()
def down(topology: TopologyFile, data: NetworkData) -> None:
    """Stop every peer and orderer that `up` started."""
    _, processes = open_network(topology, data)
    processes.down()
    _show(processes, as_json=False)


@app.command()
def status(topology: TopologyFile, data: NetworkData, as_json: AsJson = False) -> None:
    """Show each node's pid and health. Exit status 1 when one is not well."""
    _, processes = open_network(topology, data)
    if not _show(processes, as_json):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def logs(
    topology: TopologyFile,
    data: NetworkData,
    node: Annotated[str, typer.Argument(help="The node's full name, as `status` shows it.")],
    lines: Annotated[int, typer.Option("--lines", min=1, max=100_000)] = 50,
) -> None:
    """Print the end of a node's log."""
    _, processes = open_network(topology, data)
    if node not in processes.nodes:
        fail(f"no node {node}; there are: {', '.join(processes.nodes)}")
    text = processes.nodes[node].program.log.read_text("utf-8", "replace")
    for line in text.splitlines()[-lines:]:
        results.print(line, markup=False, soft_wrap=True)


def _show(processes: NetworkProcesses, as_json: bool) -> bool:
    found = processes.status()
    if as_json:
        nodes = [
            {"name": node.name, "kind": node.kind, "pid": node.pid, "healthy": node.healthy} for node in found
        ]
        print_json({"nodes": nodes})
    else:
        rows = [(node.name, node.kind, node.pid or "-", "yes" if node.healthy else "no") for node in found]
        print_table("nodes", ("name", "kind", "pid", "healthy"), rows)
    return all(node.healthy for node in found)
