"""`tanhui network renew, revoke, snapshot, backup, restore, rejoin`: what operators do to nodes and people."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.network_options import NetworkData, TopologyFile, open_network
from tanhui.cli.output import messages
from tanhui.network.processes import operations

Node = Annotated[str, typer.Argument(help="The node's full name, as `status` shows it.")]


def renew(node: Node, topology: TopologyFile, data: NetworkData) -> None:
    """New keys and certificates for a peer or an ordering node; the network goes on meanwhile."""
    asyncio.run(operations.renew(open_network(topology, data), node))
    messages.print(f"{node} runs with new certificates")


def revoke(
    msp_id: Annotated[str, typer.Argument(help="The organisation's MSP id.")],
    user: Annotated[str, typer.Argument(help="The user's name in the topology.")],
    topology: TopologyFile,
    data: NetworkData,
) -> None:
    """Revoke a user's certificate, in the organisation's folder and in the channel's configuration."""
    asyncio.run(operations.revoke(open_network(topology, data), msp_id, user))
    messages.print(f"{user} of {msp_id} is revoked")


def snapshot(
    node: Node,
    topology: TopologyFile,
    data: NetworkData,
    out: Annotated[Path, typer.Option("--out", help="The folder to copy it to; it must not be there.")],
) -> None:
    """Take a peer's snapshot of the channel; a further peer joins from it (`apply --join-by-snapshot`)."""
    block = asyncio.run(operations.take_snapshot(open_network(topology, data), node, out))
    messages.print(f"the state at block {block}: {out}", soft_wrap=True)


def backup(
    node: Node,
    topology: TopologyFile,
    data: NetworkData,
    out: Annotated[Path, typer.Option("--out", help="The tar file to write.", dir_okay=False)],
) -> None:
    """Stop a node, copy its ledger to a tar file, and start it again."""
    size = operations.backup(open_network(topology, data), node, out)
    messages.print(f"{size} bytes in {out}", soft_wrap=True)


def restore(
    node: Node,
    topology: TopologyFile,
    data: NetworkData,
    archive: Annotated[Path, typer.Option("--from", help="The tar file.", exists=True, dir_okay=False)],
) -> None:
    """Put a peer's ledger back from a backup; it fetches what came since."""
    operations.restore(open_network(topology, data), node, archive)
    messages.print(f"{node} runs from {archive}", soft_wrap=True)


def rejoin(
    node: Node,
    topology: TopologyFile,
    data: NetworkData,
    snapshot: Annotated[
        Path | None, typer.Option("--join-by-snapshot", help="A peer joins from this snapshot.", exists=True)
    ] = None,
) -> None:
    """Drop a node's ledger and let it fetch everything from the others: after a lost disk, or a damaged ledger."""
    asyncio.run(operations.rejoin(open_network(topology, data), node, snapshot))
    messages.print(f"{node} has joined anew")
