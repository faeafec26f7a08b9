"""The nightly log: a broken-off run goes on where it stopped, another commit begins anew."""

import json
from pathlib import Path

import pytest

from tests.run import NightlyLog

pytest_plugins = ["pytester"]


def test_what_passed_is_left_out_until_the_commit_changes(pytester: pytest.Pytester, tmp_path: Path) -> None:
    pytester.makeini("[pytest]\nmarkers = nightly: long\n scales: larger")
    pytester.makepyfile(
        """
        import pathlib, pytest

        @pytest.mark.nightly
        def test_long(): pass

        @pytest.mark.scales
        def test_longer(): assert pathlib.Path("ready").exists()

        def test_short(): assert False
        """
    )
    log = tmp_path / "nightly.jsonl"

    def run(commit: str) -> dict[str, int]:
        result = pytester.inline_run(plugins=[NightlyLog(log, commit)])
        passed, _, failed = result.countoutcomes()
        return {"passed": passed, "failed": failed}

    assert run("c1") == {"passed": 1, "failed": 1}
    (pytester.path / "ready").touch()
    assert run("c1") == {"passed": 1, "failed": 0}
    assert run("c1") == {"passed": 0, "failed": 0}
    assert run("c2") == {"passed": 2, "failed": 0}
    assert {json.loads(line)["commit"] for line in log.read_text("utf-8").splitlines()} == {"c1", "c2"}
