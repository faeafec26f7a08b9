"""A chaincode written with the official Node shim on the embedded node, alone and called from ours and back."""

import asyncio
import hashlib
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tanhui.network.channel.make_network import make_network
from tanhui.network.gateway import CommitError, GatewayError
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.node.chaincode import ServedChaincode
from tanhui.node.node import Node
from tests.support.asynchronous import asynchronous
from tests.support.kit_chaincode import KitChaincode
from tests.support.kv_node import kv_node
from tests.support.member_client import Client
from tests.support.node_chaincode.install import NODE_CHAINCODE, install_node_chaincode
from tests.support.stream_node import served, server_at, service, stream_topology

pytestmark = pytest.mark.node_js


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def both_shims(folder: Path) -> AsyncIterator[Node]:
    """`kit` behind our shim, `other` the same functions behind the official Node shim."""
    await asyncio.to_thread(install_node_chaincode)
    described = stream_topology()
    network = make_network(folder / "network", described)
    found = service(network, "other")
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "CHAINCODE_ID": found.package_id,
        "CHAINCODE_SERVER_ADDRESS": f"127.0.0.1:{port}",
        "CHAINCODE_TLS_KEY": str(found.tls.key),
        "CHAINCODE_TLS_CERT": str(found.tls.certificate),
        "CHAINCODE_CLIENT_CA_CERT": str(found.tls.root),
    }
    node_js = shutil.which("node")
    assert node_js is not None, "Node.js"
    process = await asyncio.create_subprocess_exec(
        node_js, str(NODE_CHAINCODE / "kit.mjs"), env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    server = replace(server_at(found, port), dial_timeout_s=30.0)
    try:
        async with AsyncExitStack() as stack:
            theirs = await stack.enter_async_context(ServedChaincode.opened(server))
            await theirs.launch()
            ours = await stack.enter_async_context(served(service(network, "kit"), KitChaincode()))
            running = {"kit": ours, "other": theirs}
            yield await stack.enter_async_context(kv_node(folder, described, chaincodes=running))
    finally:
        process.kill()
        await process.wait()


async def state_ranges_and_history(client: Client) -> None:
    assert await client.submit("put", "a", "one") == b"one"
    await client.submit("put", "a", "two")
    await client.submit("delete", "a")
    assert json.loads(await client.evaluate("history", "a")) == [["", True], ["two", False], ["one", False]]
    await client.submit("fill", "k", "250", "1")
    wanted = [f"k{at:06d}" for at in range(250)]
    assert json.loads(await client.evaluate("range", "k", "k~")) == wanted
    found: list[str] = []
    bookmark = ""
    for _ in range(3):
        page, bookmark = json.loads(await client.evaluate("page", "k", "k~", "100", bookmark))
        found += page
    assert (found, bookmark) == (wanted, "")
    assert json.loads(await client.evaluate("weigh", "k000000", "nothing")) == [1, 0]


async def policy_of_a_key(client: Client) -> None:
    text = parse_signature_policy("OR('OneMSP.peer')").SerializeToString().hex()
    await client.submit("put", "g", "first")
    await client.submit("guard", "g", text)
    assert (await client.evaluate("guarded", "g")).decode() == text
    await client.submit("put", "g", "second", endorsing_organisations=["OneMSP"])
    with pytest.raises(CommitError):
        await client.submit("put", "h", "x", endorsing_organisations=["OneMSP"])


async def private_data(client: Client) -> None:
    secret = b"behind a hash"
    await client.submit("hide", "shared", "p", transient={"value": secret})
    assert await client.evaluate("reveal", "shared", "p") == secret
    assert (await client.evaluate("digest", "shared", "p")).decode() == hashlib.sha256(secret).hexdigest()
    assert json.loads(await client.evaluate("hidden_range", "shared", "a", "z")) == ["p"]
    await client.submit("purge", "shared", "p")
    assert await client.evaluate("reveal", "shared", "p") == b""


async def many_at_once(client: Client) -> None:
    answers = await asyncio.gather(*(client.submit("put", f"m{at}", str(at)) for at in range(100)))
    assert answers == [str(at).encode() for at in range(100)]


@asynchronous
async def test_the_node_shim_finds_a_peer_here(tmp_path: Path) -> None:
    """The same functions, the same answers, from the official shim and from ours."""
    async with both_shims(tmp_path) as node:
        for name in ("other", "kit"):
            client = Client(node, name)
            await state_ranges_and_history(client)
            await policy_of_a_key(client)
            await private_data(client)
            await many_at_once(client)
            with pytest.raises(GatewayError):
                await client.submit("fault")
        blob = bytes(1 << 20)  # the Node server takes 4 MiB in one message, where ours travel twice
        assert await Client(node, "other").evaluate("echo", blob) == blob


@asynchronous
async def test_chaincodes_of_both_shims_call_one_another(tmp_path: Path) -> None:
    async with both_shims(tmp_path) as node:
        ours, theirs = Client(node, "kit"), Client(node, "other")
        assert await ours.submit("call", "other", "put", "k", "from Python") == b"from Python"
        assert await theirs.evaluate("get", "k") == b"from Python"
        assert await ours.evaluate("call", "other", "get", "k") == b"from Python"
        assert await theirs.submit("call", "kit", "put", "k", "from Node") == b"from Node"
        assert await ours.evaluate("get", "k") == b"from Node"
        assert await theirs.evaluate("call", "kit", "get", "k") == b"from Node"
        assert await ours.evaluate("call", "other", "nonsense") == b"500 no function nonsense"
        calls = [ours.submit("call", "other", "put", f"c{at}", "x") for at in range(40)]
        back = [theirs.submit("call", "kit", "put", f"c{at}", "y") for at in range(40)]
        assert await asyncio.gather(*calls, *back) == [b"x"] * 40 + [b"y"] * 40
