"""Webhooks: signed, in order, sent again until they are taken, replayed from a cursor, and never into the house."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from tanhui.registry_api.problems import Problem
from tanhui.registry_api.settings import ApiSettings
from tanhui.registry_api.webhooks.address import AddressRefused, address_of, target_of
from tanhui.registry_api.webhooks.store import FAILURES_MAX, PAUSE_LAST_S, pause_s
from tests.support.api import Api, open_api
from tests.support.history import HISTORY

KEY = "20261121-hook"


class Receiver:
    """A server that answers as it is told and keeps what it was sent."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = outer.answers.pop(0) if outer.answers else 200
                if status == 200:
                    outer.taken.append((dict(self.headers.items()), body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server.server_address[1]}/hook"

    def wait(self, count: int) -> list[dict[str, Any]]:
        for _ in range(1_000):
            if len(self.taken) >= count:
                break
            time.sleep(0.01)
        assert len(self.taken) == count
        return [json.loads(body) for _, body in self.taken]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr("tanhui.registry_api.webhooks.sender.LOOK_S", 0.02)
    monkeypatch.setattr("tanhui.registry_api.webhooks.store.PAUSE_FIRST_S", 0)
    opened = open_api(tmp_path, ApiSettings(webhook_private_hosts=("localhost",)))
    opened.ledger.block_transactions = {block.number: list(block.transactions) for block in HISTORY}
    with opened.client:
        yield opened
    opened.close()


def create(api: Api, url: str, key: str = KEY, **more: Any) -> Any:
    return api.client.post("/v1/webhooks", json={"url": url, "after": 0} | more, headers=api.headers(key))


def test_every_transaction_is_told_once_in_order_and_signed(api: Api, receiver: Receiver) -> None:
    receiver.answers = [500, 503]
    made = create(api, receiver.url)
    assert made.status_code == 201, made.text
    told = receiver.wait(4)
    assert [one["data"]["number"] for one in told] == ["1", "2", "3", "5"], "4 has no effects"
    assert told[0]["data"]["effects"][0]["kind"] == "credits.issued"
    verifier = Verifier(made.json()["secret"])
    for headers, body in receiver.taken:
        lower = {name.lower(): value for name, value in headers.items()}
        assert verifier.verify(body, lower)["type"] == "transaction.committed"
        assert lower["webhook-id"] == json.loads(body)["data"]["transaction"]
    state = api.client.get(made.headers["location"], headers=api.headers()).json()
    assert (state["cursor"], state["delivered"], state["failures"]) == ("5", 4, 0)
    assert "secret" not in state


def test_only_the_wanted_kinds_and_what_one_may_see(api: Api, receiver: Receiver) -> None:
    create(api, receiver.url, kinds=["credits.retired"])
    (told,) = receiver.wait(1)
    assert [one["kind"] for one in told["data"]["effects"]] == ["credits.retired"]
    other = api.headers("20261121-other", token=api.other_token)
    body = {"url": receiver.url, "after": 0, "kinds": ["points.issued", "credits.issued"]}
    made = api.client.post("/v1/webhooks", json=body, headers=other)
    assert made.status_code == 201
    told = receiver.wait(2)[1]
    assert told["data"]["effects"][0]["kind"] == "credits.issued", "persons' points are their operator's"


def test_a_webhook_is_replayed_from_a_cursor(api: Api, receiver: Receiver) -> None:
    location = create(api, receiver.url).headers["location"]
    receiver.wait(4)
    assert api.client.post(f"{location}/replay", json={"after": 2}, headers=api.headers()).status_code == 200
    assert [one["data"]["number"] for one in receiver.wait(6)][4:] == ["3", "5"]


def test_one_that_never_answers_is_left_alone_and_taken_up_again(api: Api, receiver: Receiver) -> None:
    receiver.answers = [410] * FAILURES_MAX
    location = create(api, receiver.url).headers["location"]
    for _ in range(1_000):
        state = api.client.get(location, headers=api.headers()).json()
        if state["state"] == "failed":
            break
        time.sleep(0.01)
    assert (state["state"], state["last_status"]) == ("failed", 410)
    assert receiver.taken == []
    api.client.post(f"{location}/replay", json={"after": 0}, headers=api.headers())
    receiver.wait(4)


def test_same_key_other_webhook_is_refused_and_another_organisation_sees_nothing(
    api: Api, receiver: Receiver
) -> None:
    made = create(api, receiver.url)
    again = create(api, receiver.url)
    assert (again.status_code, "secret" in again.json()) == (200, False)
    assert create(api, receiver.url + "/else").status_code == 409
    location, other = made.headers["location"], api.headers(token=api.other_token)
    assert api.client.get(location, headers=other).status_code == 404
    assert api.client.delete(location, headers=other).status_code == 404
    assert api.client.post(f"{location}/replay", json={"after": 0}, headers=other).status_code == 404
    assert api.client.delete(location, headers=api.headers()).status_code == 204
    assert api.client.get(location, headers=api.headers()).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x",
        "ftp://example.org/x",
        "https://user:pw@example.org/",
        "https:///nothing",
        "https://example.org/#fragment",
        "https://example.org:99999/",
        "https://exämple.org/",
        "https://example.org/\n",
        "file:///etc/passwd",
    ],
)
def test_a_url_that_no_webhook_may_have(api: Api, url: str) -> None:
    answer = create(api, url)
    assert (answer.status_code, answer.json()["code"]) == (422, "api.webhook_url")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "0.0.0.0"]
)
def test_names_that_lead_into_the_house_are_not_dialled(host: str) -> None:
    target = target_of(f"https://{host}/", ())
    with pytest.raises(AddressRefused, match="not on the open internet"):
        asyncio.run(address_of(target, ()))
    with pytest.raises(Problem):
        target_of(f"http://{host}/", ())


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: "], ids=["silent", "drips"])
def test_a_receiver_that_drips_its_answer_is_given_up(
    api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    """A byte now and then keeps no delivery open past its time, and holds up no other webhook."""
    monkeypatch.setattr("tanhui.registry_api.webhooks.sender.TIMEOUT_S", 0.3)
    monkeypatch.setattr("tanhui.registry_api.webhooks.sender.TOGETHER_MAX", 2)
    with dripping(first) as url:
        slow = create(api, url).headers["location"]
        create(api, receiver.url, key=f"{KEY}-2")
        receiver.wait(4)
        deadline = time.monotonic() + 10
        while not (state := api.client.get(slow, headers=api.headers()).json())["failures"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert (state["delivered"], state["cursor"], state["last_status"]) == (0, "0", 0)
    assert "Timeout" in state["last_error"]


@contextmanager
def dripping(first: bytes) -> Iterator[str]:
    """A server that reads, sends `first`, and then a byte every 50 ms for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(1 << 16)
            connection.sendall(first)
            while not ended.wait(0.05):
                connection.sendall(b"x" if first else b"")

    def serve() -> None:
        with suppress(OSError):
            while True:
                threads.append(threading.Thread(target=answer, args=(listener.accept()[0],)))
                threads[-1].start()

    threads = [threading.Thread(target=serve)]
    threads[0].start()
    try:
        yield f"http://localhost:{listener.getsockname()[1]}/hook"
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join()


def test_pauses_grow_and_end() -> None:
    pauses = [pause_s(failures) for failures in range(1, FAILURES_MAX)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 5
    assert pauses[-1] == PAUSE_LAST_S


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "2001:0:7f00:1::",
        "2002:7f00:1::",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_no_address_leads_back_in_not_even_through_a_translator(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    target = target_of(f"https://{host}/hook", ())
    with pytest.raises(AddressRefused, match="not on the open internet"):
        asyncio.run(address_of(target, ()))


def test_the_open_internet_is_open() -> None:
    for address in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        host = f"[{address}]" if ":" in address else address
        assert asyncio.run(address_of(target_of(f"https://{host}/hook", ()), ())) == address
