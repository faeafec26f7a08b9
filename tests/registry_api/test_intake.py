"""Intake: acknowledged means durable; bad lines come back one by one; every good line lands exactly once."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.intake.lines import BadLine, GoodLine, Line, csv_lines, split_lines
from tanhui.registry_api.intake.outcomes import outcome_sentence
from tanhui.registry_api.intake.queue import IntakeQueue, NewBatch
from tanhui.registry_api.intake.receive import batch_request_id
from tanhui.registry_api.problems import LEDGER, UNAVAILABLE, LedgerRefusal, Problem
from tanhui.registry_api.reasons import reason_in
from tanhui.registry_api.settings import ApiSettings
from tests.support.api import Api, open_api

PATH = "/v1/activities?programme=p1"


def settled(api: Api, upload: str) -> dict[str, Any]:
    """The receipt once nothing waits any more."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        receipt: dict[str, Any] = api.client.get(
            f"/v1/activities/uploads/{upload}", headers=api.headers()
        ).json()
        if receipt["complete"]:
            return receipt
        time.sleep(0.02)
    raise AssertionError(f"still waiting: {receipt}")


def landed(api: Api) -> list[dict[str, Any]]:
    return [line for order in api.ledger.written.values() for line in order["activities"]]


def test_json_lines_with_bad_ones_among_them(api: Api) -> None:
    body = b'{"n":"1"}\nnot json\n\n{"n":"2"}\n[1]\r\n{"n":"3"}'
    answer = api.client.post(
        PATH, content=body, headers=api.headers("20261121-u", **{"Content-Type": "application/x-ndjson"})
    )
    assert answer.status_code == 202
    receipt = answer.json()
    assert (receipt["lines"], receipt["accepted"], receipt["bad"]) == (5, 3, 2)
    assert [bad["line"] for bad in receipt["bad_lines"]] == [2, 5]
    assert settled(api, "20261121-u")["committed"] == 3
    assert landed(api) == [{"n": "1"}, {"n": "2"}, {"n": "3"}]
    assert all(order["programme"] == "p1" for order in api.ledger.written.values())


def test_csv_with_nested_inputs(api: Api) -> None:
    body = '﻿account,inputs.km,evidence\na1,"1,5",\na2,3\na3,4,"x""y"\n'.encode()
    answer = api.client.post(
        PATH, content=body, headers=api.headers("20261121-u", **{"Content-Type": "text/csv; charset=utf-8"})
    )
    assert [bad["line"] for bad in answer.json()["bad_lines"]] == [3]
    settled(api, "20261121-u")
    assert landed(api) == [
        {"account": "a1", "inputs": {"km": "1,5"}},
        {"account": "a3", "inputs": {"km": "4"}, "evidence": 'x"y'},
    ]


@pytest.mark.parametrize(
    ("body", "said", "zh"),
    [
        (b"", "the file is empty", "文件为空"),
        (b"account,when\n", "no line follows the header", "表头之下没有数据行"),
        (b"account;when\na1;1\n", "the separator is ';': it must be a comma", "分隔符为“;”,应为逗号"),
        ("account,when\na1,1".encode("utf-16"), "the file is in UTF-16: save it as CSV in UTF-8", "UTF-16"),
        (b"account,account\n", "the header has an empty or repeated name", "表头有空的或重复的列名"),
    ],
)
def test_a_csv_without_any_activity_is_one_bad_line(api: Api, body: bytes, said: str, zh: str) -> None:
    headers = api.headers("20261121-u", **{"Content-Type": "text/csv", "Accept-Language": "en"})
    receipt = api.client.post(PATH, content=body, headers=headers).json()
    assert (receipt["lines"], receipt["accepted"], receipt["bad"]) == (1, 0, 1)
    assert receipt["bad_lines"] == [{"line": 1, "reason": said}]
    again = api.client.post(PATH, content=body, headers=headers | {"Accept-Language": "zh"})
    assert again.status_code == 202
    assert zh in again.json()["bad_lines"][0]["reason"]
    assert landed(api) == []


async def _every(body: bytes, *needed: str) -> list[Line]:
    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 3):
            yield body[at : at + 3]

    return [line async for line in csv_lines(split_lines(chunks(), 100), needed)]


def test_a_header_must_have_the_names_that_every_activity_needs() -> None:
    lacking = asyncio.run(_every(b"who,day\na1,1\n", "account", "when"))
    assert lacking == [BadLine(1, "the header lacks account, when")]
    assert reason_in("zh", "the header lacks account, when") == "表头缺少列 account、when"
    (good,) = asyncio.run(_every(b"when,account\n1,a1\n", "account", "when"))
    assert isinstance(good, GoodLine)
    assert asyncio.run(_every(b"x" * 200 + b"\n")) == [BadLine(1, "the line is too long")]


def test_a_file_refused_at_its_header_is_read_to_its_end(api: Api) -> None:
    def body() -> Iterator[bytes]:
        yield b"account;when\n"
        for number in range(2_000):
            yield b"a%d;%d\n" % (number, number) * 100

    headers = api.headers("20261121-u", **{"Content-Type": "text/csv"})
    for _ in range(2):  # the second is known as the same
        assert api.client.post(PATH, content=body(), headers=headers).status_code == 202


def test_a_json_array_and_a_body_that_is_none(api: Api) -> None:
    answer = api.client.post(PATH, json=[{"n": "1"}, 2], headers=api.headers("20261121-u"))
    assert [bad["line"] for bad in answer.json()["bad_lines"]] == [2]
    refused = api.client.post(PATH, json={"n": "1"}, headers=api.headers("20261121-v"))
    assert (refused.status_code, refused.json()["code"]) == (400, "api.malformed")
    unknown = api.client.get("/v1/activities/uploads/20261121-v", headers=api.headers())
    assert unknown.status_code == 404


def test_the_same_upload_twice_is_one_upload_and_another_body_is_refused(api: Api) -> None:
    headers = api.headers("20261121-u", **{"Content-Type": "application/x-ndjson"})
    first = api.client.post(PATH, content=b'{"n":"1"}', headers=headers)
    again = api.client.post(PATH, content=b'{"n":"1"}', headers=headers)
    other = api.client.post(PATH, content=b'{"n":"2"}', headers=headers)
    elsewhere = api.client.post("/v1/activities?programme=p2", content=b'{"n":"1"}', headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["lines"] == again.json()["lines"] == 1
    for refused in (other, elsewhere):
        assert (refused.status_code, refused.json()["code"]) == (409, "api.idempotency_key_reused")
    settled(api, "20261121-u")
    assert landed(api) == [{"n": "1"}]


def test_another_identitys_receipt_is_not_found(api: Api) -> None:
    api.client.post(PATH, json=[{"n": "1"}], headers=api.headers("20261121-u"))
    answer = api.client.get(
        "/v1/activities/uploads/20261121-u", headers={"Authorization": f"Bearer {api.other_token}"}
    )
    assert answer.status_code == 404


def test_a_refused_batch_says_why_and_a_lost_one_is_sent_again(api: Api) -> None:
    api.ledger.failures = [
        LedgerRefusal("value.not_an_id", "programme", "p1", {"limit": "9"}),
        Problem(UNAVAILABLE, params={"reason": "gone"}),
    ]
    api.client.post(PATH, json=[{"n": "1"}], headers=api.headers("20261121-u"))
    assert settled(api, "20261121-u")["refused"] == 1
    assert api.ledger.submits == 2
    batches = api.client.get("/v1/activities/uploads/20261121-u/batches", headers=api.headers()).json()
    outcome = batches["items"][0]["outcome"]
    assert outcome["code"] == "value.not_an_id"
    for language in ("zh", "en"):
        headers = api.headers() | {"Accept-Language": language}
        page = api.client.get("/v1/activities/uploads/20261121-u/batches", headers=headers).json()
        said = outcome_sentence(language, "value.not_an_id", "programme", "p1", {"limit": "9"})
        assert page["items"][0]["outcome"]["detail"] == said
        assert "programme" in said or language == "zh"
    assert batches["items"][0]["lines"] == [1]
    described = api.client.get("/openapi.json").json()["paths"]["/v1/activities/uploads/{upload}/batches"][
        "get"
    ]
    page = described["responses"]["200"]["content"]["application/json"]["schema"]
    refused, *_ = page["properties"]["items"]["items"]["properties"]["outcome"]["anyOf"]
    assert set(refused["required"]) == outcome.keys()


def test_batches_hold_at_most_so_many_lines(tmp_path: Path) -> None:
    api = open_api(tmp_path, ApiSettings(intake_batch_lines_max=10))
    with api.client:
        body = b"\n".join(b'{"n":"%d"}' % number for number in range(25))
        api.client.post(
            PATH, content=body, headers=api.headers("20261121-u", **{"Content-Type": "application/x-ndjson"})
        )
        settled(api, "20261121-u")
    assert sorted(len(order["activities"]) for order in api.ledger.written.values()) == [5, 10, 10]
    assert sorted(int(line["n"]) for line in landed(api)) == list(range(25))
    api.close()


def test_a_full_queue_answers_429(tmp_path: Path) -> None:
    api = open_api(tmp_path, ApiSettings(intake_waiting_lines_max=1_000))
    lines = tuple(b"{}" for _ in range(1_000))
    api.queue.begin("20261121-full", "operator", b"{}", 0)
    api.queue.append("20261121-full", [NewBatch("20261121-full.0", tuple(range(1_000)), lines)])
    answer = api.client.post(PATH, json=[{}], headers=api.headers("20261121-u"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    api.close()


def test_what_was_acknowledged_is_there_after_a_restart_and_what_broke_off_is_not(tmp_path: Path) -> None:
    queue = IntakeQueue(tmp_path / "q.sqlite")
    for upload in ("20261121-whole", "20261121-broken"):
        queue.begin(upload, "operator", b"{}", 1)
        queue.append(upload, [NewBatch(f"{upload}.0", (1, 2), (b'{"n":"1"}', b'{"n":"2"}'))])
    queue.finish("20261121-whole", "00", 2, b"[]")
    assert [batch.upload for batch in queue.next_batches((), 10)] == ["20261121-whole"]
    queue.close()
    again = IntakeQueue(tmp_path / "q.sqlite")
    assert again.recover() == 1
    (batch,) = again.next_batches((), 10)
    assert json.loads(batch.activities) == [{"n": "1"}, {"n": "2"}]
    assert batch.numbers == (1, 2)
    assert again.upload("20261121-broken") is None
    again.settle(batch.id, "committed", "ab", 3, b"{}")
    assert again.next_batches((), 10) == []
    assert again.waiting_lines() == 0
    again.close()


@given(
    lines=st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), max_size=8),
    cuts=st.lists(st.integers(0, 60), max_size=6),
)
def test_splitting_does_not_depend_on_where_the_stream_is_cut(lines: list[bytes], cuts: list[int]) -> None:
    body = b"\n".join(lines)
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})

    async def chunks(parts: list[bytes]) -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    async def collect(parts: list[bytes]) -> list[tuple[int, bytes | None]]:
        return [item async for item in split_lines(chunks(parts), 10)]

    parts = [body[start:end] for start, end in pairwise(edges)]
    found = asyncio.run(collect(parts))
    assert found == asyncio.run(collect([body]))
    expected = body.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [number for number, _ in found] == list(range(1, len(expected) + 1))
    for (_, line), want in zip(found, expected, strict=True):
        assert (line is None) == (len(want) > 10)


@pytest.mark.parametrize("media", ["application/xml", ""])
def test_another_content_type_is_refused(api: Api, media: str) -> None:
    answer = api.client.post(PATH, content=b"x", headers=api.headers("20261121-u", **{"Content-Type": media}))
    assert (answer.status_code, answer.json()["code"]) == (415, "api.media_type")


def test_two_organisations_may_use_one_key(api: Api) -> None:
    key = "20261121-shared"
    one = api.client.post(PATH, json=[{"n": "1"}], headers=api.headers(key))
    other = api.client.post(PATH, json=[{"n": "2"}], headers=api.headers(key, token=api.other_token))
    assert (one.status_code, other.status_code) == (202, 202)
    assert settled(api, key)["committed"] == 1
    receipt = api.client.get(f"/v1/activities/uploads/{key}", headers=api.headers(token=api.regulator_token))
    assert receipt.status_code == 404, "another organisation's upload is not there"


def test_a_long_key_makes_request_ids_that_the_ledger_takes() -> None:
    long = "20261121-" + "x" * 55
    made = {batch_request_id(long, number) for number in (0, 1, 2_000_000)}
    assert len(made) == 3
    assert all(len(one) <= 64 and one.startswith("20261121-") for one in made)
    assert batch_request_id("20261121-a", 7) == "20261121-a.7"


def test_bad_lines_say_why_in_the_readers_language(api: Api) -> None:
    body = b"{}\n[1]\n"
    headers = api.headers("20261121-zh") | {"Content-Type": "application/jsonl"}
    zh = api.client.post(PATH, content=body, headers=headers).json()
    en = api.client.post(PATH, content=body, headers=headers | {"Accept-Language": "en"}).json()
    assert zh["bad_lines"][0]["reason"] == "不是 JSON 对象:应为对象,实为列表"
    assert en["bad_lines"][0]["reason"].startswith("not a JSON object: Expected `object`")


def test_a_queue_without_a_version_is_taken_over(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "q.sqlite"))
    with engine.begin() as connection:
        for statement in filter(str.strip, UNVERSIONED.split(";")):
            connection.execute(text(statement))
    engine.dispose()
    queue = IntakeQueue(tmp_path / "q.sqlite")
    (batch,) = queue.next_batches((), 10)
    assert (batch.request_id, batch.numbers) == ("20261121-old.0", (1,))
    queue.close()


UNVERSIONED = """
CREATE TABLE uploads (id VARCHAR(64) PRIMARY KEY, identity VARCHAR(128) NOT NULL, header BLOB NOT NULL,
  body_sha256 VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, received INTEGER NOT NULL,
  lines INTEGER NOT NULL, bad_lines BLOB NOT NULL);
CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT, upload VARCHAR(64) NOT NULL,
  request_id VARCHAR(64) NOT NULL UNIQUE, state VARCHAR(16) NOT NULL, lines INTEGER NOT NULL,
  numbers BLOB NOT NULL, activities BLOB NOT NULL, "transaction" VARCHAR(64) NOT NULL,
  block INTEGER NOT NULL, outcome BLOB NOT NULL);
CREATE INDEX batches_by_state ON batches (state, id);
CREATE INDEX ix_batches_upload ON batches (upload);
INSERT INTO uploads VALUES
  ('20261121-old', 'operator', CAST('{}' AS BLOB), '', 'accepted', 1, 1, CAST('[]' AS BLOB));
INSERT INTO batches VALUES
  (7, '20261121-old', '20261121-old.0', 'waiting', 1, CAST('1' AS BLOB), CAST('[{}]' AS BLOB), '', -1, x'');
"""


def test_an_identity_that_is_turned_away_holds_up_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revoked certificate's uploads, more than go at once, wait; another organisation's land meanwhile."""
    opened = open_api(tmp_path, ApiSettings(intake_batch_lines_max=1, intake_in_flight_max=2))
    submit = opened.ledger.submit
    tried: list[str] = []

    async def judged(function: str, argument: bytes, identity: str) -> Any:
        if identity == "operator" and not tried.count("let in"):
            tried.append(identity)
            raise Problem(LEDGER, params={"reason": "PERMISSION_DENIED: the creator is revoked"})
        return await submit(function, argument, identity)

    monkeypatch.setattr(opened.ledger, "submit", judged)
    media = {"Content-Type": "application/x-ndjson"}
    with opened.client:
        mine = opened.headers("20261121-gone", **media)
        opened.client.post(PATH, content=b'{"n":"1"}\n' * 9, headers=mine)
        theirs = opened.headers("20261121-other", token=opened.other_token, **media)
        assert opened.client.post(PATH, content=b'{"n":"2"}', headers=theirs).status_code == 202
        deadline = time.monotonic() + 10
        while not landed(opened) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert landed(opened) == [{"n": "2"}]
        waiting = opened.client.get("/v1/activities/uploads/20261121-gone", headers=mine).json()
        assert (waiting["waiting"], waiting["refused"]) == (9, 0)
        tried.append("let in")
        assert settled(opened, "20261121-gone")["committed"] == 9
    assert tried.count("operator") < 40, "it is asked again later and later"
    opened.close()
