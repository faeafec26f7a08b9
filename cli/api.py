"""`tanhui api`: the registry's API on a Fabric network that runs elsewhere."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.connected_registry import open_connected
from tanhui.cli.output import messages
from tanhui.cli.registry_process import HOST, READER, serve_api
from tanhui.network.processes.ports import require_free
from tanhui.node.collector import settle_collector
from tanhui.registry_api.settings import ApiSettings


def api(
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
    reader: Annotated[str, typer.Option("--reader", help="Whose identity reads blocks and events.")] = READER,
) -> None:
    """Serve the same API as `tanhui up` over the gateways of a Fabric network.

    Prints one line `ready URL` on stdout when it serves. SIGTERM or Ctrl-C stops it; what was accepted and is not in
    a block yet goes on at the next start.
    """
    require_free({"--api-port": (host, api_port)})
    asyncio.run(_serve(connection, data, host, api_port, reader))


async def _serve(connection: Path, data: Path, host: str, port: int, reader: str) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    folder = data / "api"
    folder.mkdir(parents=True, exist_ok=True)
    async with (
        open_connected(connection, ApiSettings(), reader) as registry,
        serve_api(registry, folder, port, host) as url,
    ):
        settle_collector()
        sys.stdout.write(f"ready {url}\n")
        sys.stdout.flush()
        messages.print(f"access keys: {folder / 'tokens'}", markup=False)
        await stopping.wait()
        messages.print("stopping")
