"""A one-organisation network for benchmarks: the same topology for Fabric's own programs and for the embedded node.

`python -m tests.support.bench_network FOLDER` serves it as an embedded node, `kit` in process: it prints the port, and
ends with its standard input.
"""

import asyncio
import json
import sys
from pathlib import Path

from tanhui.network.channel.load_topology import parse_topology
from tanhui.network.channel.topology import Topology
from tanhui.node.collector import settle_collector
from tanhui.node.node import Node
from tests.support.kit_chaincode import KitChaincode
from tests.support.topologies import free_port

CHAINCODES = ("kit", "nodekit", "registry")
MEMBERS = ("Institute", "Metro", "Operator", "Verifier")


def bench_topology() -> Topology:
    """One peer, one Raft orderer, on free ports; blocks of 200 transactions or 100 ms."""
    regulator = {
        "name": "Regulator",
        "msp_id": "RegulatorMSP",
        "domain": "regulator.example",
        "hosts": ["localhost"],
        "peers": [
            {
                "name": "peer0",
                "host": "127.0.0.1",
                "port": free_port(),
                "chaincode_port": free_port(),
                "operations_port": free_port(),
                "anchor": True,
            }
        ],
        "users": [{"name": "client"}],
    }
    members = [
        {"name": name, "msp_id": f"{name}MSP", "domain": f"{name.lower()}.example", "member": True}
        for name in MEMBERS
    ]
    orderer = {
        "name": "orderer0",
        "host": "127.0.0.1",
        "port": free_port(),
        "admin_port": free_port(),
        "operations_port": free_port(),
    }
    ordering = {
        "name": "Ordering",
        "msp_id": "OrderingMSP",
        "domain": "ordering.example",
        "hosts": ["localhost"],
        "orderers": [orderer],
    }
    policy = "OR('RegulatorMSP.peer')"
    document = {
        "channel": {
            "name": "credits",
            "consensus": {"type": "raft"},
            "batch": {"timeout_ms": 100, "messages_max": 200, "absolute_bytes_max": 99 << 20},
            "policies": {"application": {"LifecycleEndorsement": policy}},
        },
        "organisations": [regulator, *members, ordering],
        "chaincodes": [
            {
                "name": name,
                "endorsement_policy": policy,
                "services": {"RegulatorMSP": f"127.0.0.1:{free_port()}"},
            }
            for name in CHAINCODES
        ],
    }
    return parse_topology(json.dumps(document).encode())


async def serve(folder: Path) -> None:
    """Until standard input ends."""
    async with Node.open(folder, bench_topology(), chaincodes={"kit": KitChaincode()}) as node:
        port = await node.serve("127.0.0.1", 0)
        settle_collector()  # as `tanhui up` does
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
