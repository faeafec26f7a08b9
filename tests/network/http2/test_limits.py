"""What a client may not do to the server: windows, floods, resets, rules of HTTP/2, and connections in every state."""

import asyncio
import socket

import pytest

from tanhui.network.http2 import frames
from tanhui.network.http2.limits import CONTROL_FRAMES_MAX, Limits
from tanhui.network.http2.server import Server
from tests.support.asynchronous import asynchronous
from tests.support.bare_http2 import BareClient, request
from tests.support.http2_methods import (
    LIMITS,
    MESSAGE,
    Methods,
    serving,
    talking,
)


@asynchronous
async def test_who_sends_more_than_its_window_is_told_so() -> None:
    async with talking() as (_, client):
        client.begin()
        client.ask(request("/t.T/slowly"))
        for _ in range(10):
            client.data(bytes(MESSAGE // 10 - frames.GRPC_HEADER_BYTES))
        client.data(b"")
        told = await client.hear(frames.GOAWAY)
        assert frames.parse_number(told.payload[4:8], "") == frames.FLOW_CONTROL_ERROR
        assert await client.hung_up()


@asynchronous
async def test_a_call_given_up_at_once_is_not_served() -> None:
    async with talking() as (tested, client):
        client.begin()
        for number in (1, 3):
            begun = client.block(number, request("/t.T/each"))
            message = frames.grpc_header(1) + b"m"
            asked = frames.frame(frames.DATA, frames.END_STREAM, number, message)
            client.say(begun + asked + frames.rst_stream(number, frames.NO_ERROR))
        client.ask(request("/t.T/each"), 5)
        client.data(b"last", stream=5, flags=frames.END_STREAM)
        assert (await client.hear(frames.DATA)).stream == 5
        assert tested.taken == 1


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
            frames.rst_stream(number - 2, frames.NO_ERROR) + client.block(number, request("/t.T/wait"))
            for number in range(9, 609, 2)
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
async def test_when_there_is_no_room_idle_connections_make_it_and_busy_ones_do_not() -> None:
    async with serving(Limits(MESSAGE, 3, connections_max=1)) as (_, port):

        async def dial() -> tuple[BareClient, asyncio.StreamWriter]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            client = BareClient(reader, writer)
            client.begin()
            return client, writer

        idle, first = await dial()
        await idle.hear(frames.SETTINGS)
        client, second = await dial()
        assert await idle.hung_up()
        client.ask(request("/t.T/wait"))
        client.say(frames.frame(frames.PING, 0, 0, bytes(8)))
        await client.hear(frames.PING)
        third, last = await dial()
        assert await third.hung_up()
        client.say(frames.frame(frames.PING, 0, 0, bytes(8)))
        await client.hear(frames.PING)
        for writer in (first, second, last):
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@asynchronous
async def test_who_reads_a_stream_may_open_windows_as_often_as_it_likes() -> None:
    async with talking() as (_, client):
        client.begin()
        client.ask(request("/t.T/many"))
        client.data(b"6", flags=frames.END_STREAM)
        got, said = 0, 0
        while got < 6 * (MESSAGE + frames.GRPC_HEADER_BYTES):
            found = await client.hear(frames.DATA)
            got += len(found.payload)
            updates = frames.window_update(1, 1) * (CONTROL_FRAMES_MAX // 4)
            client.say(frames.window_update(0, len(found.payload)), updates)
            client.say(frames.window_update(1, len(found.payload)))
            said += CONTROL_FRAMES_MAX // 4
        assert said > CONTROL_FRAMES_MAX
        assert (await client.hear(frames.HEADERS)).stream == 1


@pytest.mark.parametrize(
    ("flood", "times", "code"),
    [
        (
            frames.frame(frames.SETTINGS, 0, 0, (b"\x00\x04" + bytes(4)) * 10_000),
            12,
            frames.ENHANCE_YOUR_CALM,
        ),
        (frames.frame(frames.HEADERS, frames.END_HEADERS, 3, b"\x82" * 16_000), 1, frames.COMPRESSION_ERROR),
        (
            frames.frame(frames.PRIORITY, 0, 1, bytes(5)) + frames.frame(frames.DATA, 0, 1),
            CONTROL_FRAMES_MAX + 1,
            frames.ENHANCE_YOUR_CALM,
        ),
    ],
    ids=["settings", "a block that grows forty times", "empty data between"],
)
@asynchronous
async def test_floods_are_ended_before_they_cost_much(flood: bytes, times: int, code: int) -> None:
    async with talking() as (_, client):
        client.begin()
        client.ask(request("/t.T/wait"))
        client.say(flood * times)
        try:
            told = await client.hear(frames.GOAWAY)
        except ConnectionError:  # so much was unread that the word was lost; the end was not
            return
        assert frames.parse_number(told.payload[4:8], "") == code


@asynchronous
async def test_settings_cost_the_same_however_many_calls_there_are() -> None:
    """And let through what waited for them, to the byte, whichever way windows went meanwhile."""
    async with talking() as (_, client):
        client.begin({frames.SETTINGS_INITIAL_WINDOW: 100})
        client.ask(request("/t.T/echo"))
        client.data(bytes(995), flags=frames.END_STREAM)
        got = len((await client.hear(frames.DATA)).payload)
        assert got == 100
        client.say(frames.settings({frames.SETTINGS_INITIAL_WINDOW: 0}), frames.window_update(1, 150))
        assert len((await client.hear(frames.DATA)).payload) == 50
        client.say(frames.settings({frames.SETTINGS_INITIAL_WINDOW: 850}))
        assert len((await client.hear(frames.DATA)).payload) == 850
        while not (await client.hear(frames.HEADERS)).flags & frames.END_STREAM:
            pass


@asynchronous
async def test_an_empty_answer_fits_into_the_window_of_its_header() -> None:
    async with talking() as (_, client):
        client.begin({frames.SETTINGS_INITIAL_WINDOW: frames.GRPC_HEADER_BYTES})
        client.ask(request("/t.T/echo"))
        client.data(b"", flags=frames.END_STREAM)
        assert (await client.hear(frames.DATA)).payload == bytes(5)
        while not (await client.hear(frames.HEADERS)).flags & frames.END_STREAM:
            pass


@asynchronous
async def test_trailers_of_a_client_that_cross_the_end_are_ignored() -> None:
    async with talking() as (_, client):
        client.begin()
        client.ask(request("/t.T/fail"))
        while not (await client.hear(frames.HEADERS)).flags & frames.END_STREAM:
            pass
        client.ask([("x", "y")], 1, frames.END_HEADERS | frames.END_STREAM)
        client.ask(request("/t.T/echo"), 3)
        client.data(b"on", stream=3, flags=frames.END_STREAM)
        assert (await client.hear(frames.DATA)).stream == 3


@pytest.mark.parametrize(
    "broken",
    [
        frames.frame(frames.DATA, frames.END_STREAM, 1) * 2,
        frames.window_update(1, (1 << 31) - 1),
        frames.rst_stream(9, 0),
        frames.frame(frames.SETTINGS, 0, 1),
        frames.frame(frames.PING, 0, 1, bytes(8)),
    ],
    ids=[
        "data behind the end",
        "a window too wide",
        "a reset of nothing",
        "settings of a call",
        "a ping of a call",
    ],
)
@asynchronous
async def test_what_breaks_a_calls_rules_ends_the_connection(broken: bytes) -> None:
    async with talking() as (_, client):
        client.begin()
        client.ask(request("/t.T/wait"))
        client.say(broken)
        assert (await client.hear(frames.GOAWAY)).payload[4:8] != bytes(4)
        assert await client.hung_up()


@asynchronous
async def test_the_first_frame_is_settings() -> None:
    async with talking() as (_, client):
        client.say(frames.PREFACE, frames.frame(frames.PING, 0, 0, bytes(8)))
        assert (await client.hear(frames.GOAWAY)).payload[8:] == b"the first frame is not SETTINGS"


@asynchronous
async def test_calls_begun_after_the_last_word_are_refused_to_be_repeated_elsewhere() -> None:
    methods = Methods()
    server = Server(methods.serve, LIMITS, None)
    port = await server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = BareClient(reader, writer)
    client.begin()
    client.ask(request("/t.T/wait"))
    await client.hear(frames.SETTINGS)
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(server.stop(0.5))
    assert frames.parse_number((await client.hear(frames.GOAWAY)).payload[:4], "") == 1
    client.ask(request("/t.T/each"), 3)
    client.data(b"m", stream=3, flags=frames.END_STREAM)
    refused = await client.hear(frames.RST_STREAM)
    assert (refused.stream, frames.parse_number(refused.payload, "")) == (3, frames.REFUSED_STREAM)
    assert methods.taken == 0
    await stopping
    writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)


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
async def test_who_asks_on_and_reads_nothing_is_cut_off() -> None:
    """Answers to settings gather while nobody reads them: so many, and with data between them, too."""

    async def ask_on(client: BareClient) -> None:
        while True:
            client.say((frames.settings({}) * 1_000 + frames.frame(frames.DATA, 0, 1)) * 10)
            await client.pushed()

    async with serving(Limits(1 << 20, 3)) as (_, port):
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.connect(("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=narrow, limit=1)
        client = BareClient(reader, writer)
        client.begin()
        client.ask(request("/t.T/slowly"))
        with pytest.raises(ConnectionError):
            await ask_on(client)
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@asynchronous
async def test_a_stop_ends_connections_in_every_state() -> None:
    """One that speaks, one that says nothing, and one that was accepted a moment ago."""
    server = Server(Methods().serve, LIMITS, None)
    port = await server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = BareClient(reader, writer)
    client.begin()
    await client.hear(frames.SETTINGS)
    with socket.create_connection(("127.0.0.1", port)) as silent:
        await asyncio.sleep(0.05)
        with socket.create_connection(("127.0.0.1", port)) as accepted:
            await asyncio.sleep(0)
            async with asyncio.timeout(1):
                await server.stop(0)
            assert await client.hung_up()
            for one in (silent, accepted):
                one.settimeout(1)
                assert await asyncio.to_thread(ended, one)
    writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)


def ended(peer: socket.socket) -> bool:
    """Whether the other side hangs up, in whatever way."""
    try:
        while peer.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    return True


@asynchronous
async def test_a_burst_of_connections_leaves_as_many_as_agreed() -> None:
    async with serving(Limits(MESSAGE, 3, connections_max=2)) as (_, port):
        dialled = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        await asyncio.sleep(0.1)  # the server accepts them in one turn
        for one in dialled:
            one.setblocking(False)
        left = [one for one in dialled if is_left(one)]
        assert len(left) == 2
        for one in dialled:
            one.close()


def is_left(one: socket.socket) -> bool:
    """Whether the server has not hung up."""
    try:
        while one.recv(1 << 16):
            pass
    except BlockingIOError:
        return True
    except ConnectionError:
        pass
    return False
