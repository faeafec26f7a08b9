"""`python -m tests.support.serve_registry_node FOLDER`: the embedded node with the registry, and no API."""

import asyncio
import signal
import sys
from pathlib import Path

import tanhui.network
from tanhui.chaincode.transactions.registry import registry_contract
from tanhui.network.channel.load_topology import load_topology
from tanhui.node.collector import settle_collector
from tanhui.node.node import Node

TOPOLOGY = Path(tanhui.network.__path__[0]) / "topologies" / "embedded.yaml"


async def serve(folder: Path) -> None:
    """Serve until SIGTERM; `ready` on stdout says that connection.json is there."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with Node.open(
        folder, load_topology(TOPOLOGY), chaincodes={"registry": registry_contract()}
    ) as node:
        await node.serve()
        settle_collector()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stopping.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
