"""What strangers and careless clients send: each is refused, cheaply, and says why."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tanhui.registry_api.settings import ApiSettings
from tests.support.api import Api, open_api

DAY = "20261121"
WRITE = "/v1/functions/notes/Write"
LIST = "/v1/functions/notes/List"
UPLOAD = "/v1/activities"
BODY_MAX = 64 << 10


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = open_api(tmp_path, ApiSettings(body_bytes_max=BODY_MAX, intake_body_bytes_max=1 << 20))
    with opened.client:
        yield opened
    opened.close()


def post(api: Api, content: Any, key: str = f"{DAY}-a", path: str = WRITE, **headers: str) -> Any:
    sent = {"Content-Type": "application/json"} | headers
    return api.client.post(path, content=content, headers=api.headers(key) | sent)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("path", [WRITE, "/v1/bulk", "/v1/webhooks"])
def test_a_body_larger_than_allowed_is_cut_off(api: Api, path: str) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 16 << 10
            yield b'{"text":"' + b"x" * ((16 << 10) - 9)

    answer = post(api, bounded(endless(), 64), path=path)
    assert code(answer) == (413, "api.too_large")


def bounded(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    """The test client reads a body to its end; a real server stops reading."""
    return (chunk for chunk, _ in zip(chunks, range(count), strict=False))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"a":' * 12_000,
        b'{"text":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"text":"a","text":"b"}',
        b'{"text":NaN}',
        b'{"text":1e400}',
        b'{"text":"\xff"}',
        '{"text":"a"}'.encode("utf-16"),
        b'{"text":"a"}{"text":"b"}',
        b'"text"',
        b'{"text":"\\ud800"}',
        b'{"function":"notes:Write","items":[{"text":"\\ud800"}]}',
        b'{"function":"notes:Write","items":[{"\\uDFFF":"a"}]}',
        b'{"text":' + b"9" * 5_000 + b"}",
    ],
    ids=lambda body: body[:20].decode("ascii", "replace"),
)
def test_json_that_is_deep_doubled_or_none_is_a_problem(api: Api, body: bytes) -> None:
    for path in (WRITE, "/v1/bulk", "/v1/jobs", "/v1/webhooks", "/v1/offline/proposals"):
        answer = post(api, body, path=path)
        assert 400 <= answer.status_code < 500, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert not api.ledger.written


def test_deep_lines_cost_one_line(api: Api) -> None:
    lines = [b"{}", b'{"a":' * 1_000 + b"1" + b"}" * 1_000, b"[" * 4_000, b"\x00", b'{"b":1}']
    answer = post(api, b"\n".join(lines) + b"\n", path=UPLOAD, **{"Content-Type": "application/jsonl"})
    assert answer.status_code == 202, answer.text
    assert answer.json()["bad"] >= 2
    assert answer.json()["accepted"] >= 2


@pytest.mark.parametrize(
    "path",
    [
        "/v1/log/tile/../../keys.json",
        "/v1/log/tile/%2e%2e/%2e%2e/keys.json",
        "/v1/log/..%2f..%2fkeys.json",
        "/v1/../keys.json",
        "/v1//registry",
        "/v1/transactions/..%2f..%2fetc%2fpasswd",
        "/v1/transactions/" + "a" * 5_000,
        "/v1/transactions/%00",
        "/v1/jobs/%2e%2e/webhooks",
        "/v1/reports/..%2fcredits",
        "/v1/activities/uploads/..%2f..%2fx",
        "/static/..%2f..%2fpyproject.toml",
    ],
)
def test_paths_lead_nowhere_else(api: Api, path: str) -> None:
    answer = api.client.get(path, headers=api.headers())
    assert answer.status_code in {400, 403, 404, 405, 307}, answer.text
    assert b"sha256" not in answer.content
    assert b"root:" not in answer.content


def test_head_is_get_without_its_content(api: Api) -> None:
    for path in ("/v1/me", LIST, "/v1/effects", "/healthz"):
        whole = api.client.get(path, headers=api.headers())
        head = api.client.head(path, headers=api.headers())
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
    assert api.client.head("/v1/events", headers=api.headers()).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
        {"X-Remote-User": "regulator", "X-Identity": "regulator", "Remote-User": "regulator"},
        {"X-Tanhui-Organisation": "115100000085000013", "X-Original-URL": "/v1/audit"},
        {"Forwarded": "for=127.0.0.1;by=regulator", "X-HTTP-Method-Override": "DELETE"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers_that_claim_to_be_somebody_change_nothing(api: Api, headers: dict[str, str]) -> None:
    assert api.client.get("/v1/me", headers=headers).status_code == 401
    mine = api.client.get("/v1/me", headers=api.headers() | headers).json()
    assert mine["identity"] == "operator"
    assert api.client.get("/v1/audit", headers=api.headers() | headers).status_code == 403


def test_a_forged_host_makes_no_link_elsewhere(api: Api) -> None:
    post(api, b'{"text":"a"}', f"{DAY}-1")
    post(api, b'{"text":"b"}', f"{DAY}-2")
    post(api, b'{"text":"c"}', f"{DAY}-3")
    answer = api.client.get(LIST, headers=api.headers() | {"Host": "evil.example"})
    assert answer.headers["link"].startswith("</v1/")
    assert "evil.example" not in json.dumps(dict(answer.headers))


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer thk_",
        "bearer thk_" + "x" * 9_000,
        "Bearer a.b.c",
        "Bearer thk_\u00e9",
        "Bearer thk_x, Bearer thk_y",
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_key_is_401_everywhere(api: Api, authorization: str) -> None:
    sent = {"Authorization": authorization.encode("utf-8")} if authorization else {}
    for path in ("/v1/me", LIST, "/v1/effects", "/v1/jobs", "/v1/webhooks", "/v1/events", "/v1/reports"):
        answer = api.client.get(path, headers=sent)  # type: ignore[arg-type]  # bytes are what a header is
        assert code(answer) == (401, "api.unauthenticated"), path
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_one_key_many_times_at_once_is_one_write(api: Api) -> None:
    barrier = threading.Barrier(8)

    def write(number: int) -> int:
        barrier.wait()
        body = b'{"text":"same"}' if number % 2 else b'{"text":"other"}'
        return int(post(api, body, f"{DAY}-race").status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(8)))
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409, 422}
    assert len(api.ledger.written) == 1


def test_one_upload_many_times_at_once_is_one_upload(api: Api) -> None:
    barrier = threading.Barrier(6)

    def upload(_: int) -> int:
        barrier.wait()
        content = b'{"n":1}\n{"n":2}\n'
        headers = {"Content-Type": "application/jsonl"}
        return int(post(api, content, f"{DAY}-race-upload", UPLOAD, **headers).status_code)

    with ThreadPoolExecutor(6) as pool:
        statuses = set(pool.map(upload, range(6)))
    assert statuses <= {202, 409}
    assert 202 in statuses
    for _ in range(500):
        receipt = api.client.get(f"{UPLOAD}/uploads/{DAY}-race-upload", headers=api.headers()).json()
        if receipt.get("complete"):
            break
        time.sleep(0.01)
    assert receipt["committed"] == 2
    assert len(api.ledger.written) == 1


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/webhooks"])
def test_one_job_or_webhook_many_times_at_once_is_one(api: Api, path: str) -> None:
    barrier = threading.Barrier(6)
    body = {"function": "notes:Write", "items": [{"text": "a"}]}
    if path == "/v1/webhooks":
        body = {"url": "https://hooks.example/x"}

    def create(_: int) -> tuple[int, str]:
        barrier.wait()
        answer = post(api, json.dumps(body).encode(), f"{DAY}-race", path)
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(create, range(6)))
    assert {status for status, _ in made} <= {200, 201, 202}
    assert len({one for _, one in made}) == 1
    assert len(api.client.get(path, headers=api.headers()).json()["items"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=1e3",
        "after=-1",
        "after=99999999999999999999",
        "since=-5",
        "kind=a' OR '1'='1",
        "names=" + "x" * 201,
    ],
)
def test_queries_stay_within_their_bounds(api: Api, query: str) -> None:
    answer = api.client.get(f"/v1/effects?{query}", headers=api.headers())
    if query.startswith("kind"):
        assert answer.json()["items"] == []
    else:
        assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    ("query", "last"),
    [("start_block=-1", ""), ("start_block=9223372036854775808", ""), ("start_block=x", ""), ("", "1:zz")],
)
def test_a_streams_parameters_are_bounded_too(api: Api, query: str, last: str) -> None:
    headers = api.headers() | ({"Last-Event-ID": last} if last else {})
    assert api.client.get(f"/v1/events?{query}", headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("words", "status"),
    [("'; DROP TABLE effects; --", 200), ("%", 200), ("\u0000", 200), ("碳" * 201, 400), ("", 400)],
)
def test_words_are_words(api: Api, words: str, status: int) -> None:
    answer = api.client.get("/v1/search", params={"q": words}, headers=api.headers())
    assert answer.status_code == status
    assert api.client.get("/v1/effects", headers=api.headers()).status_code == 200
