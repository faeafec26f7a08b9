"""What a run against Fabric's own programs showed, as docs/compatibility.md: `pytest -m fabric --compatibility`."""

import platform
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "compatibility.md"
ROW = re.compile(r"^\| `([^`]+)` \| (\d+) \| (\d+) \|$", re.MULTILINE)
COUNTED = "## What was counted"
HEAD = """# Compatibility with Hyperledger Fabric

Written by the tests marked `fabric` (`FABRIC_BIN=… python -m pytest -m fabric --compatibility`), which start Fabric's
own `peer` and `orderer`; nothing in it is typed by hand, and a file that a run leaves out keeps its row.
The features send every transaction to real peers and to the embedded node, and want the same answer, event and
read-write set; the conformance suite is run by the official Node client and by ours.
"""


def rows_of(page: Path) -> dict[str, tuple[int, int]]:
    """The rows that stand in the page."""
    text = page.read_text("utf-8") if page.exists() else ""
    return {name: (int(good), int(bad)) for name, good, bad in ROW.findall(text)}


def counts_of(page: Path) -> dict[str, str]:
    """What was counted in the page, by what it is."""
    text = page.read_text("utf-8") if page.exists() else ""
    lines = text.partition(COUNTED)[2].splitlines()
    return {line[2:].rpartition(": ")[0]: line[2:] for line in lines if line.startswith("- ")}


def commit() -> str:
    """Which state of this repository ran, and whether it was changed."""
    said = [
        subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()
        for arguments in (
            ["rev-parse", "--short=12", "HEAD"],
            ["status", "--porcelain", "--untracked-files=no", "--", ".", f":!{PAGE.relative_to(ROOT)}"],
        )
    ]
    return said[0] + (" with changes" if said[1] else "")


def write_page(
    reports: Iterable[pytest.TestReport], version: str, counts: Sequence[str] = (), page: Path = PAGE
) -> None:
    """One row a test file: how many passed and failed, then what was counted. A file that was not run keeps its row."""
    reports = list(reports)
    passed: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    run = {report.nodeid.partition("::")[0] for report in reports}
    for name, known in rows_of(page).items():
        if name not in run and (ROOT / name).exists():
            passed[name], failed[name] = known
    for report in reports:
        if report.failed:
            failed[report.nodeid.partition("::")[0]] += 1
        elif report.when == "call" and report.passed:
            passed[report.nodeid.partition("::")[0]] += 1
    day = datetime.now(UTC).date().isoformat()
    lines = [
        HEAD,
        f"- Programs: {version}",
        f"- Machine: {platform.system()} {platform.machine()}, Python {platform.python_version()}; {day}",
        f"- Repository: {commit()}",
        f"- Passed: {passed.total()}; failed: {failed.total()}",
        "",
        "| tests | passed | failed |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{name}` | {passed[name]} | {failed[name]} |" for name in sorted(passed | failed)]
    counted = counts_of(page) | {line.rpartition(": ")[0]: line for line in counts}
    if counted:
        lines += ["", COUNTED, "", *(f"- {line}" for line in counted.values())]
    page.write_text("\n".join(lines) + "\n", "utf-8")
