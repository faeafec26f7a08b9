"""`tanhui network`: a real Fabric network on this machine, from a topology file."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.network_change import apply, plan, sign, submit
from tanhui.cli.network_operations import backup, rejoin, renew, restore, revoke, snapshot
from tanhui.cli.network_options import NetworkData, TopologyFile, known_network, open_network
from tanhui.cli.network_watch import watch
from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, messages, print_json, print_table, results
from tanhui.network.channel.bring_up import bring_up
from tanhui.network.channel.load_topology import load_topology
from tanhui.network.processes.compose import render_compose
from tanhui.network.processes.container_material import make_container_material
from tanhui.network.processes.native_network import NativeNetwork, connect

app = typer.Typer(help="Run a Fabric network from a topology file.", no_args_is_help=True)

for command in (plan, sign, submit, apply, renew, revoke, snapshot, backup, restore, rejoin, watch):
    app.command()(command)


@app.command()
def up(topology: TopologyFile, data: NetworkData) -> None:
    """Make what is missing, start the programs, join the channel, and define the chaincodes.

    Then DATA/connection.json tells clients where the network is.
    """
    network = open_network(topology, data)
    asyncio.run(network.up())
    messages.print(f"clients: {network.connection_file}", soft_wrap=True)
    _show(network, as_json=False)


@app.command()
def compose(
    topology: Annotated[
        Path, typer.Option("--topology", help="Its path from the repository's top.", exists=True)
    ],
) -> None:
    """Print the docker-compose.yml of a topology."""
    sys.stdout.write(render_compose(load_topology(topology), topology.as_posix()))


@app.command()
def material(topology: TopologyFile, data: NetworkData) -> None:
    """Make what the containers of docker-compose.yml start from."""
    make_container_material(data, load_topology(topology))


@app.command()
def join(topology: TopologyFile, data: NetworkData) -> None:
    """Join the containers' nodes to the channel and bring the chaincodes onto it; part of docker-compose.yml."""
    asyncio.run(bring_up(make_container_material(data, load_topology(topology)), connect))


@app.command()
def down(topology: TopologyFile, data: NetworkData) -> None:
    """Stop everything that `up` started."""
    network = known_network(topology, data)
    network.down()
    _show(network, as_json=False)


@app.command()
def status(topology: TopologyFile, data: NetworkData, as_json: AsJson = False) -> None:
    """Show each program's pid and health. Exit status 1 when one is not well."""
    if not _show(known_network(topology, data), as_json):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def logs(
    topology: TopologyFile,
    data: NetworkData,
    node: Annotated[str, typer.Argument(help="The node's full name, as `status` shows it.")],
    lines: Annotated[int, typer.Option("--lines", min=1, max=100_000)] = 50,
) -> None:
    """Print the end of a node's log."""
    programs = known_network(topology, data).programs
    if node not in programs:
        fail(f"no node {node}; there are: {', '.join(programs)}")
    log = programs[node].log
    if not log.exists():
        fail(f"{node} has no log yet: it was never started")
    text = log.read_text("utf-8", "replace")
    for line in text.splitlines()[-lines:]:
        results.print(line, markup=False, soft_wrap=True)


def _show(network: NativeNetwork, as_json: bool) -> bool:
    found = network.status()
    if as_json:
        nodes = [
            {"name": node.name, "kind": node.kind, "pid": node.pid, "healthy": node.healthy} for node in found
        ]
        print_json({"nodes": nodes})
    else:
        rows = [(node.name, node.kind, node.pid or "-", "yes" if node.healthy else "no") for node in found]
        print_table("nodes", ("name", "kind", "pid", "healthy"), rows)
    return all(node.healthy for node in found)
