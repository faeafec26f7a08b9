"""When something has stopped or cannot be kept: it is said, typed, and nothing is acknowledged that is not on disk."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tanhui.registry_api.background import Background
from tanhui.registry_api.intake.queue import IntakeQueue
from tanhui.registry_api.security_headers import SECURITY_HEADERS
from tests.support.api import Api, open_api

UPLOAD = "/v1/activities?programme=p1"
LINES = b'{"n":"1"}\n{"n":"2"}'


def upload(api: Api, key: str, content: bytes = LINES, **more: str) -> Any:
    headers = api.headers(key, **{"Content-Type": "application/x-ndjson"}, **more)
    return api.client.post(UPLOAD, content=content, headers=headers)


def limit(engine: Engine, pragma: str) -> Any:
    """From now on each connection is under this PRAGMA. Returns the listener."""

    def full(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "checkout", full)
    return full


def lift_limit(engine: Engine, listener: Any) -> None:
    event.remove(engine, "checkout", listener)
    engine.dispose()


def test_readiness_names_the_channel_that_has_stopped(tmp_path: Path) -> None:
    api = open_api(tmp_path, ledger_failure=lambda: "channel credits stopped at block 53: disk full")
    answer = api.client.get("/readyz", headers={"Accept-Language": "en"})
    api.close()
    assert answer.status_code == 503
    problem = answer.json()
    assert (problem["code"], problem["field"], problem["value"]) == ("api.not_ready", "part", "channel")
    assert (
        problem["detail"] == "Not ready: channel has stopped (channel credits stopped at block 53: disk full)"
    )


def test_readiness_names_a_part_that_has_stopped_until_it_runs_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = open_api(tmp_path)
    healthy = api.queue.next_batches
    monkeypatch.setattr(api.queue, "next_batches", lambda *_: 1 // 0)
    with api.client:
        deadline = time.monotonic() + 5
        while (answer := api.client.get("/readyz")).status_code == 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (answer.status_code, answer.json()["value"]) == (503, "intake")
        monkeypatch.setattr(api.queue, "next_batches", healthy)
        while api.client.get("/readyz").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert api.client.get("/readyz").json()["status"] == "OK"
        assert upload(api, "20261121-u").status_code == 202
    api.close()


def test_a_part_that_fails_is_started_again() -> None:
    class Part:
        runs = 0

        async def run(self) -> None:
            self.runs += 1
            if self.runs == 1:
                raise OSError("No space left on device")
            await asyncio.Event().wait()

    async def watch() -> tuple[dict[str, str], dict[str, str], int]:
        part = Part()
        background = Background({"part": part}, restart_s=0.05)
        background.start()
        await asyncio.sleep(0.02)
        failed = dict(background.failures)
        await asyncio.sleep(0.1)
        running = dict(background.failures)
        await background.stop()
        return failed, running, part.runs

    assert asyncio.run(watch()) == ({"part": "No space left on device"}, {}, 2)


@pytest.mark.parametrize(("language", "says"), [("zh", "存盘"), ("en", "safely on disk")])
def test_an_upload_that_cannot_be_made_durable_may_be_sent_again(
    tmp_path: Path, language: str, says: str
) -> None:
    api = open_api(tmp_path)
    engine = api.queue._engine
    content = (b'{"n":"' + b"1" * 500 + b'"}\n') * 1_000
    listener = limit(engine, "max_page_count=1")  # not a page more: SQLite answers as on a full disk
    answer = upload(api, "20261121-u", content, **{"Accept-Language": language})
    assert answer.status_code == 503, answer.text
    assert answer.headers["Retry-After"] == "10"
    assert answer.json()["code"] == "api.not_durable"
    assert says in answer.json()["detail"]
    lift_limit(engine, listener)
    again = upload(api, "20261121-u", content)
    assert (again.status_code, again.json()["accepted"]) == (202, 1_000)
    api.close()


def test_an_upload_that_could_not_even_be_forgotten_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = open_api(tmp_path)
    engine = api.queue._engine

    def break_down(*_arguments: Any) -> None:
        broken.append(limit(engine, "query_only=ON"))
        raise RuntimeError("the disk went away")

    broken: list[Any] = []
    with monkeypatch.context() as patched:
        patched.setattr(IntakeQueue, "finish", break_down)
        assert upload(api, "20261121-u").status_code == 503
    lift_limit(engine, broken[0])
    assert upload(api, "20261121-u").status_code == 202
    api.close()


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_fault_carries_the_headers_of_every_answer(
    tmp_path: Path, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = open_api(tmp_path)
    monkeypatch.setattr(api.ledger, "evaluate", lambda *_: 1 // 0)
    monkeypatch.setattr(api.queue, "upload", lambda _: 1 // 0)
    path = "/v1/activities/uploads/20261121-u" if accept == "application/json" else "/programmes"
    answer = api.client.get(path, headers=api.headers(Accept=accept))
    api.close()
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith(
        "text/html" if accept == "text/html" else "application/problem+json"
    )
    assert {name.lower() for name in SECURITY_HEADERS} <= {name.lower() for name in answer.headers}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
