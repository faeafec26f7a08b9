"""Run every test and say at the end what was left out: `python -m tests.run [--nightly] [pytest args]`.

`--nightly` runs the long versions, and only them. What passed is noted with the commit in artifacts/nightly.jsonl, so
that a run that was broken off goes on where it stopped; another commit begins anew.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NIGHTLY_LOG = ROOT / "artifacts" / "nightly.jsonl"


class NightlyLog:
    """A pytest plugin: leaves out what passed at this commit, and notes what passes now."""

    def __init__(self, log: Path, commit: str) -> None:
        self._log = log
        self._commit = commit
        self._seconds: dict[str, float] = {}

    def passed_before(self) -> set[str]:
        """Tests that the log shows as passed at this commit."""
        if not self._log.exists():
            return set()
        entries = [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]
        return {entry["test"] for entry in entries if entry["commit"] == self._commit}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the long versions that have not passed yet."""
        done = self.passed_before()
        long = {i for i in items if i.get_closest_marker("nightly") or i.get_closest_marker("scales")}
        left_out = [item for item in items if item not in long or item.nodeid in done]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a pass with its time; flushed at once, for the next test may run for an hour."""
        if report.when == "call" and report.passed:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            entry = {
                "commit": self._commit,
                "test": report.nodeid,
                "seconds": round(report.duration, 1),
                "ended": time.strftime("%FT%TZ", time.gmtime()),
            }
            with self._log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")


def current_commit() -> str:
    """HEAD's hash, "unknown" outside git."""
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def main(arguments: list[str]) -> int:
    """Hand over to pytest."""
    if "--nightly" not in arguments:
        return int(pytest.main(arguments))
    os.environ["TANHUI_NIGHTLY"] = "1"
    rest = [argument for argument in arguments if argument != "--nightly"]
    status = pytest.main(rest, plugins=[NightlyLog(NIGHTLY_LOG, current_commit())])
    # Nothing collected: everything has passed at this commit already.
    return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
