"""A whole node, from an empty folder to committed transactions, in process and over TLS."""

import asyncio
import json
from pathlib import Path

from tanhui.network.gateway import GrpcTransport, TlsOptions
from tests.support.kv_node import gateway, kv_node


def test_submits_evaluates_and_survives_a_restart(tmp_path: Path) -> None:
    async def first() -> tuple[int, bytes]:
        async with kv_node(tmp_path) as node, gateway(node) as client:
            contract = client.network("credits").contract("kv")
            assert await contract.submit_transaction("put", "a", "1") == b"a"
            assert await contract.submit_transaction("put", "a", "2") == b"a"
            assert await contract.evaluate_transaction("get", "a") == b"2"
            assert json.loads(await contract.evaluate_transaction("history", "a")) == ["2", "1"]
            assert node.health.ready
            return node.health.height, node.channel.ledger.commit_hash

    async def again(height: int, commit_hash: bytes) -> None:
        async with kv_node(tmp_path) as node, gateway(node) as client:
            assert node.health.height == height
            assert node.channel.ledger.commit_hash == commit_hash
            contract = client.network("credits").contract("kv")
            assert await contract.evaluate_transaction("get", "a") == b"2"
            await contract.submit_transaction("delete", "a")
            assert node.health.height == height + 1

    asyncio.run(again(*asyncio.run(first())))


def test_serves_the_same_over_tls(tmp_path: Path) -> None:
    async def run() -> None:
        async with kv_node(tmp_path) as node:
            port = await node.serve()
            root = (
                tmp_path / "network/organisations/one.example/peers/peer0.one.example/tls/ca.crt"
            ).read_bytes()
            async with (
                GrpcTransport(f"localhost:{port}", TlsOptions(root)) as transport,
                gateway(node, "TwoMSP", "carol", transport) as client,
            ):
                contract = client.network("credits").contract("kv")
                await contract.submit_transaction("put", "x", "y")
                assert await contract.evaluate_transaction("get", "x") == b"y"

    asyncio.run(run())
