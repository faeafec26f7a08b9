"""Parsers fuzzed with atheris: no crash, no second of silence, bounded memory (`scripts/test --nightly`).

A usual run has hypothesis do the same with less patience (test_parsers.py). atheris is native code that not every
Python has wheels for: it lives in build/fuzz, made here on first use, and nothing of the product imports it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Counts

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / "build/fuzz"
ATHERIS = "atheris==3.0.0"
SECONDS = int(os.environ.get("TANHUI_FUZZ_S", "60"))
INPUT_BYTES_MAX = 1 << 16
LIMITS = ("-timeout=1", "-rss_limit_mb=1024", f"-max_len={INPUT_BYTES_MAX}", "-print_final_stats=1")
NAMES = (
    "anchors", "bundle", "canonical", "checkpoint", "cosigners", "effects", "entries", "evidence", "fork",
    "leaf", "multikey", "note", "request", "tile-path", "tlog-proof", "transaction", "verify", "vkey",
)  # fmt: skip


@pytest.fixture(scope="module")
def path() -> str:
    """What Python needs on its path to find atheris."""
    if not ENVIRONMENT.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(ENVIRONMENT), ATHERIS]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"long: {ATHERIS} does not install on this Python: {done.stderr[-200:]}")
    return f"{ROOT}{os.pathsep}{ENVIRONMENT}"


@pytest.mark.nightly
@pytest.mark.parametrize("name", NAMES)
def test_a_parser_survives(name: str, path: str, tmp_path: Path, counts: Counts) -> None:
    command = [sys.executable, "-m", "tests.support.fuzz_target", name, str(tmp_path / "corpus")]
    limits = [*LIMITS, f"-max_total_time={SECONDS}", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(
        [*command, *limits],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        timeout=SECONDS + 120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    figures = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
    counts.note(
        "fuzzed parsers",
        parsers=1,
        inputs=int(figures["number_of_executed_units"]),
        crashes=0,
        slower_than_1_s=0,
    )
    assert int(figures["peak_rss_mb"]) < 1024
