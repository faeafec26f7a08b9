"""Fabric's own `peer` command line against the node: it cannot tell it from a Fabric network."""

import asyncio
import os
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2

from tanhui.node.node import Node
from tests.conftest import fabric_programs
from tests.support.kv_node import kv_node, topology

pytestmark = pytest.mark.fabric

CORE = """
peer: {id: cli, BCCSP: {Default: SW, SW: {Hash: SHA2, Security: 256}}, client: {connTimeout: 10s}}
"""


class PeerCli:
    """The `peer` program as an administrator of the first organisation."""

    def __init__(self, folder: Path, node: Node, port: int) -> None:
        programs = fabric_programs()
        assert programs is not None
        self._program = programs / "peer"
        self.endpoint = f"localhost:{port}"
        organisation = node.network.organisations["OneMSP"]
        self.root = str(organisation.member("peer", "peer0").tls.root)
        config = folder / "cli"
        config.mkdir()
        (config / "core.yaml").write_text(CORE)
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(config),
            "FABRIC_CFG_PATH": str(config),
            "CORE_PEER_LOCALMSPID": "OneMSP",
            "CORE_PEER_MSPCONFIGPATH": str(organisation.member("admin", "Admin").msp_folder),
            "CORE_PEER_ADDRESS": self.endpoint,
            "CORE_PEER_TLS_ENABLED": "true",
            "CORE_PEER_TLS_ROOTCERT_FILE": self.root,
        }

    async def run(self, *arguments: str) -> str:
        """Its output; it must succeed."""
        process = await asyncio.create_subprocess_exec(
            self._program,
            *arguments,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, output.decode()
        return output.decode()


def test_the_peer_command_line_queries_invokes_and_fetches(tmp_path: Path) -> None:
    async def run() -> None:
        either = topology(policy="OR('OneMSP.peer', 'TwoMSP.peer')")
        async with kv_node(tmp_path / "node", either) as node:
            cli = PeerCli(tmp_path, node, await node.serve())
            orderer = ("-o", cli.endpoint, "--tls", "--cafile", cli.root)
            assert "credits" in await cli.run("channel", "list")
            committed = await cli.run("lifecycle", "chaincode", "querycommitted", "-C", "credits")
            assert "Name: kv, Version: 1.0, Sequence: 1" in committed
            assert "kv_1.0" in await cli.run("lifecycle", "chaincode", "queryinstalled")
            put = '{"Args":["put","k","from the command line"]}'
            on_peer = ("--peerAddresses", cli.endpoint, "--tlsRootCertFiles", cli.root)
            chaincode = ("-C", "credits", "-n", "kv")
            output = await cli.run(
                "chaincode", "invoke", *orderer, *chaincode, *on_peer, "-c", put, "--waitForEvent"
            )
            assert "committed with status (VALID)" in output
            found = await cli.run("chaincode", "query", *chaincode, "-c", '{"Args":["get","k"]}')
            assert "from the command line" in found
            target = tmp_path / "newest.block"
            await cli.run("channel", "fetch", "newest", str(target), "-c", "credits", *orderer)
            fetched = common_pb2.Block.FromString(await asyncio.to_thread(target.read_bytes))
            assert fetched.header == node.channel.ledger.block(node.health.height - 1).header

    asyncio.run(run())
