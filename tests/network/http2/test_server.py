"""The server's side of gRPC: calls of every shape, windows, deadlines, clients that give up, and limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import grpc.aio
import pytest

from tanhui.network.http2 import frames
from tanhui.network.http2.call import QUEUED_BYTES_MAX, Call
from tanhui.network.http2.limits import Limits
from tanhui.network.http2.server import Server
from tanhui.network.http2.status import Status
from tests.support.asynchronous import asynchronous
from tests.support.bare_http2 import BareClient, request

MESSAGE = 100_000
DETAILS = bytes(range(256)) * 100
LIMITS = Limits(MESSAGE * 100, streams_max=3, call_window_bytes=MESSAGE)


class Methods:
    """A service with one method for each shape of a call."""

    def __init__(self) -> None:
        self.cut_off: list[str] = []
        self.was_cut_off = asyncio.Event()
        self.most_queued = 0
        self.sent = 0
        self.taken = 0
        self.go_on = asyncio.Event()

    async def serve(self, call: Call) -> Status:
        name = call.request.method.rpartition("/")[2]
        try:
            return await getattr(self, name)(call)  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            self.cut_off.append(name)
            self.was_cut_off.set()
            raise

    async def echo(self, call: Call) -> Status:
        call.send(await call.only_message())
        return Status()

    async def each(self, call: Call) -> Status:
        async for message in call.messages():
            self.taken += 1
            call.send(message)
            await call.drained()
        return Status()

    async def slowly(self, call: Call) -> Status:
        await self.go_on.wait()
        async for _ in call.messages():
            self.taken += 1
        return Status()

    async def many(self, call: Call) -> Status:
        for _ in range(int(await call.only_message())):
            call.send(bytes(MESSAGE))
            self.sent += 1
            self.most_queued = max(self.most_queued, call.queued_bytes)
            await call.drained()
        return Status()

    async def wait(self, call: Call) -> Status:
        task = asyncio.current_task()
        assert task is not None
        call.on_close = task.cancel
        await asyncio.Event().wait()
        return Status()

    async def fail(self, call: Call) -> Status:
        raise ValueError("what the log says and the client does not hear")

    async def refuse(self, call: Call) -> Status:
        return Status(9, "nicht möglich: 100 %\n" + "碳" * 3_000, DETAILS)


@asynccontextmanager
async def serving(limits: Limits = LIMITS) -> AsyncIterator[tuple[Methods, int]]:
    tested = Methods()
    server = Server(tested.serve, limits, None)
    port = await server.start("127.0.0.1", 0)
    try:
        yield tested, port
    finally:
        await server.stop(0.1)


@asynccontextmanager
async def dialled(limits: Limits = LIMITS) -> AsyncIterator[tuple[Methods, grpc.aio.Channel]]:
    """gRPC's own client, of the C core."""
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_metadata_size", 1 << 20)]
    async with (
        serving(limits) as (tested, port),
        grpc.aio.insecure_channel(f"127.0.0.1:{port}", options) as channel,
    ):
        yield tested, channel


def unary(channel: grpc.aio.Channel, name: str) -> grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]:
    return channel.unary_unary(f"/t.T/{name}")


def both_ways(channel: grpc.aio.Channel, name: str) -> grpc.aio.StreamStreamCall[bytes, bytes]:
    method: grpc.aio.StreamStreamMultiCallable[bytes, bytes] = channel.stream_stream(f"/t.T/{name}")
    return method()


def many(channel: grpc.aio.Channel, number: int) -> grpc.aio.UnaryStreamCall[bytes, bytes]:
    method: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream("/t.T/many")
    return method(str(number).encode())


@asynccontextmanager
async def talking(limits: Limits = LIMITS) -> AsyncIterator[tuple[Methods, BareClient]]:
    async with serving(limits) as (tested, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield tested, BareClient(reader, writer)
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


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
        trailers = client.trailers(await client.hear(frames.HEADERS))
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
async def test_more_calls_than_agreed_are_refused_one_by_one() -> None:
    """Also while those that were reset are still ending, so that resets are no way around the limit."""
    async with talking() as (tested, client):
        client.begin()
        for number in (1, 3, 5):
            client.ask(request("/t.T/wait"), number)
        client.ask(request("/t.T/echo"), 7)
        refused = await client.hear(frames.RST_STREAM)
        assert (refused.stream, frames.parse_number(refused.payload, "")) == (7, frames.REFUSED_STREAM)
        storm = b"".join(
            frames.rst_stream(number - 2, frames.NO_ERROR) + client.asked(request("/t.T/wait"), number)
            for number in range(9, 2_009, 2)
        )
        client.say(*(frames.rst_stream(number, frames.NO_ERROR) for number in (1, 3, 5)), storm)
        client.say(frames.frame(frames.PING, 0, 0, bytes(8)))
        await client.hear(frames.PING)
        assert len(tested.cut_off) <= LIMITS.streams_max


@asynchronous
async def test_an_answer_that_nobody_lets_through_counts_as_a_call() -> None:
    async with talking() as (_, client):
        client.begin({frames.SETTINGS_INITIAL_WINDOW: 0})
        for number in (1, 3, 5):
            client.ask(request("/t.T/echo"), number)
            client.data(b"m", stream=number, flags=frames.END_STREAM)
        for _ in range(3):
            await client.hear(frames.HEADERS)
        client.ask(request("/t.T/echo"), 7)
        assert (await client.hear(frames.RST_STREAM)).stream == 7


@asynchronous
async def test_more_connections_than_agreed_are_hung_up_on() -> None:
    async with serving(Limits(MESSAGE, 3, connections_max=1)) as (_, port):
        _, first = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        reader, second = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        for writer in (first, second):
            writer.close()


@asynchronous
async def test_who_pings_too_often_is_told_so_unless_it_is_sent_something() -> None:
    async with talking(Limits(MESSAGE, 3, ping_interval_s_min=60)) as (_, client):
        client.begin()
        ping = frames.frame(frames.PING, 0, 0, bytes(8))
        for number in range(1, 41, 2):
            client.ask(request("/t.T/echo"), number)
            client.data(b"m", stream=number, flags=frames.END_STREAM)
            while not (await client.hear(frames.HEADERS)).flags & frames.END_STREAM:
                pass
            client.say(ping, ping)
        for _ in range(3):
            client.say(ping)
        told = await client.hear(frames.GOAWAY)
        assert told.payload[4:] == b"\x00\x00\x00\x0btoo_many_pings"
        assert await client.hung_up()


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
