"""Links name the registry's own address, whatever a request says; under a foreign name nothing is answered."""

from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.requests import Request

from tanhui.registry_api.public_address import checked_origin, public_address
from tanhui.registry_api.settings import ApiSettings
from tests.support.api import Api, open_api

PUBLIC = "https://registry.example"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = open_api(tmp_path, ApiSettings(public_url=PUBLIC))
    with opened.client:
        yield opened
    opened.close()


def ask(api: Api, host: str, path: str = "/v1/me", **more: str) -> httpx.Response:
    return api.client.get(path, headers=api.headers(Host=host, **more), follow_redirects=False)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "registry.example.evil.example",
        "registry.example:8443",
        "evil@registry.example",
        "[",
        "",
    ],
)
def test_a_foreign_host_is_refused(api: Api, host: str) -> None:
    for path in ("/v1/me", "/", "/sign-in"):
        answer = ask(api, host, path)
        assert (answer.status_code, answer.json()["code"]) == (421, "api.host"), path
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "host", ["registry.example", "Registry.Example", "127.0.0.1:8000", "localhost", "[::1]:1"]
)
def test_our_own_names_are_answered(api: Api, host: str) -> None:
    assert ask(api, host).status_code == 200


def test_the_refusal_is_in_the_readers_language(api: Api) -> None:
    answer = ask(api, "evil.example", **{"Accept-Language": "en"})
    assert answer.json()["detail"] == "This registry does not serve under the address evil.example"


def request(host: str, server: tuple[str, int] | None, scheme: str = "http") -> Request:
    headers = [
        (b"host", host.encode()),
        (b"x-forwarded-host", b"evil.example"),
        (b"forwarded", b"host=evil.example"),
    ]
    return Request(
        {"type": "http", "headers": headers, "server": server, "scheme": scheme, "path": "/", "method": "GET"}
    )


def test_links_follow_the_setting_else_the_socket() -> None:
    spoofed = request("evil.example", ("127.0.0.1", 8_000))
    assert public_address(spoofed, PUBLIC) == PUBLIC
    assert public_address(spoofed, "") == "http://127.0.0.1:8000"
    assert public_address(request("evil.example", ("10.0.0.7", 443), "https"), "") == "https://10.0.0.7"
    assert public_address(request("evil.example", ("::1", 80)), "") == "http://[::1]"
    assert public_address(request("evil.example", None), "") == "http://localhost"


def test_a_slash_too_many_leads_back_without_a_host(api: Api) -> None:
    api.client.headers["Accept"] = "text/html"
    answer = ask(api, "registry.example", "/programmes/")
    assert (answer.status_code, answer.headers["location"]) == (308, "/programmes")
    assert ask(api, "registry.example", "//evil.example/").headers.get("location", "/") == "/"


@pytest.mark.parametrize(
    "url",
    [
        "registry.example", "ftp://registry.example", "http://registry.example", "https://registry.example/path",
        "https://user@registry.example", "https://registry.example?x", "https://", "https://" + "a" * 300,
    ],
)  # fmt: skip
def test_what_is_no_public_address(url: str) -> None:
    with pytest.raises(ValueError, match="public_url"):
        ApiSettings(public_url=url)


def test_an_origin_is_written_one_way() -> None:
    assert checked_origin("https://Registry.Example/") == PUBLIC
    assert checked_origin("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert checked_origin("") == ""
