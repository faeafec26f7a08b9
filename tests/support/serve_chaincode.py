"""`python -m tests.support.serve_chaincode NAME`: a chaincode of the tests as a service, set up by CHAINCODE_*."""

import asyncio
import os
import signal
import sys

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.chaincode.shim import serving, settings_from_environment
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.node.collector import settle_collector
from tests.support.conformance_chaincode import ConformanceChaincode
from tests.support.kit_chaincode import KitChaincode


def chaincode(name: str) -> Chaincode:
    """One that the tests' topology names."""
    if name == "registry":
        return registry_contract()
    return ConformanceChaincode() if name == "conformance" else KitChaincode()


async def serve(name: str) -> None:
    """Until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with serving(chaincode(name), settings_from_environment(os.environ)) as port:
        settle_collector()  # as `tanhui chaincode serve` does
        print(f"ready {port}", flush=True)
        await stopping.wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
