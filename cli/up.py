"""`tanhui up`: the whole registry on this machine, on the embedded node."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from tanhui.chaincode.transactions.registry import CHAINCODE_NAME
from tanhui.cli.api_settings import settings_from_environment
from tanhui.cli.log_keeper import Followed, keep_log, with_log
from tanhui.cli.output import EXIT_USAGE, fail, messages
from tanhui.cli.put_back import lost_batches, missing_block
from tanhui.cli.registry_process import HOST, open_read_store, open_registry, serve_api
from tanhui.cli.sample import load_sample
from tanhui.cli.serving import on_stop, say_ready
from tanhui.network.processes.ports import require_free
from tanhui.node.chaincode import ServerAddress, read_server
from tanhui.node.collector import settle_collector
from tanhui.node.node import Node
from tanhui.registry_api.settings import ApiSettings

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
Port = Annotated[int, typer.Option(min=0, max=65_535)]


def up(  # noqa: PLR0917 - typer gives options by name
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
    chaincode: Annotated[
        list[str] | None,
        typer.Option(
            "--chaincode",
            help="Run a chaincode as a service: [NAME=]HOST:PORT in the clear on this machine, or [NAME=]FILE, "
            "a connection.json as Fabric's peers take it. NAME is registry unless given.",
        ),
    ] = None,
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
    accepted is committed first. Once the channel can commit no more (a full disk, for example) it says why and ends
    with status 1: what is on disk is whole, and the next start goes on from there.
    """
    require_free({"--api-port": (HOST, api_port), "--gateway-port": (HOST, gateway_port)})
    services = dict(_service(text) for text in chaincode or ())
    asyncio.run(_serve(data, (api_port, gateway_port), services, empty=empty, log=log))


def _service(text: str) -> tuple[str, ServerAddress]:
    """A value of --chaincode."""
    name, given, target = text.partition("=")
    if not given:
        name, target = CHAINCODE_NAME, text
    if Path(target).is_file():
        return name, read_server(Path(target))
    host, _, port = target.rpartition(":")
    if host not in LOOPBACK or not port.isdigit():
        fail(
            f"--chaincode {text}: neither a connection.json nor a port of this machine ({', '.join(LOOPBACK)}); "
            "over a network a connection.json with TLS is needed",
            EXIT_USAGE,
        )
    return name, ServerAddress(target)


async def _serve(
    data: Path,
    ports: tuple[int, int],
    services: Mapping[str, ServerAddress],
    *,
    empty: bool,
    log: bool,
) -> None:
    api_port, gateway_port = ports
    stopping = asyncio.Event()
    on_stop(stopping.set)
    settings = settings_from_environment()
    used = with_log(settings, data) if log else settings
    async with open_registry(data, used, services=services) as registry:
        _require_everything_there(registry.node, data / "api", used)
        if not empty:
            await load_sample(registry, data)
        gateway = await registry.node.serve(HOST, gateway_port)
        async with (
            keep_log(Followed.node(registry.node, data), data, wanted=log) as keeper,
            serve_api(registry, data / "api", api_port, log_failure=lambda: keeper.failure) as url,
        ):
            settle_collector()
            say_ready(f"{url} gateway {HOST}:{gateway}")
            messages.print(f"access keys: {data / 'api' / 'tokens'}", markup=False)
            failure = await _stopped_or_failed(registry.node, stopping)
            messages.print("stopping")
    if failure:
        fail(failure)


def _require_everything_there(node: Node, folder: Path, settings: ApiSettings) -> None:
    """End the command when an older ledger was put back under the records in `folder`."""
    ledger = node.channel.ledger
    store = open_read_store(folder, settings)
    try:
        missing = missing_block(ledger, store.position(), lost_batches(folder, ledger.height))
    finally:
        store.close()
    if missing:
        fail(
            f"{folder.parent}: the ledger, of {ledger.height} blocks, lacks {missing}: an older copy of it was put "
            "back. Put the newer one back, or let the records follow this one: tanhui rebuild names what is lost"
        )


async def _stopped_or_failed(node: Node, stopping: asyncio.Event) -> str:
    """Wait until the command is told to stop, which is "", or the node's channel has failed for good: why."""
    failed = asyncio.create_task(node.failed())
    told = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((failed, told), return_when=asyncio.FIRST_COMPLETED)
        return failed.result() if failed.done() else ""
    finally:
        for task in (failed, told):
            task.cancel()
