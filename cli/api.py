"""`tanhui api`: the registry's API on a Fabric network that runs elsewhere."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from fabric_protos.common import common_pb2

from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.connected_registry import open_connected
from tanhui.cli.log_keeper import Followed, keep_log, with_log
from tanhui.cli.output import messages
from tanhui.cli.registry_process import HOST, READER, Registry, serve_api
from tanhui.cli.serving import on_stop, say_ready
from tanhui.network.connection import read_profile
from tanhui.network.processes.ports import require_free
from tanhui.network.protocol.blocks import block_hash
from tanhui.node.collector import settle_collector


def api(  # noqa: PLR0917 - typer gives options by name
    connection: Annotated[
        Path, typer.Option("--connection", help="The network's connection.json.", exists=True, dir_okay=False)
    ],
    data: Annotated[
        Path,
        typer.Option(
            "--data", help="Access keys, intake and read model; made when missing.", file_okay=False
        ),
    ],
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = HOST,
    api_port: Annotated[
        int, typer.Option("--api-port", min=0, max=65_535, help="Port of the API; 0 picks a free one.")
    ] = 8000,
    log: Annotated[
        bool,
        typer.Option(help="Keep an audited log of the channel in DATA/auditor: proofs are made from it."),
    ] = True,
    reader: Annotated[str, typer.Option("--reader", help="Whose identity reads blocks and events.")] = READER,
) -> None:
    """Serve the same API as `tanhui up` over the gateways of a Fabric network.

    Prints one line `ready URL` on stdout when it serves. SIGTERM or Ctrl-C stops it; what was accepted and is not in
    a block yet goes on at the next start.
    """
    require_free({"--api-port": (host, api_port)})
    asyncio.run(_serve(connection, data, (host, api_port), reader, log=log))


async def _serve(connection: Path, data: Path, place: tuple[str, int], reader: str, *, log: bool) -> None:
    stopping = asyncio.Event()
    on_stop(stopping.set)
    folder = data / "api"
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_from_environment()
    settings = with_log(settings, data) if log else settings
    async with (
        open_connected(connection, settings, reader) as registry,
        keep_log(await _followed(connection, registry), data, wanted=log) as keeper,
        serve_api(registry, folder, place[1], place[0], log_failure=lambda: keeper.failure) as url,
    ):
        settle_collector()
        say_ready(url)
        messages.print(f"access keys: {folder / 'tokens'}", markup=False)
        await stopping.wait()
        messages.print("stopping")


async def _followed(connection: Path, registry: Registry) -> Followed:
    """The channel of connection.json, from the block 0 that its gateways show: an auditor of another house compares."""
    profile = read_profile(connection)
    genesis = common_pb2.Block.FromString(await registry.ledger.block(0))
    return Followed(connection, profile.channel, profile.chaincode, block_hash(genesis.header))
