"""What HTTP believes and takes: whom a request comes from, and how long and how late its head may be."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from tanhui.cli.bounded_http import HEAD_BYTES_MAX
from tanhui.cli.registry_process import http_config
from tanhui.registry_api.settings import ApiSettings
from tests.support.served import served

PROXY = "127.0.0.1"
STATED = "203.0.113.9"


def seen_from(settings: ApiSettings, forwarded: str) -> tuple[str, str]:
    """Address and scheme that the application sees of a request from this machine."""
    seen: list[tuple[str, str]] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        seen.append((scope["client"][0], scope["scheme"]))

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        del message

    config = http_config(application, settings)
    config.load()
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "client": (PROXY, 40_000), "scheme": "http", "headers": headers}
    asyncio.run(config.loaded_app(scope, receive, send))
    return seen[0]


def test_forwarding_headers_are_nobodys_word_by_default() -> None:
    """Else a caller on this machine, or behind a careless proxy, chooses whose failures are counted."""
    assert seen_from(ApiSettings(), STATED) == (PROXY, "http")


@pytest.mark.parametrize(("stated", "seen"), [(STATED, STATED), (f"10.9.9.9, {STATED}", STATED)])
def test_a_trusted_proxy_names_the_caller_and_callers_do_not(stated: str, seen: str) -> None:
    assert seen_from(ApiSettings(trusted_proxies=(PROXY,)), stated) == (seen, "https")


@contextmanager
def listening() -> Iterator[int]:
    """The port of a server that answers 200 to whatever it could read."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            while (message := await receive()).get("more_body"):
                assert message["type"] == "http.request"
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    with served(application) as port:
        yield port


async def answered(port: int, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """The first line of what comes back; b"" when the connection is cut without an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)
    except ConnectionError:
        pass
    try:
        return (await asyncio.wait_for(reader.readline(), 10)).strip()
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
TOO_LARGE = {b"HTTP/1.1 431 Request Header Fields Too Large", b""}


def test_a_head_or_trailers_without_an_end_are_cut_off() -> None:
    """Whoever reaches the port, without any key, must not fill memory with one header."""
    endless = [b"a" * (HEAD_BYTES_MAX // 2)] * 16
    with listening() as port:
        for parts in (
            [HEAD + b"X-Long: ", *endless],
            [b"GET /", *endless],
            [CHUNKED + b"1\r\nx\r\n0\r\nX-Trailer: ", *endless],
            [CHUNKED + b"1;extension=", *endless],
        ):
            assert asyncio.run(answered(port, *parts, pause_s=0.02)) in TOO_LARGE, parts[0]
        long = b"x" * (HEAD_BYTES_MAX // 2)
        whole = HEAD + b"Content-Length: 500000\r\nX-Long: " + long + b"\r\n\r\n"
        assert asyncio.run(answered(port, whole, *[b"b" * 50_000] * 10)) == b"HTTP/1.1 200 OK"
        small = [b"1\r\nx\r\n" * 10_000] * 10
        assert asyncio.run(answered(port, CHUNKED, *small, b"0\r\n\r\n")) == b"HTTP/1.1 200 OK"
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200


def test_a_head_that_drips_is_not_awaited_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanhui.cli.bounded_http.HEAD_S_MAX", 0.4)
    late = {b"HTTP/1.1 408 Request Timeout", b""}
    with listening() as port:
        assert asyncio.run(answered(port)) in late, "not a byte"
        assert asyncio.run(answered(port, *[b"%c" % one for one in HEAD], pause_s=0.05)) in late
        body = [HEAD + b"Content-Length: 4\r\n\r\n", b"a", b"b", b"c", b"d"]
        assert asyncio.run(answered(port, *body, pause_s=0.2)) == b"HTTP/1.1 200 OK", "only the head"


def test_a_body_that_was_answered_unread_is_not_awaited_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused for its missing key, a stranger would keep the connection by a byte now and then."""
    monkeypatch.setattr("tanhui.cli.bounded_http.UNREAD_S_MAX", 0.3)

    async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def drips_until_closed(port: int) -> tuple[bytes, int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b"Content-Length: 100\r\n\r\n")
        first = (await reader.readline()).strip()
        closed = asyncio.ensure_future(reader.read())
        sent = 0
        while not closed.done() and sent < 100:
            writer.write(b"x")
            sent += 1
            await asyncio.wait([closed], timeout=0.05)
        await asyncio.gather(closed, return_exceptions=True)
        writer.transport.abort()
        return first, sent

    async def goes_on(port: int) -> list[bytes]:
        """A body that comes whole is passed over, and the next request on the connection is answered, later too."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        found = []
        for _ in range(2):
            writer.write(HEAD + b"Content-Length: 4\r\n\r\n")
            found.append((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0])
            writer.write(b"body")
            await asyncio.sleep(0.4)
        writer.transport.abort()
        return found

    with served(refuses) as port:
        first, sent = asyncio.run(drips_until_closed(port))
        assert first == b"HTTP/1.1 401 Unauthorized"
        assert sent < 30
        assert asyncio.run(goes_on(port)) == [b"HTTP/1.1 401 Unauthorized"] * 2
