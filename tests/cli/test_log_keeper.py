"""The log beside a registry: a follower that is killed comes back, and ends with the registry that is killed."""

import asyncio
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest
import structlog

from tanhui.cli.log_keeper import ENDINGS, LogKeeper, supervise
from tests.support.running_registry import Client, registry, tanhui

WITHIN_S = 40


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def followers(data: Path) -> list[int]:
    """Process ids of followers that write this registry's log."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"follow" in command and str(data / "auditor").encode() in command:
                found.append(int(entry.name))
    return found


def log_size(url: str) -> int:
    answer = httpx.get(f"{url}/v1/log/checkpoint", timeout=30)
    return int(answer.text.splitlines()[1]) if answer.status_code == 200 else 0


def test_the_follower_is_started_again_and_ends_with_the_registry_that_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with registry(data, "--empty") as (url, process):
        wait_until(lambda: log_size(url) > 0)
        (first,) = followers(data)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: followers(data) not in ([], [first]))
        process.kill()
        process.wait()
        wait_until(lambda: not followers(data))
    status = tanhui("audit", "status", "--data", str(data / "auditor"), "--json")
    assert json.loads(status.stdout)["evidence"] == []


def test_without_a_log_there_is_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with registry(data, "--empty", "--no-log") as (url, _):
        assert httpx.get(f"{url}/v1/log/checkpoint", timeout=30).status_code == 404
        assert not (data / "auditor").exists()
        assert not followers(data)


def test_a_registry_that_was_put_back_whole_is_caught_by_its_auditor(tmp_path: Path) -> None:
    """Ledger and records fit each other; what he replayed before does not fit them, and /readyz says so."""
    data, older = tmp_path / "data", tmp_path / "older"
    with registry(data, "--empty") as (url, _):
        wait_until(lambda: log_size(url) > 0)
        shutil.copytree(data / "ledger", older, ignore=shutil.ignore_patterns("state"))
        before = log_size(url)
        Client(url, data, "regulator-registrar").done(
            "/v1/registry", "found", {"name": "甲", "region": "510100"}
        )
        wait_until(lambda: log_size(url) > before)
    shutil.rmtree(data / "ledger")
    shutil.move(older, data / "ledger")
    for records in (data / "api").glob("*.sqlite*"):
        records.unlink()
    with registry(data, "--empty") as (url, _):
        wait_until(lambda: httpx.get(f"{url}/readyz", timeout=30).status_code == 503)
        problem = httpx.get(f"{url}/readyz", headers={"Accept-Language": "en"}, timeout=30).json()
        assert problem["value"] == "log"
        assert "the auditor found a lie" in problem["detail"]
        assert log_size(url) > before, "what was published stays published"
    (evidence,) = (data / "auditor/evidence").iterdir()
    assert "rollback" in evidence.name


@pytest.mark.parametrize("status", sorted(ENDINGS))
def test_what_no_restart_mends_is_said_once_and_not_started_again(status: int, tmp_path: Path) -> None:
    """Else it fails for ever, every two seconds, and /readyz says that all is well."""
    started = tmp_path / "started"
    script = f"open({str(started)!r}, 'a').write('once,'); raise SystemExit({status})"

    async def supervised() -> LogKeeper:
        keeper = LogKeeper()
        await asyncio.wait_for(supervise((sys.executable, "-c", script), keeper), WITHIN_S)
        return keeper

    with structlog.testing.capture_logs() as said:
        assert asyncio.run(supervised()).failure == ENDINGS[status]
    assert [(line["event"], line["reason"]) for line in said] == [("log_keeper.stopped", ENDINGS[status])]
    assert started.read_text("ascii") == "once,"
