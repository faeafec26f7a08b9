"""The client's side, against a server that says exactly what it is told to."""

import asyncio
import gc
from base64 import b64encode
from collections.abc import Callable

import pytest

from tanhui.network.http2 import frames
from tanhui.network.http2.client.call import WINDOW_BYTES
from tanhui.network.http2.client.channel import ASKED_MAX, Channel
from tanhui.network.http2.status import CallError
from tests.support.asynchronous import asynchronous
from tests.support.bare_http2 import BareServer
from tests.support.http2_dialled import ECHO, MESSAGE_BYTES_MAX, OPTIONS, asking, quick, refused, scripted
from tests.support.http2_methods import LIMITS, serving

Wrong = Callable[[BareServer, int], None]


@asynchronous
async def test_a_call_is_what_grpc_says_it_is() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel, b"hello", 2.5)
        server = await listening.accepted()
        stream, headers = await server.asked()
        assert stream == 1
        assert headers == {
            ":method": "POST",
            ":scheme": "http",
            ":path": ECHO,
            ":authority": f"127.0.0.1:{listening.port}",
            "te": "trailers",
            "content-type": "application/grpc",
            "user-agent": "tanhui",
            "grpc-timeout": headers["grpc-timeout"],
        }
        assert 2_000 < int(headers["grpc-timeout"].removesuffix("m")) <= 2_500
        data = await server.hear(frames.DATA)
        assert (data.flags, data.payload) == (frames.END_STREAM, b"\0\0\0\0\5hello")
        server.answer(stream, b"world")
        assert await task == b"world"


@asynchronous
async def test_headers_are_said_in_few_bytes_from_the_second_call_on() -> None:
    """And understood, whatever order methods and timeouts come in."""
    async with scripted() as (listening, channel):
        lengths: list[int] = []
        server: BareServer | None = None
        asked = [("/t.T/A", None), ("/t.T/B", None), ("/t.T/A", 5.0), ("/t.T/A", 5.0), ("/t.T/B", 7.0)] * 3
        for method, timeout_s in asked:
            task = asyncio.create_task(channel.unary(method, b"", timeout_s))
            server = server or await listening.accepted()
            found = await server.hear(frames.HEADERS)
            headers = server.headers(found)
            assert headers[":path"] == method
            assert ("grpc-timeout" in headers) == (timeout_s is not None)
            lengths.append(len(found.payload))
            server.answer(found.stream, b"")
            await task
        assert max(lengths[5:]) <= 8 + len("\0_grpc-timeout_99999999m")


@pytest.mark.parametrize("table_bytes", [0, 100, 4_096, 1 << 20])
@asynchronous
async def test_the_server_says_how_large_its_table_is(table_bytes: int) -> None:
    async with scripted() as (listening, channel):
        tasks = [asking(channel)]
        server = await listening.accepted({frames.SETTINGS_TABLE_BYTES: table_bytes})
        server.decoder.max_allowed_table_size = table_bytes
        for _ in range(4):
            stream, headers = await server.asked()
            assert headers[":path"] == ECHO
            server.answer(stream, b"")
            await tasks[-1]
            tasks.append(asking(channel))


@asynchronous
async def test_large_messages_wait_for_windows() -> None:
    async with scripted() as (listening, channel):
        message = bytes(range(256)) * 1_000
        task = asking(channel, message)
        server = await listening.accepted({frames.SETTINGS_INITIAL_WINDOW: 1_000})
        stream, _ = await server.asked()
        got = (await server.hear(frames.DATA)).payload
        assert len(got) == 1_000
        server.say(frames.window_update(stream, 10_000))
        while len(got) < 11_000:
            got += (await server.hear(frames.DATA)).payload
        assert len(got) == 11_000
        server.say(frames.window_update(0, 1 << 20), frames.window_update(stream, 1 << 20))
        while True:
            found = await server.hear(frames.DATA)
            got += found.payload
            if found.flags & frames.END_STREAM:
                break
        assert got[5:] == message
        server.answer(stream, b"all of it")
        assert await task == b"all of it"


@asynchronous
async def test_a_stream_is_let_go_on_as_it_is_read() -> None:
    async with scripted() as (listening, channel):
        answers = channel.stream("/t.T/Many", b"", None)
        first = asyncio.create_task(anext(answers))
        server = await listening.accepted()
        stream, headers = await server.asked()
        assert "grpc-timeout" not in headers
        message = bytes((1 << 16) - 5 - 9)
        server.head(stream)
        for _ in range(WINDOW_BYTES // (1 << 16)):  # as much as the window takes
            server.data(message, stream=stream)
        assert await first == message
        for _ in range(WINDOW_BYTES // (1 << 16) - 1):
            assert await anext(answers) == message
        grown = await server.hear(frames.WINDOW_UPDATE)
        while grown.stream != stream:
            grown = await server.hear(frames.WINDOW_UPDATE)
        server.data(b"last", stream=stream)
        server.end(stream, ("grpc-message", "gone"), status="14")
        assert await anext(answers) == b"last"
        with pytest.raises(CallError, match="gone"):
            await anext(answers)


@asynchronous
async def test_who_leaves_a_stream_or_a_call_says_so() -> None:
    async with scripted() as (listening, channel):
        answers = channel.stream("/t.T/Many", b"", None)
        first = asyncio.create_task(anext(answers))
        server = await listening.accepted()
        stream, _ = await server.asked()
        server.head(stream)
        server.data(b"one", stream=stream)
        assert await first == b"one"
        await answers.aclose()
        left = await server.hear(frames.RST_STREAM)
        assert (left.stream, frames.parse_number(left.payload, "")) == (stream, frames.CANCEL)
        server.data(b"it crossed", stream=stream)  # what was on its way is nobody's
        server.end(stream, ("x-new", "remembered all the same"))

        task = asking(channel)
        stream, _ = await server.asked()
        task.cancel()
        assert (await server.hear(frames.RST_STREAM)).stream == stream
        late = await refused(asking(channel, timeout_s=0.05))
        assert late.status.code == 4
        assert (await server.hear(frames.RST_STREAM)).stream == stream + 2
        again = asking(channel)
        await server.serve(b"well")
        assert await again == b"well"
        assert not listening.waiting  # all over one connection


@pytest.mark.parametrize(
    ("fields", "code", "message", "details"),
    [
        ([("grpc-status", "9"), ("grpc-message", "%E7%A2%B3 100%25")], 9, "碳 100%", b""),
        ([("grpc-status", "9"), ("grpc-message", "%zz %E7")], 9, "%zz \N{REPLACEMENT CHARACTER}", b""),
        ([("grpc-status", "5"), ("grpc-status-details-bin", "AAECAw")], 5, "", b"\0\1\2\3"),
        ([("grpc-status", "5"), ("grpc-status-details-bin", "AAECAw==")], 5, "", b"\0\1\2\3"),
        ([("grpc-status", "5"), ("grpc-status-details-bin", "no base64!")], 5, "", b""),
        ([("grpc-status", "17")], 2, "", b""),
        ([("grpc-status", "9" * 5_000)], 2, "", b""),
        ([("grpc-status", "-1")], 2, "the answer ended without a status, grpc-status -1", b""),
        ([("x", "y")], 2, "the answer ended without a status, grpc-status missing", b""),
    ],
)
@asynchronous
async def test_how_an_answer_ends(
    fields: list[tuple[str, str]], code: int, message: str, details: bytes
) -> None:
    async with scripted() as (listening, channel):
        server: BareServer | None = None
        for alone in (True, False):
            task = asking(channel)
            server = server or await listening.accepted()
            stream, _ = await server.asked()
            if alone:
                server.head(stream, *fields, flags=frames.END_STREAM)
            else:
                server.head(stream)
                server.say(server.block(stream, fields, frames.END_HEADERS | frames.END_STREAM))
            assert tuple((await refused(task)).status) == (code, message, details)


@asynchronous
async def test_details_of_any_length_arrive() -> None:
    details = bytes(range(256)) * 100
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        stream, _ = await server.asked()
        fields = [(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "10")]
        whole = server.block(stream, [*fields, ("grpc-status-details-bin", b64encode(details).decode())])[9:]
        server.say(frames.frame(frames.HEADERS, frames.END_STREAM, stream, whole[:10_000]))
        for at in range(10_000, len(whole), 10_000):
            flags = frames.END_HEADERS if at + 10_000 >= len(whole) else 0
            server.say(frames.frame(frames.CONTINUATION, flags, stream, whole[at : at + 10_000]))
        assert (await refused(task)).status.details == details


@pytest.mark.parametrize(
    ("http", "content", "code"),
    [
        ("503", "text/html", 14),
        ("404", "text/html", 12),
        ("401", "", 16),
        ("200", "text/html", 2),
        ("302", "", 2),
    ],
)
@asynchronous
async def test_a_proxys_page_is_no_answer(http: str, content: str, code: int) -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        stream, _ = await server.asked()
        fields = [(":status", http), *([("content-type", content)] if content else [])]
        server.say(server.block(stream, fields))
        failed = await refused(task)
        assert failed.status.code == code
        assert f"HTTP status {http}" in str(failed)
        assert (await server.hear(frames.RST_STREAM)).stream == stream  # its text need not come


@asynchronous
async def test_informational_headers_go_before() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        stream, _ = await server.asked()
        server.say(server.block(stream, [(":status", "103")]))
        server.answer(stream, b"then")
        assert await task == b"then"


def no_message(server: BareServer, stream: int) -> None:
    server.head(stream)
    server.end(stream)


def two_messages(server: BareServer, stream: int) -> None:
    server.answer(stream, b"1", b"2")


def no_trailers(server: BareServer, stream: int) -> None:
    server.head(stream)
    server.data(b"1", stream=stream, flags=frames.END_STREAM)


def compressed(server: BareServer, stream: int) -> None:
    server.head(stream)
    server.say(frames.frame(frames.DATA, 0, stream, b"\1\0\0\0\1x"))


def too_large(server: BareServer, stream: int) -> None:
    server.head(stream)
    server.say(frames.frame(frames.DATA, 0, stream, b"\0" + (MESSAGE_BYTES_MAX + 1).to_bytes(4, "big")))


def headers_twice(server: BareServer, stream: int) -> None:
    server.head(stream)
    server.head(stream)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (no_message, 13),
        (two_messages, 13),
        (no_trailers, 13),
        (compressed, 12),
        (too_large, 8),
        (headers_twice, 13),
    ],
)
@asynchronous
async def test_an_answer_that_may_not_be_ends_its_call_alone(wrong: Wrong, code: int) -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        stream, _ = await server.asked()
        wrong(server, stream)
        assert (await refused(task)).status.code == code
        again = asking(channel)
        await server.serve(b"well")
        assert await again == b"well"


@pytest.mark.parametrize(
    ("code", "status"), [(0, 13), (frames.CANCEL, 1), (frames.ENHANCE_YOUR_CALM, 8), (0xC, 7), (99, 13)]
)
@asynchronous
async def test_a_reset_ends_a_call(code: int, status: int) -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        stream, _ = await server.asked()
        server.say(frames.rst_stream(stream, code))
        assert (await refused(task)).status.code == status


@asynchronous
async def test_what_was_refused_is_asked_again_and_not_for_ever() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        for number in range(ASKED_MAX):
            stream, _ = await server.asked()
            assert stream == 1 + 2 * number
            server.say(frames.rst_stream(stream, frames.REFUSED_STREAM))
        assert (await refused(task)).status.code == 14
        task = asking(channel)
        stream, _ = await server.asked()
        server.say(frames.rst_stream(stream, frames.REFUSED_STREAM))
        await server.serve(b"at last")
        assert await task == b"at last"


@asynchronous
async def test_a_server_that_leaves_answers_what_it_began_and_another_the_rest() -> None:
    async with scripted() as (listening, channel):
        first, second = asking(channel, b"1"), asking(channel, b"2")
        server = await listening.accepted()
        begun, _ = await server.asked()
        await server.asked()
        server.say(frames.goaway(begun, frames.NO_ERROR, "restarting"))
        elsewhere = await listening.accepted()
        third = asking(channel, b"3")
        for _ in range(2):
            found = await elsewhere.hear(frames.DATA)
            elsewhere.answer(found.stream, found.payload[5:])
        assert (await second, await third) == (b"2", b"3")
        server.answer(begun, b"one")
        assert await first == b"one"
        assert await server.hung_up()


@asynchronous
async def test_a_server_that_is_gone_takes_its_calls_along_and_the_next_call_dials() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        await server.asked()
        server.hang_up()
        failed = await refused(task)
        assert failed.status.code == 14
        assert "the connection was lost" in str(failed)
        task = asking(channel)
        server = await listening.accepted()
        await server.serve(b"back")
        assert await task == b"back"


@asynchronous
async def test_no_more_calls_at_once_than_the_server_takes_the_rest_in_their_order() -> None:
    async with scripted() as (listening, channel):
        tasks = [asking(channel, str(number).encode()) for number in range(7)]
        server = await listening.accepted({frames.SETTINGS_MAX_STREAMS: 2})
        asked = [await server.hear(frames.DATA), await server.hear(frames.DATA)]
        tasks[3].cancel()
        assert (await refused(asking(channel, b"late", timeout_s=0.02))).status.code == 4
        order: list[bytes] = []
        while len(order) < 6:
            found = asked.pop(0)
            order.append(found.payload[5:])
            server.answer(found.stream, order[-1])
            if len(order) < 5:
                asked.append(await server.hear(frames.DATA))
        assert order == [b"0", b"1", b"2", b"4", b"5", b"6"]
        assert [await task for task in tasks if task is not tasks[3]] == order


@asynchronous
async def test_who_waits_for_room_on_a_connection_that_is_lost_finds_it_on_the_next() -> None:
    async with scripted() as (listening, channel):
        tasks = [asking(channel, str(number).encode()) for number in range(3)]
        server = await listening.accepted({frames.SETTINGS_MAX_STREAMS: 1})
        await server.asked()
        server.hang_up()
        assert (await refused(tasks[0])).status.code == 14
        server = await listening.accepted()
        for number in (1, 2):
            found = await server.hear(frames.DATA)
            server.answer(found.stream, found.payload[5:])
            assert await tasks[number] == str(number).encode()


@pytest.mark.parametrize(
    "broken",
    [
        frames.frame(frames.PUSH_PROMISE, frames.END_HEADERS, 1, bytes(4)),
        frames.frame(frames.HEADERS, frames.END_HEADERS, 2, b"\x88"),
        frames.frame(frames.DATA, 0, 3, b"x"),
        frames.window_update(0, 0),
        frames.frame(frames.GOAWAY, 0, 0, bytes(7)),
        frames.frame(frames.SETTINGS, 0, 0, bytes(5)),
        frames.frame(frames.HEADERS, frames.END_HEADERS, 1, b"\xff\xff\xff\xff\x0f"),
        frames.frame_header(frames.DATA, 0, 1, 1 << 20),
        frames.frame(frames.HEADERS, 0, 1, b"\x88") + frames.frame(frames.PING, 0, 0, bytes(8)),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
    ids=[
        "a push",
        "a stream of the server's",
        "a stream never begun",
        "a window by nothing",
        "a short goaway",
        "short settings",
        "a header block",
        "a frame too large",
        "a block interrupted",
        "no http/2",
    ],
)
@asynchronous
async def test_what_breaks_the_protocol_ends_the_connection_and_the_next_call_dials(broken: bytes) -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        await server.asked()
        server.say(broken)
        assert (await refused(task)).status.code == 14
        assert (await server.hear(frames.GOAWAY)).payload[4:8] != bytes(4)
        task = asking(channel)
        server = await listening.accepted()
        await server.serve(b"well")
        assert await task == b"well"


@asynchronous
async def test_pings_are_answered() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        stream, _ = await server.asked()
        server.say(frames.frame(frames.PING, 0, 0, b"12345678"))
        found = await server.hear(frames.PING)
        assert (found.flags, found.payload) == (frames.ACK, b"12345678")
        server.answer(stream, b"")
        await task


@asynchronous
async def test_a_silent_server_is_pinged_while_calls_are_open_and_left_when_it_stays_silent() -> None:
    async with scripted(quick(0.1, 0.2)) as (listening, channel):
        task = asking(channel, timeout_s=None)
        server = await listening.accepted()
        stream, _ = await server.asked()
        for _ in range(3):
            found = await server.hear(frames.PING)
            server.say(frames.frame(frames.PING, frames.ACK, 0, found.payload))
        server.answer(stream, b"slow")
        assert await task == b"slow"
        await asyncio.sleep(0.5)  # without a call nobody is pinged, nor left
        task = asking(channel, timeout_s=None)
        await server.asked()
        failed = await refused(task)
        assert failed.status.code == 14
        assert "no word from the server" in str(failed)


@asynchronous
async def test_answered_calls_leave_nothing_to_the_collector() -> None:
    async with serving(LIMITS) as (_, port):
        channel = Channel(f"127.0.0.1:{port}", None, OPTIONS)
        await channel.unary("/t.T/echo", b"", 5)
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                assert await channel.unary("/t.T/echo", b"again", 5) == b"again"
            assert gc.collect() < 20
        finally:
            gc.enable()
        await channel.close()


@asynchronous
async def test_closing_cancels_what_is_under_way() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel)
        server = await listening.accepted()
        await server.asked()
        await channel.close()
        assert (await refused(task)).status.code == 1
        assert (await refused(asking(channel))).status.code == 1
        await channel.close()


@asynchronous
async def test_a_deadline_is_one_however_often_a_call_is_asked() -> None:
    async with scripted() as (listening, channel):
        began_s = asyncio.get_running_loop().time()
        task = asking(channel, timeout_s=0.4)
        server = await listening.accepted()
        stream, first = await server.asked()
        await asyncio.sleep(0.25)
        server.say(frames.rst_stream(stream, frames.REFUSED_STREAM))
        _, second = await server.asked()
        stated = [int(headers["grpc-timeout"].removesuffix("m")) for headers in (first, second)]
        assert stated[0] > 350
        assert stated[1] <= 150
        assert (await refused(task)).status.code == 4
        assert asyncio.get_running_loop().time() - began_s < 0.7


@asynchronous
async def test_a_stream_that_was_refused_is_asked_for_again() -> None:
    async with scripted() as (listening, channel):
        answers = channel.stream("/t.T/Many", b"", 5)
        first = asyncio.create_task(anext(answers))
        server = await listening.accepted()
        stream, _ = await server.asked()
        server.say(frames.rst_stream(stream, frames.REFUSED_STREAM))
        await server.serve(b"after all")
        assert await first == b"after all"
        assert [answer async for answer in answers] == []


@asynchronous
async def test_who_gave_up_waiting_for_room_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanhui.network.http2.client.connection.WAITING_MAX", 3)
    async with scripted() as (listening, channel):
        first = asking(channel)
        server = await listening.accepted({frames.SETTINGS_MAX_STREAMS: 1})
        stream, _ = await server.asked()
        for _ in range(2):
            waiting = [asking(channel, timeout_s=0.05) for _ in range(4)]
            codes = sorted([(await refused(task)).status.code for task in waiting])
            assert codes == [4, 4, 4, 8]
        server.answer(stream, b"room")
        assert await first == b"room"
        last = asking(channel)
        await server.serve(b"well")
        assert await last == b"well"


def informational_end(server: BareServer, stream: int) -> None:
    server.say(server.block(stream, [(":status", "100")], frames.END_HEADERS | frames.END_STREAM))


def cut_message(server: BareServer, stream: int) -> None:
    server.head(stream)
    server.say(frames.frame(frames.DATA, 0, stream, b"\0\0\0\0\5hel"))
    server.end(stream)


def cut_second_message(server: BareServer, stream: int) -> None:
    server.head(stream)
    server.say(frames.frame(frames.DATA, 0, stream, b"\0\0\0\0\1x\0\0"))
    server.end(stream)


@pytest.mark.parametrize(
    ("wrong", "code"), [(informational_end, 2), (cut_message, 13), (cut_second_message, 13)]
)
@asynchronous
async def test_an_answer_that_is_cut_short_is_none(wrong: Wrong, code: int) -> None:
    async with scripted() as (listening, channel):
        task = asking(channel, timeout_s=None)
        server = await listening.accepted()
        stream, _ = await server.asked()
        wrong(server, stream)
        assert (await refused(task)).status.code == code


@asynchronous
async def test_who_ends_an_answer_before_the_request_is_told_to_forget_the_rest() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel, bytes(100_000))
        server = await listening.accepted()
        stream, _ = await server.asked()
        await server.hear(frames.DATA)
        server.head(stream)
        server.data(b"enough", stream=stream, flags=frames.END_STREAM)
        assert (await refused(task)).status.code == 13
        assert (await server.hear(frames.RST_STREAM)).stream == stream


@asynchronous
async def test_what_is_no_message_or_no_time_disturbs_nobody() -> None:
    async with scripted() as (listening, channel):
        first = asking(channel)
        server = await listening.accepted({frames.SETTINGS_MAX_STREAMS: 2})
        stream, _ = await server.asked()
        for _ in range(3):
            with pytest.raises(TypeError):
                await channel.unary(ECHO, "text", 5)  # type: ignore[arg-type]
            for timeout_s in (float("nan"), float("inf")):
                with pytest.raises(ValueError, match="timeout_s"):
                    await channel.unary(ECHO, b"", timeout_s)
        server.answer(stream, b"well")
        assert await first == b"well"


@asynchronous
async def test_who_asks_and_asks_and_does_not_read_is_hung_up_on() -> None:
    async with scripted() as (listening, channel):
        task = asking(channel, timeout_s=None)
        server = await listening.accepted()
        await server.asked()
        pings = frames.frame(frames.PING, 0, 0, bytes(8)) * 4_000
        while not task.done():
            server.say(pings)
            await asyncio.sleep(0)
        assert (await refused(task)).status.code == 14


def test_a_channel_belongs_to_one_event_loop() -> None:
    async def first() -> Channel:
        async with scripted() as (listening, channel):
            task = asking(channel)
            server = await listening.accepted()
            await server.serve(b"")
            await task
            return channel

    async def second(channel: Channel) -> None:
        for _ in range(2):
            with pytest.raises(RuntimeError, match="belongs to the event loop"):
                await channel.unary(ECHO, b"", 5)

    asyncio.run(second(asyncio.run(first())))
