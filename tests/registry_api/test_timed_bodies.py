"""A body that drips is cut off; one that keeps coming is taken, however long it is and however slow the server."""

import asyncio
import json
import select
import selectors
import socket
import time
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from tanhui.registry_api.problems import Problem
from tanhui.registry_api.settings import ApiSettings
from tanhui.registry_api.timed_bodies import BODY_LATE, TimedBodies
from tests.support.api import Api, open_api
from tests.support.served import served

DAY = "20261121"
WRITE = "/v1/functions/notes/Write"
UPLOAD = "/v1/activities"
IDLE_S = 0.4
RATE = 2_000
"""Bytes a second."""
WITHIN_S = 10


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Api, int]]:
    """An API with short limits, and its port."""
    settings = ApiSettings(body_idle_s=IDLE_S, body_bytes_a_second_min=RATE)
    api = open_api(tmp_path_factory.mktemp("api"), settings)
    with served(api.client.app, lifespan="on") as port:
        yield api, port
    api.close()


def head(api: Api, path: str, key: str, *, length: int | None = None, **more: str) -> bytes:
    """A POST's, chunked without a length."""
    media = "application/x-ndjson" if path == UPLOAD else "application/json"
    said = api.headers(f"{DAY}-{key}", **more) | {"Host": "localhost", "Content-Type": media}
    said |= {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def sent(port: int, *parts: bytes, pause_s: float) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and content of the answer; the server must end the connection after it."""

    answer = b""
    with socket.create_connection(("127.0.0.1", port), WITHIN_S) as connection:
        for part in parts:
            connection.sendall(part)
            if select.select([connection], [], [], pause_s)[0]:
                break
        try:
            while read := connection.recv(1 << 16):
                answer += read
        except ConnectionResetError:  # after the answer: a drop came while the server closed
            pass
    start, _, content = answer.partition(b"\r\n\r\n")
    status, *lines = start.decode("latin-1").split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), content


@pytest.mark.parametrize(("path", "drops"), [(WRITE, 0), (UPLOAD, 100)], ids=["silent", "dripping"])
def test_a_body_that_is_late_is_a_problem_and_the_connections_end(
    running: tuple[Api, int], path: str, drops: int
) -> None:
    api, port = running
    begun = head(api, path, f"late-{drops}", length=100, **{"Accept-Language": "en"})
    began = time.monotonic()
    status, headers, content = sent(port, begun, *[b"x"] * drops, pause_s=0.02)
    assert IDLE_S <= time.monotonic() - began < WITHIN_S
    assert (status, headers["connection"]) == (408, "close")
    assert headers["content-type"] == "application/problem+json"
    problem = json.loads(content)
    assert (problem["code"], problem["params"]) == ("api.body_late", {"seconds": "0.4", "bytes": "2000"})
    assert "pause for 0.4 seconds" in problem["detail"]


def test_an_upload_that_keeps_coming_is_taken_and_one_that_broke_off_leaves_nothing(
    running: tuple[Api, int],
) -> None:
    """Longer under way than it may pause; then the same again, after one that stopped in the middle."""
    api, port = running
    lines = [b'{"n":"%d","text":"%s"}\n' % (number, b"x" * 200) for number in range(12)]
    begun = head(api, UPLOAD, "steady", Connection="close")
    assert sent(port, begun, *map(chunk, lines[:4]), pause_s=0.05)[0] == 408
    assert api.queue.waiting_lines() == 0
    began = time.monotonic()
    status, _, content = sent(port, begun, *map(chunk, lines), b"0\r\n\r\n", pause_s=0.05)
    assert time.monotonic() - began > IDLE_S
    assert (status, json.loads(content)["accepted"]) == (202, 12)


def test_a_sender_who_leaves_in_the_middle_is_no_fault_of_ours(
    running: tuple[Api, int], caplog: pytest.LogCaptureFixture
) -> None:
    api, port = running
    counted = 'requests_total{operation="intake_Upload",status="400"}'
    for key in ("gone-1", "gone-2"):
        with socket.create_connection(("127.0.0.1", port), WITHIN_S) as connection:
            connection.sendall(head(api, UPLOAD, key, length=100) + b'{"n":"1"}')
    deadline = time.monotonic() + WITHIN_S
    while f"{counted} 2.0" not in httpx.get(f"http://127.0.0.1:{port}/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert api.queue.waiting_lines() == 0


def test_a_page_that_is_late_ends_the_connection_too(running: tuple[Api, int]) -> None:
    _, port = running
    form = "application/x-www-form-urlencoded"
    lines = ["POST /sign-in HTTP/1.1", "Host: localhost", "Accept: text/html", f"Content-Type: {form}"]
    begun = "\r\n".join([*lines, "Content-Length: 100", "", ""]).encode()
    status, headers, content = sent(port, begun, b"key=", pause_s=0.0)
    assert (status, headers["connection"]) == (408, "close")
    assert headers["content-type"].startswith("text/html")
    assert "请求正文来得过慢" in content.decode()


class _Jumps(selectors.SelectSelector):
    """Whoever would wait is there at once, and the clock with him."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nobody waits for anything"
        self.now += timeout
        return super().select(0)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumps = _Jumps()
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.now


def taken(*parts: tuple[float, int], works_s: float = 0.0) -> int:
    """Bytes read of a body, under the limits by default: parts of so many bytes, each so many seconds after the last
    was asked for, by an application that works for so long after each."""
    settings = ApiSettings()
    read = 0

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal read
        more = True
        while more:
            message = await receive()
            read += len(message["body"])
            more = message["more_body"]
            await asyncio.sleep(works_s)

    coming = list(parts)

    async def receive() -> Message:
        pause_s, size = coming.pop(0)
        await asyncio.sleep(pause_s)
        return {"type": "http.request", "body": bytes(size), "more_body": bool(coming)}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    timed = TimedBodies(application, settings.body_idle_s, settings.body_bytes_a_second_min)
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        runner.run(timed({"type": "http"}, receive, send))
    return read


def test_hours_of_an_upload_are_taken_while_it_keeps_coming() -> None:
    hour = 360
    assert taken(*[(10.0, 11 << 10)] * 3 * hour) == 3 * hour * 11 << 10
    assert taken(*[(0.0, 1 << 16)] * hour, works_s=600.0) == hour << 16, (
        "the server's own time is nobody's fault"
    )
    assert taken((29.0, 1)) == 1, "a short body need not be a fast one"
    assert taken((0.0, 1 << 20), *[(29.0, 1)] * 30) == (1 << 20) + 30, (
        "what came fast may go slowly for a while"
    )


@pytest.mark.parametrize(
    "parts",
    [
        [(31.0, 1)],
        [(1.0, 1)] * 32,
        [(0.0, 1 << 28), (31.0, 1)],
        [(10.0, 9 << 10)] * 360,
        [(0.0, 1 << 20), *[(29.0, 1)] * 60],
    ],
    ids=["silent", "dripping", "silent after much", "too slow for long", "dripping after much"],
)
def test_a_body_that_is_slow_on_average_or_pauses_is_cut_off(parts: list[tuple[float, int]]) -> None:
    with pytest.raises(Problem, match=BODY_LATE.name):
        taken(*parts)


def test_after_the_body_nobody_is_hurried() -> None:
    """A stream of events awaits its reader's leaving for as long as he stays."""
    seen: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((await receive())["type"])
        seen.append((await receive())["type"])

    async def receive() -> Message:
        if not seen:
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.sleep(86_400)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        runner.run(TimedBodies(application, 30.0, 1_024)({"type": "http"}, receive, send))
    assert seen == ["http.request", "http.disconnect"]
