"""`tanhui network plan, sign, submit, apply`: a running network follows its topology file."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.network_options import NetworkData, TopologyFile, known_network, open_network
from tanhui.cli.options import AsJson
from tanhui.cli.output import fail, messages, print_json, print_table
from tanhui.network.channel import governing
from tanhui.network.channel.config_update import ConfigChange
from tanhui.network.channel.planned_change import Difference
from tanhui.network.processes import operations
from tanhui.network.processes.native_network import connect

ChangeFile = Annotated[
    Path, typer.Argument(help="A change, as `plan` wrote it; `peer channel signconfigtx` reads it too.")
]
Organisations = Annotated[
    list[str], typer.Option("--as", help="Sign as the admin of this organisation; may be repeated.")
]


def plan(
    topology: TopologyFile,
    data: NetworkData,
    out: Annotated[Path | None, typer.Option("--out", help="Write the unsigned change here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the channel's configuration lacks of the topology and the crypto folders."""
    change, found = asyncio.run(governing.plan(known_network(topology, data).network, connect))
    _show(found, as_json)
    if out is not None:
        if change is None:
            fail("nothing differs: no change to write")
        out.write_bytes(change.to_bytes())
        messages.print(f"change: {out}", soft_wrap=True)


def sign(change: ChangeFile, topology: TopologyFile, data: NetworkData, organisations: Organisations) -> None:
    """Add the signatures of organisations whose admins' keys are in DATA; the file then goes to the next."""
    network = known_network(topology, data).network
    admins = governing.admins_of(network, set(organisations))
    if len(admins) != len(set(organisations)):
        known = ", ".join(each.name for each in network.topology.organisations)
        fail(f"--as {', '.join(organisations)}: there are {known}")
    signed = ConfigChange.from_bytes(change.read_bytes()).signed_by(*admins)
    change.write_bytes(signed.to_bytes())
    messages.print(f"{len(signed.signatures)} signatures in {change}", soft_wrap=True)


def submit(
    change: ChangeFile,
    topology: TopologyFile,
    data: NetworkData,
    organisation: Annotated[str, typer.Option("--as", help="Whose admin submits it.")],
) -> None:
    """Hand a signed change to the ordering service, and wait until every peer obeys it."""
    network = known_network(topology, data).network
    admins = governing.admins_of(network, {organisation})
    if not admins:
        fail(f"--as {organisation}: no such organisation in the topology")
    signed = ConfigChange.from_bytes(change.read_bytes())
    sequence = asyncio.run(governing.submit(network, connect, signed, admins[0]))
    messages.print(f"the configuration's sequence is {sequence}")


def apply(
    topology: TopologyFile,
    data: NetworkData,
    snapshot: Annotated[
        Path | None,
        typer.Option("--join-by-snapshot", help="New peers join from this snapshot.", exists=True),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a running network to its edited topology: nodes, channel configuration, chaincodes.

    Every organisation whose admin's key is in DATA signs. Where keys are apart, use `plan`, `sign` and `submit`.
    """
    _show(asyncio.run(operations.apply(open_network(topology, data), snapshot)), as_json)


def _show(found: list[Difference], as_json: bool) -> None:
    if as_json:
        print_json({"differences": [{"path": one.path, "what": one.what} for one in found]})
    elif not found:
        messages.print("nothing to do: the channel is as the topology says")
    else:
        print_table("configuration", ("element", ""), [(one.path, one.what) for one in found])
