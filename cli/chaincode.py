"""`tanhui chaincode`: the registry's contract as a service for Fabric's peers."""

import asyncio
import os
import signal
import sys

import typer

from tanhui.chaincode.shim import ChaincodeService, SettingsError, settings_from_environment
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.cli.output import EXIT_USAGE, fail
from tanhui.node.collector import settle_collector

app = typer.Typer(help="Run the contract for Fabric's peers.", no_args_is_help=True)


@app.callback()
def chaincode() -> None:
    """Run the contract for Fabric's peers."""


@app.command()
def serve() -> None:
    """Serve until SIGTERM, set up by the environment.

    CHAINCODE_ID (the package id), CHAINCODE_SERVER_ADDRESS (host:port), CHAINCODE_TLS_KEY, CHAINCODE_TLS_CERT,
    CHAINCODE_CLIENT_CA_CERT (PEM files), or CHAINCODE_TLS_DISABLED=true. Prints `ready PORT` on stdout.
    """
    try:
        settings = settings_from_environment(os.environ)
    except SettingsError as error:
        fail(str(error), EXIT_USAGE)

    async def run() -> None:
        service = ChaincodeService(registry_contract(), settings)
        port = await service.start()
        settle_collector()
        sys.stdout.write(f"ready {port}\n")
        sys.stdout.flush()
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        await stopping.wait()
        await service.stop()

    asyncio.run(run())
