"""A chaincode that knows nothing of carbon, behind our shim, on the embedded node: everything that a stub offers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tanhui.network.gateway import CommitError, GatewayError, ProposalOptions
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tanhui.node.chaincode import StreamSettings
from tests.support.asynchronous import asynchronous
from tests.support.kv_chaincode import KvChaincode
from tests.support.kv_node import gateway
from tests.support.member_client import Client
from tests.support.stream_node import stream_node

NAMES = [StreamSettings(), StreamSettings(batches=False, query_part=7)]


@asynccontextmanager
async def kit(folder: Path, stream: StreamSettings | None = None) -> AsyncIterator[Client]:
    async with stream_node(folder, {"kv": KvChaincode()}, stream=stream) as node:
        yield Client(node)


@asynchronous
async def test_state_history_and_events(tmp_path: Path) -> None:
    async with kit(tmp_path) as client:
        for value in ("one", "two"):
            assert await client.submit("put", "a", value) == value.encode()
        await client.submit("delete", "a")
        assert await client.evaluate("get", "a") == b""
        found = json.loads(await client.evaluate("history", "a"))
        assert found == [["", True], ["two", False], ["one", False]]


@pytest.mark.parametrize("stream", NAMES, ids=["batches", "single calls"])
@asynchronous
async def test_ranges_in_parts_and_pages_with_bookmarks(tmp_path: Path, stream: StreamSettings) -> None:
    """250 keys are three parts of a peer's hundred, or 36 of seven."""
    async with kit(tmp_path, stream) as client:
        await client.submit("fill", "k", "250", "1")
        wanted = [f"k{at:06d}" for at in range(250)]
        assert json.loads(await client.evaluate("range", "k", "k~")) == wanted
        assert json.loads(await client.evaluate("range", "", "")) == wanted
        found: list[str] = []
        bookmark = ""
        for _ in range(3):
            page, bookmark = json.loads(await client.evaluate("page", "k", "k~", "100", bookmark))
            found += page
        assert (found, bookmark) == (wanted, "")
        assert json.loads(await client.evaluate("weigh", *wanted)) == [1] * 250


@asynchronous
async def test_a_key_has_a_policy_of_its_own(tmp_path: Path) -> None:
    """Both organisations must endorse, except this key, which the first alone may write; the Gateway knows."""
    text = parse_signature_policy("OR('OneMSP.peer')").SerializeToString().hex()
    only = {"endorsing_organisations": ["OneMSP"]}
    async with kit(tmp_path) as client:
        with pytest.raises(CommitError):
            await client.submit("put", "k", "early", **only)
        await client.submit("put", "k", "first")
        await client.submit("guard", "k", text)
        assert (await client.evaluate("guarded", "k")).decode() == text
        await client.submit("put", "k", "second", **only)
        assert await client.evaluate("get", "k") == b"second"
        with pytest.raises(CommitError):
            await client.submit("put", "k", "third", endorsing_organisations=["TwoMSP"])
        proposal = client.contract.new_proposal("put", ProposalOptions(("k", "fourth")))
        transaction = await proposal.endorse()
        assert b"TwoMSP" not in transaction.serialize()
        await (await transaction.submit()).status()
        assert await client.evaluate("get", "k") == b"fourth"


@asynchronous
async def test_chaincodes_call_one_another_in_one_transaction(tmp_path: Path) -> None:
    async with kit(tmp_path) as client:
        assert await client.submit("call", "other", "put", "k", "over there") == b"over there"
        assert await client.evaluate("call", "other", "get", "k") == b"over there"
        assert await client.evaluate("get", "k") == b""
        assert await client.submit("call", "kv", "put", "k", "in the node") == b"k"
        assert await client.evaluate("call", "kv", "get", "k") == b"in the node"
        assert await client.evaluate("call", "other", "nonsense") == b"500 no function nonsense"
        info = await client.evaluate("call", "qscc", "GetChainInfo", "credits")
        assert info
        with pytest.raises(GatewayError, match="chaincode nobody not found"):
            await client.evaluate("call", "nobody", "get", "k")
        with pytest.raises(GatewayError, match="exists"):
            await client.evaluate("call", "kit", "get", "k")
        with pytest.raises(GatewayError, match="failed to find ledger for channel: elsewhere"):
            await client.evaluate("call", "other/elsewhere", "get", "k")


@asynchronous
async def test_a_called_chaincodes_fault_is_its_callers(tmp_path: Path) -> None:
    async with kit(tmp_path) as client:
        with pytest.raises(GatewayError, match="the chaincode failed: RuntimeError") as caught:
            await client.evaluate("call", "other", "fault")
        assert "a secret inside" not in str(caught.value)


@asynchronous
async def test_an_event_reaches_who_listens(tmp_path: Path) -> None:
    async with stream_node(tmp_path, {"kv": KvChaincode()}) as node:
        client = Client(node)
        network = gateway(node).network("credits")
        async with network.chaincode_events("kit", start_block=0) as events:
            await client.submit("announce", "sold", "to somebody")
            event = await asyncio.wait_for(anext(events), 10)
        assert (event.event_name, event.payload) == ("sold", b"to somebody")
