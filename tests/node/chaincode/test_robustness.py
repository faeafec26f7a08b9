"""The shim and the node's side of its stream over TLS: load, size, silence, kills, and what never reaches a log."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tanhui.network.channel.make_network import make_network
from tanhui.network.gateway import GatewayError
from tanhui.node.chaincode import ServedChaincode, StreamSettings
from tests.conftest import NIGHTLY, Counts
from tests.support.asynchronous import asynchronous
from tests.support.kit_chaincode import KitChaincode
from tests.support.kv_node import kv_node
from tests.support.member_client import Client
from tests.support.stream_node import (
    ServiceProcess,
    served,
    server_at,
    service,
    stream_node,
    stream_topology,
)

MIB = 1 << 20
SECRET = "geheimnis-7f3a"


@asynchronous
async def test_hundreds_of_transactions_at_once_each_with_its_own_answer(
    tmp_path: Path, counts: Counts
) -> None:
    async with stream_node(tmp_path) as node:
        client = Client(node)
        put = [client.submit("put", f"k{at}", str(at)) for at in range(300)]
        call = [client.submit("call", "other", "put", f"k{at}", f"o{at}") for at in range(100)]
        answers = await asyncio.gather(*put, *call)
        assert answers == [str(at).encode() for at in range(300)] + [f"o{at}".encode() for at in range(100)]
        lengths = json.loads(await client.evaluate("weigh", *(f"k{at}" for at in range(300))))
        assert lengths == [len(str(at)) for at in range(300)]
        counts.note("transactions at once through the chaincode stream", transactions=400, lost=0)


@pytest.mark.scales
@asynchronous
async def test_a_large_answer_arrives_and_one_beyond_100_mib_is_an_error(tmp_path: Path) -> None:
    async with (
        served_kit(tmp_path) as kit,
        kv_node(tmp_path, stream_topology(), chaincodes={"kit": kit}) as node,
    ):
        client = Client(node)
        size = 100 * MIB - 1_000 if NIGHTLY else 10 * MIB
        assert len(await client.evaluate("blow", str(size))) == size
        with pytest.raises(GatewayError, match=r"the answer has 104857[0-9]* bytes, at most 104857600"):
            await client.evaluate("blow", str(100 * MIB))
        assert await client.submit("put", "still", "there") == b"there"
        assert kit.is_ready


@pytest.mark.nightly
@asynchronous
async def test_arguments_of_nearly_100_mib_and_one_beyond(tmp_path: Path) -> None:
    """Arguments travel twice in a message, in its payload and in the proposal: 49 MiB of them are 98."""
    async with (
        served_kit(tmp_path) as kit,
        kv_node(tmp_path, stream_topology(), chaincodes={"kit": kit}) as node,
    ):
        client = Client(node)
        blob = bytes(49 * MIB)
        assert await client.evaluate("echo", blob) == blob
        with pytest.raises(GatewayError, match="bytes, at most 104857600"):
            await client.evaluate("echo", bytes(51 * MIB))
        assert await client.submit("put", "still", "there") == b"there"


def served_kit(
    folder: Path, settings: StreamSettings | None = None
) -> AbstractAsyncContextManager[ServedChaincode]:
    network = make_network(folder / "network", stream_topology())
    return served(service(network, "kit"), KitChaincode(), settings)


@asynchronous
async def test_a_silent_stream_stays_the_same_stream(tmp_path: Path) -> None:
    settings = StreamSettings(keepalive_s=0.02)
    async with served_kit(tmp_path, settings) as kit:
        stream = await kit.launch()
        await asyncio.sleep(0.4)  # twenty of the intervals
        assert kit.is_ready
        assert kit._stream is stream


@pytest.mark.scales
@asynchronous
async def test_killed_in_mid_transaction_and_found_again(tmp_path: Path, counts: Counts) -> None:
    network = make_network(tmp_path / "network", stream_topology())
    found = service(network, "kit")
    process = ServiceProcess(found, "kit")
    port = await process.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(process.kill)
        server = replace(server_at(found, port), dial_timeout_s=1.5)
        kit = await stack.enter_async_context(ServedChaincode.opened(server))
        node = await stack.enter_async_context(kv_node(tmp_path, stream_topology(), chaincodes={"kit": kit}))
        client = Client(node)
        for number in range(5 if NIGHTLY else 1):
            assert await client.submit("put", "before", str(number)) == str(number).encode()
            waiting = [asyncio.create_task(client.submit("wait", "60", f"k{at}")) for at in range(20)]
            stream = kit._stream
            assert stream is not None
            while stream.under_way < 20:  # noqa: ASYNC110 - the chaincode is another process
                await asyncio.sleep(0.01)
            await process.kill()
            for one in await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10):
                assert isinstance(one, GatewayError)
                assert "chaincode stream terminated" in str(one)
            with pytest.raises(GatewayError, match="could not launch chaincode at"):
                await client.submit("put", "in vain", "x")
            await process.start()
            assert await client.submit("put", "after", "again") == b"again"
            assert json.loads(await client.evaluate("weigh", *(f"k{at}" for at in range(20)))) == [0] * 20
            counts.note("chaincode service killed in mid-transaction", kills=1, told=20, effects=0)


@asynchronous
async def test_a_transaction_that_never_ends_is_given_up(tmp_path: Path) -> None:
    async with stream_node(tmp_path, stream=StreamSettings(execute_timeout_s=0.3)) as node:
        client = Client(node)
        with pytest.raises(GatewayError, match="timeout expired while executing transaction"):
            await client.submit("wait", "60", "k")
        assert await client.submit("put", "k", "next") == b"next"


@asynchronous
async def test_another_authoritys_service_or_node_is_not_talked_to(tmp_path: Path) -> None:
    """Both ends show certificates: a service under another root, and a node that shows none, get nowhere."""
    ours = service(make_network(tmp_path / "ours", stream_topology()), "kit")
    theirs = service(make_network(tmp_path / "theirs", stream_topology()), "kit")
    process = ServiceProcess(ours, "kit")
    port = await process.start()
    try:
        async with ServedChaincode.opened(replace(server_at(theirs, port), dial_timeout_s=1)) as kit:
            with pytest.raises(Exception, match="no registration within"):
                await kit.launch()
        async with ServedChaincode.opened(server_at(ours, port)) as kit:
            await kit.launch()
            assert kit.is_ready
    finally:
        await process.kill()


@asynchronous
async def test_no_argument_answer_or_transient_value_reaches_a_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with stream_node(tmp_path) as node:
        client = Client(node)
        secret = {"value": SECRET.encode()}
        await client.submit("put", SECRET, SECRET, transient=secret)
        await client.submit("announce", "event", SECRET, transient=secret)
        for function, *arguments in (
            ("fault", SECRET),
            ("nonsense", SECRET),
            ("get", ""),
            ("page", "", "", "0", SECRET),
            ("call", "nobody", SECRET),
            ("call", "other", "fault", SECRET),
            ("reveal", "nowhere", SECRET),
        ):
            with pytest.raises(GatewayError):
                await client.submit(function, *arguments, transient=secret)
    out, error = capfd.readouterr()
    assert "chaincode.registered" in out + error
    assert SECRET not in out + error
