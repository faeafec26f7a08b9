"""An embedded node that runs the conformance chaincode: `python -m tests.support.conformance_node FOLDER`.

Three organisations, the third one with Ed25519 keys; both others must endorse. It prints a line once it
serves (then FOLDER/connection.json is there), and ends with its standard input.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tanhui.network.channel.load_topology import parse_topology
from tanhui.node.ledger import LedgerOptions
from tanhui.node.node import Node
from tests.support.conformance_chaincode import ConformanceChaincode

ROOT = Path(__file__).resolve().parents[2]
TOPOLOGY = b"""
channel:
  name: credits
  consensus: {type: raft}
  batch: {timeout_ms: 20, messages_max: 50, absolute_bytes_max: 1048576, preferred_bytes_max: 524288}
organisations:
  - name: One
    msp_id: OneMSP
    domain: one.example
    hosts: [localhost]
    peers: [{name: peer0, host: 127.0.0.1, port: 7051}]
    users: [{name: alice}]
  - name: Two
    msp_id: TwoMSP
    domain: two.example
    hosts: [localhost]
    peers: [{name: peer0, host: 127.0.0.1, port: 8051}]
    users: [{name: bob}]
  - name: Three
    msp_id: ThreeMSP
    domain: three.example
    hosts: [localhost]
    algorithm: ed25519
    peers: [{name: peer0, host: 127.0.0.1, port: 9051}]
    users: [{name: ed25519}]
  - name: Ordering
    msp_id: OrderingMSP
    domain: ordering.example
    hosts: [localhost]
    orderers: [{name: orderer0, host: 127.0.0.1, port: 7050}]
chaincodes:
  - name: conformance
    version: "1"
    sequence: 1
    endorsement_policy: "AND('OneMSP.peer', 'TwoMSP.peer')"
"""


async def serve(folder: Path) -> None:
    """Until standard input ends."""
    small = LedgerOptions(cache_bytes=8 * 1024 * 1024, write_buffer_bytes=4 * 1024 * 1024)
    chaincodes = {"conformance": ConformanceChaincode()}
    topology = parse_topology(TOPOLOGY)
    async with Node.open(folder, topology, chaincodes=chaincodes, ledger_options=small) as node:
        print(await node.serve("127.0.0.1", 0), flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextlib.contextmanager
def conformance_node(folder: Path) -> Iterator[Path]:
    """The connection.json of a node in a process of its own."""
    command = [sys.executable, "-m", "tests.support.conformance_node", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as node:
        assert node.stdout is not None
        assert node.stdin is not None
        try:
            while (line := node.stdout.readline()) and not line.strip().isdigit():
                pass  # the node's own log
            assert line, "the node ended before it served"
            yield folder / "connection.json"
        finally:
            node.stdin.close()
            node.stdout.read()
            assert node.wait(30) == 0


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
