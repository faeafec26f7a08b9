"""The protocol of docs/recognition/transfers.pml, checked by spin in every order of events, and planted errors."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import IN_CI, Counts

MODEL = Path(__file__).resolve().parents[2] / "docs" / "recognition" / "transfers.pml"
DEPTH_MAX = 100_000
MEMORY_MAX_MB = 8_000
SUMMARY = re.compile(r"errors: (\d+)\s+(\d+) states, stored")
PLANTED = (
    "LOCK_TWICE",
    "MINT_AFTER_ABORT",
    "MINT_AGAIN",
    "ABORT_MINTED",
    "FINALISE_BY_THE_LOCK",
    "UNLOCK_ON_SILENCE",
    "UNLOCK_CLOSED",
    "ARBITER_GUESSES",
    "RULING_FORGOTTEN",
)

pytestmark = pytest.mark.skipif(
    not IN_CI and not (shutil.which("spin") and shutil.which("gcc")),
    reason="no spin: install the packages spin and gcc",
)


class Checked(NamedTuple):
    """What an exhaustive search said."""

    errors: int
    states: int
    output: str


def check(folder: Path, *defines: str) -> Checked:
    """Search every state of the model under these definitions; an incomplete search is an error."""
    options = [f"-D{one}" for one in defines]
    for command in (
        ["spin", *options, "-a", str(MODEL)],
        ["gcc", "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", f"-DMEMLIM={MEMORY_MAX_MB}", "-o", "pan", "pan.c"],
        ["./pan", f"-m{DEPTH_MAX}"],
    ):
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found = SUMMARY.search(ran.stdout)
    assert found, ran.stdout
    assert "max search depth too small" not in ran.stdout
    return Checked(int(found[1]), int(found[2]), ran.stdout)


def test_no_unit_is_doubled_or_lost_whatever_relays_send(tmp_path: Path, counts: Counts) -> None:
    found = check(tmp_path, "LIES")
    assert found.errors == 0, found.output
    counts.note("recognition model, lying relays", states=found.states, errors=0)


@pytest.mark.parametrize("error", PLANTED)
def test_a_planted_error_is_found(error: str, tmp_path: Path, counts: Counts) -> None:
    found = check(tmp_path, "LIES", f"PLANT_{error}")
    assert found.errors > 0
    assert "assertion violated" in found.output
    counts.note("recognition model, planted errors", planted=1, found=1)


@pytest.mark.parametrize(
    ("relays", "faults"),
    [
        (1, 1),
        (2, 0),
        pytest.param(2, 1, marks=pytest.mark.nightly),
    ],
)
def test_every_transfer_comes_to_its_end(relays: int, faults: int, tmp_path: Path, counts: Counts) -> None:
    """With crashes, losses and outages of at most `faults` each: each fault more only does the same again."""
    found = check(tmp_path, f"RELAYS={relays}", f"FAULTS_MAX={faults}")
    assert found.errors == 0, found.output
    counts.note("recognition model, honest relays", states=found.states, errors=0)
