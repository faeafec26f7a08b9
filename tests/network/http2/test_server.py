"""The server's side of gRPC: calls of every shape, refusals, deadlines, and clients that give up."""

import asyncio

import grpc
import grpc.aio
import pytest

from tanhui.network.http2 import frames
from tanhui.network.http2.call import QUEUED_BYTES_MAX
from tanhui.network.http2.limits import Limits
from tanhui.network.http2.server import Server
from tests.support.asynchronous import asynchronous
from tests.support.bare_http2 import request
from tests.support.http2_methods import (
    DETAILS,
    LIMITS,
    MESSAGE,
    Methods,
    both_ways,
    dialled,
    many,
    talking,
    unary,
)


@asynchronous
async def test_one_message_each_way_whatever_its_size() -> None:
    async with dialled() as (_, channel):
        echo = unary(channel, "echo")
        for size in (0, 1, 1 << 14, MESSAGE, MESSAGE * 30):
            assert await echo(bytes(size)) == bytes(size)
        answers = await asyncio.gather(*(echo(str(number).encode() * 10_000) for number in range(3)))
        assert [answer[:1] for answer in answers] == [b"0", b"1", b"2"]


@asynchronous
async def test_streams_both_ways() -> None:
    async with dialled() as (_, channel):
        call = both_ways(channel, "each")
        for number in range(20):
            await call.write(bytes([number]) * MESSAGE)
            assert await call.read() == bytes([number]) * MESSAGE
        await call.done_writing()
        assert await call.read() is grpc.aio.EOF
        assert await call.code() == grpc.StatusCode.OK


@asynchronous
async def test_a_stream_that_nobody_reads_is_not_produced() -> None:
    async with talking() as (tested, client):
        client.begin()
        client.ask(request("/t.T/many"))
        client.data(b"1000", flags=frames.END_STREAM)
        got = 0
        while got < frames.WINDOW_BYTES_DEFAULT:
            got += len((await client.hear(frames.DATA)).payload)
        produced = tested.sent
        assert produced * MESSAGE <= got + QUEUED_BYTES_MAX + MESSAGE
        client.say(frames.window_update(0, 1 << 20), frames.window_update(1, 1 << 20))
        while got < frames.WINDOW_BYTES_DEFAULT + (1 << 20):
            got += len((await client.hear(frames.DATA)).payload)
        assert produced < tested.sent <= (got + QUEUED_BYTES_MAX) // MESSAGE + 1
        assert tested.most_queued <= QUEUED_BYTES_MAX + MESSAGE + frames.GRPC_HEADER_BYTES


@asynchronous
async def test_a_stream_that_is_read_comes_whole() -> None:
    async with dialled() as (_, channel):
        assert [len(message) async for message in many(channel, 300)] == [MESSAGE] * 300


@asynchronous
async def test_messages_that_nobody_takes_are_held_back_by_the_window() -> None:
    async with talking() as (tested, client):
        client.begin()
        client.ask(request("/t.T/slowly"))
        for _ in range(10):
            client.data(bytes(MESSAGE // 10 - frames.GRPC_HEADER_BYTES))
        await client.hear(frames.SETTINGS)
        client.say(frames.frame(frames.PING, 0, 0, bytes(8)))
        while (found := await client.hear(frames.PING, frames.WINDOW_UPDATE)).kind != frames.PING:
            assert found.stream == 0, "the call's window does not grow while nothing is taken"
        assert tested.taken == 0
        tested.go_on.set()
        found = await client.hear(frames.WINDOW_UPDATE)
        assert (found.stream, frames.parse_number(found.payload, "")) == (1, MESSAGE)
        assert tested.taken == 10


@asynchronous
async def test_an_answer_larger_than_the_window_ends_after_its_last_byte() -> None:
    """Trailers behind the data, though the call's task ended long before the client let it through."""
    async with talking() as (_, client):
        client.begin({frames.SETTINGS_INITIAL_WINDOW: 1_000})
        client.ask(request("/t.T/echo"))
        client.data(bytes(5_000), flags=frames.END_STREAM)
        got = 0
        while True:
            found = await client.hear(frames.DATA, frames.HEADERS)
            if found.kind == frames.HEADERS and found.flags & frames.END_STREAM:
                break
            if found.kind == frames.DATA:
                got += len(found.payload)
                client.say(frames.window_update(1, 1_000))
        assert got == 5_000 + frames.GRPC_HEADER_BYTES


@asynchronous
async def test_a_large_answer_leaves_room_for_small_ones() -> None:
    async with talking() as (_, client):
        client.begin({frames.SETTINGS_INITIAL_WINDOW: 1 << 30})
        client.say(frames.window_update(0, 1 << 29))
        client.ask(request("/t.T/many"))
        client.data(b"90", flags=frames.END_STREAM)
        client.ask(request("/t.T/echo"), 3)
        client.data(b"small", stream=3, flags=frames.END_STREAM)
        of_the_large, found = 0, await client.hear(frames.DATA)
        while found.stream == 1:
            of_the_large += len(found.payload)
            found = await client.hear(frames.DATA)
        assert of_the_large < 90 * MESSAGE // 4


@pytest.mark.parametrize("messages", [0, 2])
@asynchronous
async def test_a_call_that_takes_one_message_takes_no_other_number(messages: int) -> None:
    async with talking() as (_, client):
        client.begin()
        client.ask(request("/t.T/echo"))
        client.data(*[b"m"] * messages, flags=frames.END_STREAM)
        trailers = client.headers(await client.hear(frames.HEADERS))
        assert (trailers["grpc-status"], trailers["grpc-message"]) == (
            "12",
            f"{messages} messages in a call that takes one",
        )


@asynchronous
async def test_a_message_too_large_ends_its_call_and_no_other() -> None:
    async with dialled(Limits(1_000, 10)) as (_, channel):
        echo = unary(channel, "echo")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await echo(bytes(1_001))
        assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert refused.value.details() == "grpc: received message larger than max (1001 vs. 1000)"
        call = both_ways(channel, "each")
        await call.write(bytes(1_000))
        assert await call.read() == bytes(1_000)
        await call.write(bytes(1_001))
        assert await call.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await echo(bytes(1_000)) == bytes(1_000)


@asynchronous
async def test_a_compressed_message_is_refused_as_such() -> None:
    async with dialled() as (_, channel):
        call = unary(channel, "echo")(bytes(1_000), compression=grpc.Compression.Gzip)
        assert await call.code() == grpc.StatusCode.UNIMPLEMENTED


@asynchronous
async def test_a_refusal_says_all_it_has_to_say() -> None:
    """A message in any script, cut where clients stop reading, and details larger than a frame."""
    async with dialled() as (_, channel):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await unary(channel, "refuse")(b"")
        assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
        message = refused.value.details() or ""
        assert message.startswith("nicht möglich: 100 %\n碳碳")
        assert set(message[21:]) == {"碳"}
        trailers = dict(refused.value.trailing_metadata() or ())
        assert trailers["grpc-status-details-bin"] == DETAILS


@asynchronous
async def test_a_fault_ends_its_call_without_its_reason() -> None:
    async with dialled() as (_, channel):
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await unary(channel, "fail")(b"")
        assert (failed.value.code(), failed.value.details()) == (
            grpc.StatusCode.INTERNAL,
            "the server failed",
        )
        assert await unary(channel, "echo")(b"on") == b"on"


@asynchronous
async def test_who_gives_a_call_up_or_hangs_up_ends_it() -> None:
    async with talking() as (tested, client):
        client.begin()
        client.ask(request("/t.T/wait"))
        client.ask(request("/t.T/wait"), 3)
        await client.hear(frames.SETTINGS)
        client.say(frames.rst_stream(1, frames.NO_ERROR))
        await tested.was_cut_off.wait()
        assert tested.cut_off == ["wait"]
        tested.was_cut_off.clear()
        client.hang_up()
        await tested.was_cut_off.wait()
        assert tested.cut_off == ["wait", "wait"]


@asynchronous
async def test_a_stop_lets_calls_end_and_cuts_off_the_rest() -> None:
    tested = Methods()
    server = Server(tested.serve, LIMITS, None)
    port = await server.start("127.0.0.1", 0)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        slow = both_ways(channel, "each")
        await slow.write(b"first")
        assert await slow.read() == b"first"
        waiting = unary(channel, "wait")(b"")
        await asyncio.sleep(0.05)
        stopping = asyncio.create_task(server.stop(0.3))
        await asyncio.sleep(0.05)
        await slow.write(b"second")
        assert await slow.read() == b"second"
        await slow.done_writing()
        assert await slow.code() == grpc.StatusCode.OK
        assert (await waiting.code(), await waiting.details()) == (
            grpc.StatusCode.UNAVAILABLE,
            "the server is stopping",
        )
        await stopping
    assert tested.cut_off == ["wait"]


@pytest.mark.parametrize(
    ("said", "is_known"),
    [("100m", True), ("5S", True), ("1H", True), ("5", False), ("-1S", False), ("123456789S", False)],
)
@asynchronous
async def test_a_deadline_is_read_or_refused(said: str, is_known: bool) -> None:
    async with talking() as (_, client):
        client.begin()
        client.ask(request("/t.T/echo", grpc_timeout=said))
        client.data(b"m", flags=frames.END_STREAM)
        found = await client.hear(frames.HEADERS, frames.RST_STREAM)
        assert (found.kind == frames.HEADERS) == is_known
