"""Whom a request comes from: the connection says so, and a proxy only where the settings trust it."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from tanhui.cli.registry_process import http_config
from tanhui.registry_api.settings import ApiSettings

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
