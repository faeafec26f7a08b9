"""Every function of the contract is a resource; refusals become problems; repeats answer as before."""

import base64
from typing import Any

import pytest

from tests.support.api import Api

PATH = "/v1/functions/notes/Write"
LIST = "/v1/functions/notes/List"


def test_a_write_lands_once_however_often_it_is_sent(api: Api) -> None:
    headers = api.headers("20261121-a")
    first = api.client.post(PATH, json={"text": "hello"}, headers=headers)
    again = api.client.post(PATH, json={"text": "hello"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["transaction"] == again.json()["transaction"]
    assert first.json()["block"] == "1"
    assert again.headers["idempotent-replayed"] == "true"
    assert first.headers["location"] == f"/v1/transactions/{first.json()['transaction']}"
    assert list(api.ledger.written.values()) == [{"request_id": "20261121-a", "text": "hello"}]
    assert api.ledger.identities == ["operator", "operator"]


def test_the_same_key_with_another_body_is_refused(api: Api) -> None:
    api.client.post(PATH, json={"text": "hello"}, headers=api.headers("20261121-a"))
    other = api.client.post(PATH, json={"text": "other"}, headers=api.headers("20261121-a"))
    assert other.status_code == 409
    assert other.json()["code"] == "contract.request_reused"


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("en", "text must have 1 to 3 characters: forbidden"),
        ("zh-CN,zh;q=0.9,en;q=0.1", "text 长度应为 1 至 3 个字符:forbidden"),
        ("fr", "text 长度应为 1 至 3 个字符:forbidden"),
    ],
)
def test_a_refusal_names_code_field_and_value_in_the_readers_language(
    api: Api, language: str, detail: str
) -> None:
    headers = api.headers("20261121-a", **{"Accept-Language": language})
    refused = api.client.post(PATH, json={"text": "forbidden"}, headers=headers)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    document = refused.json()
    assert document["code"] == "value.text_length"
    assert document["field"] == "text"
    assert document["value"] == "forbidden"
    assert document["detail"] == detail
    assert document["type"] == "urn:tanhui:problem:value.text_length"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"Idempotency-Key": "no-day"}, 400, "api.idempotency_key"),
        ({"Authorization": "Bearer wrong"}, 401, "api.unauthenticated"),
        ({"Authorization": "Basic abc"}, 401, "api.unauthenticated"),
        ({"Content-Type": "text/plain"}, 415, "api.media_type"),
    ],
)
def test_a_request_that_lacks_what_it_needs_reaches_no_ledger(
    api: Api, change: dict[str, str], status: int, code: str
) -> None:
    headers = api.headers("20261121-a", **{"Content-Type": "application/json"}) | change
    answer = api.client.post(PATH, content=b'{"text":"x"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.ledger.submits == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"text":"a","text":"b"}',
        b'{"text":NaN}',
        b'{"n":90071992547409931}',
        b"[" * 100_000,
        b'{"text":"\\ud800"}',
        b'{"\\udc00":"text"}',
        '{"text":"x"}'.encode("utf-16"),
    ],
)
def test_a_body_that_is_not_one_plain_object_is_malformed(api: Api, body: bytes) -> None:
    headers = api.headers("20261121-a", **{"Content-Type": "application/json"})
    answer = api.client.post(PATH, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "api.malformed")
    assert api.ledger.submits == 0


def test_an_oversize_body_is_refused(api: Api) -> None:
    answer = api.client.post(PATH, json={"text": "x" * (1 << 20)}, headers=api.headers("20261121-a"))
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")


SIGNING = ("/v1/offline/proposals", "/v1/offline/endorsements", "/v1/offline/transactions")


@pytest.mark.parametrize("path", SIGNING)
def test_a_strangers_offline_body_is_not_read_and_a_callers_is_bounded(api: Api, path: str) -> None:
    body = b'{"message":"' + b"A" * (5 << 20) + b'"}'
    answer = api.client.post(path, content=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "api.unauthenticated")
    answer = api.client.post(path, content=body, headers=api.headers("20261121-a"))
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")


@pytest.mark.parametrize("path", SIGNING)
@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"message":"","signature":""}',
        b'{"message":"CgkI","signature":"\\ud800"}',
        b'{"function":"a:b","order":{},"msp_id":"\\ud800","certificate":""}',
        b'{"function":"\\ud800","order":{},"msp_id":"a","certificate":""}',
        b'{"\\ud800":"AA=="}',
        b'{"message":' + b"[" * 100_000,
        b'{"message":' + b"9" * 5_000 + b"}",
    ],
)
def test_an_offline_body_that_cannot_be_read_is_malformed(api: Api, path: str, body: bytes) -> None:
    answer = api.client.post(path, content=body, headers=api.headers("20261121-a"))
    assert (answer.status_code, answer.json()["code"]) == (400, "api.malformed")


def test_pages_follow_the_link_and_etags_spare_the_body(api: Api) -> None:
    for number in range(5):
        api.client.post(PATH, json={"text": "x"}, headers=api.headers(f"20261121-{number}"))
    seen: list[str] = []
    path = LIST + "?page_size=2"
    while path:
        page = api.client.get(path, headers=api.headers())
        assert page.status_code == 200
        seen += page.json()["items"]
        link = page.headers.get("link", "")
        path = link.partition(">")[0].lstrip("<")
    assert seen == [f"20261121-{number}" for number in range(5)]
    first = api.client.get(LIST, headers=api.headers())
    same = api.client.get(LIST, headers=api.headers(**{"If-None-Match": first.headers["etag"]}))
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("query", ["page_size=many", "page_size=1&page_size=2"])
def test_a_query_that_cannot_be_read_is_malformed(api: Api, query: str) -> None:
    answer = api.client.get(f"{LIST}?{query}", headers=api.headers())
    assert (answer.status_code, answer.json()["field"]) == (400, "page_size")


def test_an_unknown_path_and_method_are_problems_too(api: Api) -> None:
    for answer, status in ((api.client.get("/nowhere"), 404), (api.client.delete(PATH), 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_fault_inside_says_nothing_of_the_inside(api: Api) -> None:
    api.ledger.failures = [RuntimeError("secret")]
    answer = api.client.post(PATH, json={"text": "x"}, headers=api.headers("20261121-a"))
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_the_openapi_document_describes_every_function(api: Api) -> None:
    document: dict[str, Any] = api.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    write = document["paths"][PATH]["post"]
    assert write["summary"] == "Write a note."
    body = write["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"text"}
    listing = document["paths"][LIST]["get"]
    assert {parameter["name"] for parameter in listing["parameters"]} == {
        "page_size",
        "bookmark",
        "fields",
        "where",
    }
    assert "Problem" in document["components"]["schemas"]


def test_health_readiness_and_metrics_need_no_key(api: Api) -> None:
    assert api.client.get("/healthz").json() == {"status": "OK"}
    assert api.client.get("/readyz").json() == {"status": "OK", "height": "7"}
    api.ledger.failures = [RuntimeError()]
    assert api.client.get("/readyz").status_code == 503
    text = api.client.get("/metrics").text
    assert 'tanhui_api_requests_total{operation="operations_Health",status="200"} 1.0' in text
    assert "tanhui_intake_waiting_lines 0.0" in text


def test_offline_signing_takes_three_steps(api: Api) -> None:
    def b64(data: bytes) -> str:
        return base64.b64encode(data).decode()

    order = {
        "function": "notes:Write",
        "order": {"text": "x"},
        "msp_id": "Org1MSP",
        "certificate": "PEM",
    }
    prepared = api.client.post("/v1/offline/proposals", json=order, headers=api.headers("20261121-o")).json()
    assert prepared["digest"] == b64(b"digest of proposal")
    assert prepared["shown"]["order"] == {"text": "x", "request_id": "20261121-o"}
    signed = {"message": prepared["message"], "signature": b64(b"good")}
    to_sign = api.client.post("/v1/offline/endorsements", json=signed, headers=api.headers()).json()
    signed = {"message": to_sign["message"], "signature": b64(b"again")}
    done = api.client.post("/v1/offline/transactions", json=signed, headers=api.headers())
    assert done.status_code == 201
    assert list(api.ledger.written) == ["20261121-o"]
    bad = api.client.post(
        "/v1/offline/endorsements", json={"message": "?", "signature": "?"}, headers=api.headers()
    )
    assert (bad.status_code, bad.json()["field"]) == (400, "message")
