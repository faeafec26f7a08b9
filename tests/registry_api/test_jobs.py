"""Bulk writes and jobs: each item's outcome is told, a repeat changes nothing, a stop loses nothing."""

import time
from pathlib import Path
from typing import Any

import pytest

from tanhui.registry_api.database.engine import sqlite_url
from tanhui.registry_api.jobs.store import Job, JobStore
from tanhui.registry_api.problems import UNAVAILABLE, Problem
from tanhui.registry_api.service.tables import JOBS, open_service
from tests.support.api import Api, open_api

KEY = "20261121-bulk"
NOTES = [{"text": "a"}, {"text": "forbidden"}, {"text": "b"}]


def bulk(api: Api, items: list[dict[str, Any]], key: str = KEY, path: str = "/v1/bulk") -> Any:
    return api.client.post(path, json={"function": "notes:Write", "items": items}, headers=api.headers(key))


def done(api: Api, location: str) -> dict[str, Any]:
    for _ in range(500):
        job: dict[str, Any] = api.client.get(location, headers=api.headers()).json()
        if job["state"] not in {"waiting", "running"}:
            return job
        time.sleep(0.01)
    raise AssertionError(job)


def test_each_item_has_its_outcome_and_a_bad_one_costs_one(api: Api) -> None:
    answer = bulk(api, NOTES)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["status"] for one in told["items"]] == [201, 422, 201]
    assert (told["written"], told["refused"]) == (2, 1)
    assert told["items"][1]["problem"]["code"] == "value.text_length"
    assert sorted(api.ledger.written) == [f"{KEY}.0", f"{KEY}.2"]
    again = bulk(api, NOTES).json()
    assert [one["status"] for one in again["items"]] == [200, 422, 200]
    other = bulk(api, [{"text": "c"}]).json()
    assert other["items"][0]["problem"]["code"] == "contract.request_reused"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"function": "notes:List", "items": [{}]}, 404),
        ({"function": "notes:Nothing", "items": [{}]}, 404),
        ({"function": ["x"], "items": [{}]}, 404),
        ({"function": "notes:Write", "items": []}, 400),
        ({"function": "notes:Write", "items": [{}] * 501}, 400),
        ({"function": "notes:Write", "items": ["x"]}, 400),
        ({"function": "notes:Write", "items": [{"request_id": "20261121-x"}]}, 400),
        ({"function": "notes:Write", "items": [{}], "more": 1}, 400),
    ],
    ids=str,
)
def test_a_bulk_that_is_none_is_refused_as_a_whole(api: Api, body: dict[str, Any], status: int) -> None:
    for path in ("/v1/bulk", "/v1/jobs"):
        if path == "/v1/jobs" and len(body["items"]) == 501:
            continue
        assert api.client.post(path, json=body, headers=api.headers(KEY)).status_code == status
    assert not api.ledger.written


def test_a_job_is_done_in_the_background_with_progress(api: Api) -> None:
    answer = bulk(api, NOTES * 20, path="/v1/jobs")
    assert answer.status_code == 202
    job = done(api, answer.headers["location"])
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("done", 60, 60, 20)
    first = api.client.get(f"{job['items']}?limit=40", headers=api.headers()).json()
    rest = api.client.get(f"{job['items']}?limit=40&after={first['after']}", headers=api.headers()).json()
    assert [one["number"] for one in [*first["items"], *rest["items"]]] == list(range(60))
    again = bulk(api, NOTES * 20, path="/v1/jobs")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (202, "true")
    assert again.json()["id"] == job["id"]
    reused = bulk(api, NOTES, path="/v1/jobs")
    assert (reused.status_code, reused.json()["code"]) == (409, "api.idempotency_key_reused")


def test_another_organisations_job_is_not_there(api: Api) -> None:
    location = bulk(api, NOTES, path="/v1/jobs").headers["location"]
    other = api.headers(token=api.other_token)
    for path in (location, f"{location}/items"):
        assert api.client.get(path, headers=other).status_code == 404
    assert api.client.delete(location, headers=other).status_code == 404
    assert api.client.get("/v1/jobs", headers=other).json()["items"] == []
    assert len(api.client.get("/v1/jobs", headers=api.headers()).json()["items"]) == 1


def test_a_job_waits_for_a_ledger_that_is_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanhui.registry_api.jobs.worker.RETRY_S", 0.01)
    api.ledger.failures = [Problem(UNAVAILABLE, params={"reason": "away"}) for _ in range(3)]
    job = done(api, bulk(api, [{"text": "a"}], path="/v1/jobs").headers["location"])
    assert (job["state"], job["failed"]) == ("done", 0)


def test_what_a_stop_broke_off_goes_on_where_it_stood(tmp_path: Path) -> None:
    engine = open_service(sqlite_url(tmp_path / "service.sqlite"))
    store = JobStore(engine)
    asked = {"function": "notes:Write", "items": NOTES, "key": KEY, "language": "zh"}
    organisation = "91510100MA6000001R"
    job = Job("a" * 32, organisation, "operator", "bulk", asked, "waiting", 3, 0, 0, 1, 0, None)
    store.add(job, KEY)
    assert store.next("bulk") is not None
    store.settle_item(job.id, 0, 201, {"answer": {}})
    engine.dispose()
    api = open_api(tmp_path)
    with api.client:
        found = done(api, f"/v1/jobs/{job.id}")
    api.close()
    assert (found["state"], found["done"], found["failed"]) == ("done", 3, 1)
    assert sorted(api.ledger.written) == [f"{KEY}.2"], "item 0 was not written again"


def test_a_cancelled_job_writes_no_more(tmp_path: Path) -> None:
    engine = open_service(sqlite_url(tmp_path / "service.sqlite"))
    store = JobStore(engine)
    asked = {"function": "notes:Write", "items": NOTES, "key": KEY, "language": "zh"}
    job = Job("b" * 32, "91510100MA6000001R", "operator", "bulk", asked, "waiting", 3, 0, 0, 1, 0, None)
    store.add(job, KEY)
    store.finish(job.id, "cancelled")
    store.finish(job.id, "done")
    with engine.connect() as connection:
        assert connection.scalar(JOBS.select().with_only_columns(JOBS.c.state)) == "cancelled"
    assert store.next("bulk") is None
    engine.dispose()
