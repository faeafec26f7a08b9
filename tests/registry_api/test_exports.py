"""Long reports as files: made in the background, for their owner and the entitled alone, and gone when they are old."""

import csv
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tanhui.registry_api.exports import worker as exporting
from tanhui.registry_api.exports.files import ExportFiles
from tanhui.registry_api.exports.progress import Progress, Stopped
from tanhui.registry_api.jobs.store import WAITING_A_CALLER_MAX
from tests.registry_api.test_jobs import done
from tests.registry_api.test_reports import BLOCKS, BUYER, OWNER, height
from tests.support.api import Api, open_api

KEY = "20261121-export"


def filled(folder: Path) -> Api:
    opened = open_api(folder)
    opened.ledger.block_transactions = {block.number: list(block.transactions) for block in BLOCKS}
    opened.ledger.height = height  # type: ignore[method-assign]
    return opened


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    opened = filled(tmp_path)
    with opened.client:
        while opened.store.position().block < len(BLOCKS) - 1:
            time.sleep(0.01)
        yield opened
    opened.close()


def asked(api: Api, report: str, key: str = KEY, token: str | None = None, **body: Any) -> Any:
    path = f"/v1/reports/{report}/exports"
    return api.client.post(path, json={"format": "csv", **body}, headers=api.headers(key, token=token))


def fetched(api: Api, job: str, token: str | None = None) -> Any:
    return api.client.get(f"/v1/jobs/{job}/file", headers=api.headers(token=token))


@pytest.mark.parametrize(("form", "magic"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_a_report_becomes_a_file_that_says_what_the_answer_says(api: Api, form: str, magic: bytes) -> None:
    answer = asked(api, "retirement-register", format=form)
    assert answer.status_code == 202, answer.text
    job = done(api, answer.headers["location"])
    assert (job["state"], job["kind"], job["report"], job["problem"]) == (
        "done", "export", "retirement-register", None,
    )  # fmt: skip
    assert job["done"] == job["total"] > 0
    assert job["file"] == f"/v1/jobs/{job['id']}/file"
    file = fetched(api, job["id"])
    assert file.status_code == 200
    assert file.content.startswith(magic)
    assert file.headers["content-disposition"] == f'attachment; filename="retirement-register.{form}"'
    assert "no-store" in file.headers["cache-control"]
    if form == "csv":
        whole = api.client.get("/v1/reports/retirement-register?format=csv", headers=api.headers())
        assert file.content == whole.content
        assert list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))[1][6].startswith("'=")
        part = api.client.get(f"/v1/jobs/{job['id']}/file", headers=api.headers() | {"Range": "bytes=0-2"})
        assert (part.status_code, part.content) == (206, magic)


def test_the_same_key_is_the_same_job_and_another_wish_under_it_is_refused(api: Api) -> None:
    first = asked(api, "red-cards")
    again = asked(api, "red-cards")
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"
    other = asked(api, "event-register")
    assert (other.status_code, other.json()["code"]) == (409, "api.idempotency_key_reused")


def test_only_its_organisation_and_who_may_read_the_report_have_it(api: Api) -> None:
    assert asked(api, "holdings").status_code == 403
    assert asked(api, "holdings", organisation=BUYER).status_code == 403
    mine = asked(api, "holdings", organisation=OWNER).json()["id"]
    done(api, f"/v1/jobs/{mine}")
    assert fetched(api, mine).status_code == 200
    for token in (api.other_token, api.regulator_token):
        assert fetched(api, mine, token).status_code == 404, "another organisation's job is not there"
    assert api.client.get(f"/v1/jobs/{mine}/file").status_code == 401


def test_who_may_no_longer_read_the_report_does_not_get_its_file(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(api, "points-liability", programme="pr").json()["id"]
    done(api, f"/v1/jobs/{job}")
    assert fetched(api, job).status_code == 200

    async def somebody_else(self: object, programme: str) -> str:
        return BUYER

    monkeypatch.setattr("tanhui.registry_api.access.programmes.ProgrammeOperators.operator_of", somebody_else)
    assert fetched(api, job).status_code == 403


@pytest.mark.parametrize(
    ("report", "body", "status"),
    [
        ("nothing", {}, 404),
        ("event-dossier", {}, 400),
        ("red-cards", {"batch": "b1"}, 400),
        ("red-cards", {"as_of": "2026-02-30"}, 400),
        ("red-cards", {"as_of": "today"}, 400),
        ("red-cards", {"format": "doc"}, 400),
        ("red-cards", {"more": "x"}, 400),
        ("points-liability", {}, 422),
    ],
)
def test_what_is_no_wish_makes_no_job(api: Api, report: str, body: dict[str, Any], status: int) -> None:
    assert asked(api, report, **body).status_code == status
    assert api.client.get("/v1/jobs", headers=api.headers()).json()["items"] == []


def test_a_refusal_of_the_ledger_ends_the_job_and_says_why(api: Api) -> None:
    job = asked(api, "unit-ranking", programme="none", token=api.regulator_token).json()["id"]
    found = api.client.get(f"/v1/jobs/{job}", headers=api.headers(token=api.regulator_token)).json()
    for _ in range(500):
        if found["state"] == "failed":
            break
        time.sleep(0.01)
        found = api.client.get(f"/v1/jobs/{job}", headers=api.headers(token=api.regulator_token)).json()
    assert found["problem"]["code"] == "contract.record_absent"
    refused = fetched(api, job, api.regulator_token)
    assert (refused.status_code, refused.json()["code"]) == (409, "api.export_not_ready")


def test_too_many_rows_are_refused_in_words(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FILE_BYTES_MAX", 10)
    job = done(api, asked(api, "retirement-register").headers["location"])
    assert (job["state"], job["problem"]["code"]) == ("failed", "api.export_bytes")
    assert fetched(api, job["id"]).status_code == 409


def test_a_removed_or_swept_file_says_that_it_is_gone(api: Api) -> None:
    job = done(api, asked(api, "red-cards").headers["location"])
    assert api.client.delete(f"/v1/jobs/{job['id']}", headers=api.headers()).status_code == 200
    gone = fetched(api, job["id"])
    assert (gone.status_code, gone.json()["code"]) == (410, "api.export_gone")


def test_a_bulk_job_has_no_file(api: Api) -> None:
    body = {"function": "notes:Write", "items": [{"text": "a"}]}
    job = api.client.post("/v1/jobs", json=body, headers=api.headers("20261121-bulk")).json()["id"]
    assert fetched(api, job).status_code == 404


def test_jobs_that_wait_are_bounded(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanhui.registry_api.jobs.store.JobStore.unfinished", lambda *_: WAITING_A_CALLER_MAX)
    busy = asked(api, "red-cards")
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "5")


def test_what_a_stop_broke_off_is_made_again(tmp_path: Path) -> None:
    first = filled(tmp_path)
    job = asked(first, "red-cards").json()["id"]  # its worker has not been started
    (tmp_path / "exports" / f"{job}.part").write_bytes(b"half")
    first.close()
    api = filled(tmp_path)
    with api.client:
        assert done(api, f"/v1/jobs/{job}")["state"] == "done"
        assert fetched(api, job).content.startswith(b"\xef\xbb\xbf")
    api.close()
    assert [path.name for path in (tmp_path / "exports").iterdir()] == [job]


def test_files_go_when_they_are_old_or_too_much(tmp_path: Path) -> None:
    now = time.time()
    files = ExportFiles(tmp_path / "exports", kept_s=100, bytes_max=10, now=lambda: now)
    for age, (name, size) in enumerate((("new", 4), ("middle", 5), ("surplus", 3), ("small", 1))):
        assert files.write(name, lambda out, size=size: out.write(b"x" * size)) == size  # type: ignore[misc]
        os.utime(files.path(name), (now - age, now - age))
    files.write("old", lambda out: None)
    os.utime(files.path("old"), (now - 101, now - 101))
    files.sweep()
    assert sorted(path.name for path in (tmp_path / "exports").iterdir()) == ["middle", "new"]
    assert files.path("new").stat().st_mode & 0o077 == 0, "its owner's alone"


def test_what_fails_leaves_no_half_file(tmp_path: Path) -> None:
    files = ExportFiles(tmp_path / "exports")

    def half(out: Any) -> None:
        out.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        files.write("job", half)
    assert list((tmp_path / "exports").iterdir()) == []


def test_a_cancelled_export_stops_at_the_next_telling() -> None:
    progress = Progress()
    progress(1, 3)
    progress.stop()
    with pytest.raises(Stopped):
        progress(1, 0)
    assert (progress.done, progress.total) == (1, 3)
