"""`tanhui chaincode`: the registry's contract as a service for Fabric's peers."""

import asyncio
import os

import typer

from tanhui.chaincode.shim import ChaincodeService, SettingsError, settings_from_environment
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.cli.output import EXIT_USAGE, fail
from tanhui.cli.serving import on_stop, say_ready
from tanhui.node.collector import settle_collector

app = typer.Typer(help="Run the contract for Fabric's peers.", no_args_is_help=True)


@app.callback()
def chaincode() -> None:
    """Run the contract for Fabric's peers."""


@app.command()
def serve() -> None:
    """Serve until SIGTERM, set up by the environment.

    CHAINCODE_ID (the package id), CHAINCODE_SERVER_ADDRESS (host:port), CHAINCODE_TLS_KEY, CHAINCODE_TLS_CERT,
    CHAINCODE_CLIENT_CA_CERT (PEM files), or CHAINCODE_TLS_DISABLED=true; CHAINCODE_TIME_WINDOW_S (900). Prints
    `ready PORT` on stdout.
    """
    try:
        settings = settings_from_environment(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)

    async def run() -> None:
        service = ChaincodeService(registry_contract(), settings)
        port = await service.start()
        settle_collector()
        say_ready(str(port))
        stopping = asyncio.Event()
        on_stop(stopping.set)
        await stopping.wait()
        await service.stop()

    asyncio.run(run())
