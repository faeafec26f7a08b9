"""kill -9 at random moments and at named points: nothing acknowledged is lost, nothing is torn.

kill -9 leaves the page cache alone, so what a power cut may do to unsynced bytes is tried apart, by damaging
exactly those bytes that were not synced yet.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tanhui.node.ledger import CrashPoint, Ledger, LedgerCorruptError, TornTailError
from tanhui.node.ledger.fsck import fsck
from tests.conftest import Counts
from tests.support.crash_workload import OPTIONS, Model, block_of

SEED = 20261121
ROOT = Path(__file__).resolve().parents[3]


class Server:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def ask(self, **command: object) -> dict[str, int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer: dict[str, int] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


def acknowledged(folder: Path) -> tuple[int, str]:
    acks = folder.parent / "acks"
    lines = acks.read_text().splitlines() if acks.exists() else []
    if not lines:
        return 0, ""
    height, commit_hash = (lines[-1] + " ").split(" ")[:2]
    return int(height), commit_hash


def check(folder: Path, model: Model, known: int = 0) -> int:
    """The ledger recovers to what the model says, at or after the last acknowledged block.

    `known` is a height seen before the kill; at most one block beyond it and the acknowledged ones can be there.
    """
    height, commit_hash = acknowledged(folder)
    with Ledger.open(folder, OPTIONS) as ledger:
        assert ledger.height >= height, f"acknowledged {height}, found {ledger.height}"
        assert known <= ledger.height <= max(height, known) + 1
        model.extend_to(max(ledger.height, height))
        if height:
            assert model.commit_hashes[height - 1].hex() == commit_hash
        if ledger.height:
            assert ledger.commit_hash == model.commit_hashes[ledger.height - 1]
            assert dict(ledger.state_range("registry", "", "")) == model.states[ledger.height - 1]
        return ledger.height


@pytest.mark.parametrize("point", list(CrashPoint))
def test_killed_at_each_named_point(
    server: Server, tmp_path: Path, point: CrashPoint, counts: Counts
) -> None:
    folder, model = tmp_path / "ledger", Model(SEED)
    height = 0
    for at in (0, 7, 30):
        pid = server.ask(folder=str(folder), seed=SEED, point=point.value, at=at)["pid"]
        assert server.ask(wait=pid)["signal"] == signal.SIGKILL
        height = check(folder, model, height)
        assert height >= at
    assert fsck(folder, OPTIONS).is_clean
    counts.note(f"ledger killed at {point.value}", kills=3, lost_acknowledged=0, height=height)


def killed_at_random(server: Server, folder: Path, kills: int) -> int:
    rng, model, height = random.Random(SEED), Model(SEED), 0
    for _ in range(kills):
        pid = server.ask(folder=str(folder), seed=SEED)["pid"]
        time.sleep(rng.random() * 0.08)
        os.kill(pid, signal.SIGKILL)
        assert server.ask(wait=pid)["signal"] == signal.SIGKILL
        height = check(folder, model, height)
    report = fsck(folder, OPTIONS)
    assert report.is_clean, report.inconsistencies
    assert report.height == height
    return height


def test_killed_at_fifty_random_moments(server: Server, tmp_path: Path, counts: Counts) -> None:
    height = killed_at_random(server, tmp_path / "ledger", 50)
    assert height > 50, "the committers hardly ran"
    counts.note("ledger killed at random moments", kills=50, lost_acknowledged=0, height=height)


@pytest.mark.nightly
def test_killed_at_a_thousand_random_moments(server: Server, tmp_path: Path, counts: Counts) -> None:
    height = killed_at_random(server, tmp_path / "ledger", 1000)
    assert height > 1000
    counts.note("ledger killed at random moments", kills=1000, lost_acknowledged=0, height=height)


def crash_with_unsynced_record(server: Server, folder: Path, at: int) -> tuple[Path, int, int]:
    """The last block file, where its unsynced record begins, and the file's size."""
    pid = server.ask(folder=str(folder), seed=SEED, point=CrashPoint.BLOCK_WRITTEN.value, at=at)["pid"]
    server.ask(wait=pid)
    file = max((folder / "blocks").iterdir())
    size = file.stat().st_size
    offset = 16
    while True:
        with file.open("rb") as stream:
            stream.seek(offset)
            head = stream.read(20)
        record = 52 + int.from_bytes(head[4:8], "big")
        if offset + record >= size:
            return file, offset, size
        offset += record


@pytest.mark.parametrize("damage", ["cut", "zeros", "garbage"])
def test_a_power_cut_may_leave_anything_of_an_unsynced_record(
    server: Server, tmp_path: Path, damage: str
) -> None:
    rng, folder, model = random.Random(SEED), tmp_path / "ledger", Model(SEED)
    height = 0
    for at in (3, 9, 20, 33):
        file, start, size = crash_with_unsynced_record(server, folder, at)
        place = rng.randrange(start, size)
        with file.open("r+b") as stream:
            if damage == "cut":
                stream.truncate(place)
            else:
                stream.seek(place)
                stream.write(bytes(size - place) if damage == "zeros" else rng.randbytes(size - place))
        height = check(folder, model, height)
        assert height == acknowledged(folder)[0]


def test_a_torn_tail_without_the_state_that_proves_it_is_refused(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    file, start, _ = crash_with_unsynced_record(server, folder, 12)
    os.truncate(file, start + 30)
    state = folder / "state"
    state.rename(folder / "elsewhere")
    with pytest.raises(TornTailError):
        Ledger.open(folder, OPTIONS)
    with pytest.raises(TornTailError):
        Ledger.open(folder, OPTIONS)
    assert file.stat().st_size == start + 30


def test_an_acknowledged_block_that_is_gone_is_not_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with Ledger.open(folder, OPTIONS) as ledger:
        for number in range(12):
            ledger.commit_block(block_of(SEED, number, ledger.header_hash if number else b""))
    file = max((folder / "blocks").iterdir())
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(LedgerCorruptError, match="acknowledged"):
        Ledger.open(folder, OPTIONS)
    names = {one.name for one in fsck(folder, OPTIONS).inconsistencies}
    assert {"tail_incomplete", "blocks_missing"} <= names
