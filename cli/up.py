"""`tanhui up`: the whole registry on this machine, on the embedded node."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from tanhui.cli.log_keeper import keep_log, with_log
from tanhui.cli.output import messages
from tanhui.cli.registry_process import HOST, open_registry, serve_api
from tanhui.cli.sample import load_sample
from tanhui.network.processes.ports import require_free
from tanhui.node.collector import settle_collector
from tanhui.registry_api.settings import ApiSettings

Port = Annotated[int, typer.Option(min=0, max=65_535)]


def up(
    data: Annotated[
        Path, typer.Option("--data", help="The registry's folder, made when missing.", file_okay=False)
    ],
    api_port: Annotated[
        int, typer.Option("--api-port", min=0, max=65_535, help="Port of the API; 0 picks a free one.")
    ] = 8000,
    gateway_port: Annotated[
        int,
        typer.Option("--gateway-port", min=0, max=65_535, help="Port of the Fabric Gateway; 0 picks one."),
    ] = 7051,
    empty: Annotated[
        bool, typer.Option("--empty", help="Load no sample programme at the first start.")
    ] = False,
    log: Annotated[
        bool,
        typer.Option(help="Keep an audited log beside the node, in DATA/auditor: proofs are made from it."),
    ] = True,
) -> None:
    """Start the registry: identities, channel and contracts are made at the first start.

    Prints one line `ready URL gateway HOST:PORT` on stdout when it serves. SIGTERM or Ctrl-C stops it: what was
    accepted is committed first.
    """
    require_free({"--api-port": (HOST, api_port), "--gateway-port": (HOST, gateway_port)})
    asyncio.run(_serve(data, api_port, gateway_port, empty, log))


async def _serve(data: Path, api_port: int, gateway_port: int, empty: bool, log: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with open_registry(data, with_log(ApiSettings(), data) if log else ApiSettings()) as registry:
        if not empty:
            await load_sample(registry, data)
        gateway = await registry.node.serve(HOST, gateway_port)
        async with (
            keep_log(registry.node, data) if log else contextlib.nullcontext(),
            serve_api(registry, data / "api", api_port) as url,
        ):
            settle_collector()
            sys.stdout.write(f"ready {url} gateway {HOST}:{gateway}\n")
            sys.stdout.flush()
            messages.print(f"access keys: {data / 'api' / 'tokens'}", markup=False)
            await stopping.wait()
            messages.print("stopping")
