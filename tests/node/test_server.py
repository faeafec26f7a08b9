"""The node's services on the wire: deadlines, clients that go away, details of refusals, and methods nobody serves."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tanhui.network.http2 import frames
from tanhui.network.protocol.gateway_errors import ErrorDetail
from tanhui.network.protocol.transport import TransportError
from tanhui.node.services.context import CallContext
from tanhui.node.services.dispatcher import Dispatcher
from tanhui.node.services.server import NodeServer
from tanhui.node.services.status import Code, refusal
from tanhui.node.settings import NodeSettings
from tests.support.asynchronous import asynchronous
from tests.support.bare_http2 import BareClient, request

REFUSAL = refusal(Code.ABORTED, "no", [ErrorDetail("peer0", "OneMSP", "x" * 20_000)])


class Handlers:
    """Calls that never end unless they are ended."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    async def wait(self, raw: bytes) -> bytes:
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()
        return raw

    async def refuse(self, raw: bytes) -> bytes:
        raise REFUSAL

    async def stream(
        self, requests: AsyncIterator[bytes], context: CallContext
    ) -> AsyncGenerator[bytes, None]:
        try:
            async for raw in requests:
                yield raw
            yield context.remote.encode()
            await asyncio.Event().wait()
        finally:
            self.ended.set()


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Handlers, Dispatcher, BareClient]]:
    handlers = Handlers()
    dispatcher = Dispatcher(
        {"/s.S/Wait": handlers.wait, "/s.S/Refuse": handlers.refuse},
        {"/s.S/Stream": handlers.stream},
        calls_max={"/s.S": 2},
        request_bytes_max=100_000,
    )
    server = NodeServer(dispatcher, NodeSettings(), None)
    port = await server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = BareClient(reader, writer)
    client.begin()
    yield handlers, dispatcher, client
    client.hang_up()
    await server.stop(0)


async def trailers(client: BareClient) -> dict[str, str]:
    while not (found := await client.hear(frames.HEADERS)).flags & frames.END_STREAM:
        client.decoder.decode(found.payload)
    return client.headers(found)


@pytest.mark.parametrize("method", ["Wait", "Stream"])
@asynchronous
async def test_a_call_ends_at_its_clients_deadline(method: str) -> None:
    async with served() as (handlers, dispatcher, client):
        client.ask(request(f"/s.S/{method}", grpc_timeout="50m"))
        client.data(b"m", flags=frames.END_STREAM)
        found = await trailers(client)
        assert (found["grpc-status"], found["grpc-message"]) == ("4", "context deadline exceeded")
        assert handlers.ended.is_set()
        assert dispatcher.calls == {"/s.S": 0}


@asynchronous
async def test_a_deadline_holds_for_a_request_that_does_not_come() -> None:
    async with served() as (_, dispatcher, client):
        client.ask(request("/s.S/Wait", grpc_timeout="50m"))
        assert (await trailers(client))["grpc-status"] == "4"
        assert dispatcher.calls == {"/s.S": 0}


@pytest.mark.parametrize("method", ["Wait", "Stream"])
@pytest.mark.parametrize("hangs_up", [True, False])
@asynchronous
async def test_a_call_ends_with_its_client(method: str, hangs_up: bool) -> None:
    async with served() as (handlers, dispatcher, client):
        client.ask(request(f"/s.S/{method}"))
        client.data(b"m", flags=frames.END_STREAM)
        await client.hear(frames.SETTINGS)
        if hangs_up:
            client.hang_up()
        else:
            client.say(frames.rst_stream(1, frames.NO_ERROR))
        await handlers.ended.wait()
        await asyncio.sleep(0)
        assert dispatcher.calls == {"/s.S": 0}


@asynchronous
async def test_a_stream_knows_its_client_and_answers_each_request() -> None:
    async with served() as (_, _, client):
        client.ask(request("/s.S/Stream"))
        client.data(b"one", b"two")
        heard: list[bytes] = []
        while len(heard) < 2:
            heard += client.messages.feed((await client.hear(frames.DATA)).payload)
        assert heard == [b"one", b"two"]
        client.say(frames.frame(frames.DATA, frames.END_STREAM, 1))
        (remote,) = client.messages.feed((await client.hear(frames.DATA)).payload)
        assert remote.startswith(b"127.0.0.1:")


@asynchronous
async def test_a_refusal_arrives_with_its_details() -> None:
    async with served() as (_, _, client):
        client.ask(request("/s.S/Refuse"))
        client.data(b"m", flags=frames.END_STREAM)
        block = (await client.hear(frames.HEADERS)).payload
        while not (found := await client.hear(frames.CONTINUATION)).flags & frames.END_HEADERS:
            block += found.payload
        said = {str(name): str(value) for name, value in client.decoder.decode(block + found.payload)}
        assert (said["grpc-status"], said["grpc-message"]) == ("10", "no")
        assert isinstance(REFUSAL, TransportError)
        encoded = said["grpc-status-details-bin"]
        assert b64decode(encoded + "=" * (-len(encoded) % 4)) == REFUSAL.details


@asynchronous
async def test_a_method_that_nobody_serves_is_named() -> None:
    async with served() as (_, _, client):
        client.ask(request("/s.S/Other"))
        found = await trailers(client)
        assert (found["grpc-status"], found["grpc-message"]) == ("12", "unknown method /s.S/Other")
