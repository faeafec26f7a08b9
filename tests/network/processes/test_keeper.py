"""A program that ends is started again, later each time; a keeper's end is its program's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tanhui.network.processes.keeper import keeping, kept_pid

COUNTING = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(3)"
SERVING = "import sys, time; open(sys.argv[1], 'a').write('x'); time.sleep(600)"


def eventually(what: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def started(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def test_a_program_that_keeps_ending_is_started_after_growing_pauses(tmp_path: Path) -> None:
    log = tmp_path / "runs"
    with subprocess.Popen(
        keeping([sys.executable, "-c", COUNTING, str(log)]), stderr=subprocess.PIPE, text=True
    ) as keeper:
        eventually(lambda: started(log) >= 3)
        keeper.send_signal(signal.SIGTERM)
        _, said = keeper.communicate(timeout=20)
    assert [line.rpartition(" in ")[2] for line in said.splitlines()][:2] == ["0.25 s", "0.5 s"]
    assert "ended with status 3" in said


def test_a_killed_program_is_back_and_a_killed_keeper_leaves_nothing(tmp_path: Path) -> None:
    log = tmp_path / "runs"
    with subprocess.Popen(
        keeping([sys.executable, "-c", SERVING, str(log)]), stderr=subprocess.DEVNULL
    ) as keeper:
        eventually(lambda: started(log) == 1)
        first = kept_pid(keeper.pid)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        eventually(lambda: started(log) == 2)
        second = kept_pid(keeper.pid)
        assert second not in {None, first}
        keeper.kill()
    eventually(lambda: not Path(f"/proc/{second}/cmdline").exists() or is_zombie(second))


def is_zombie(pid: int | None) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_program_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    with subprocess.Popen(keeping([str(tmp_path / "nothing")]), stderr=subprocess.PIPE, text=True) as keeper:
        assert keeper.stderr is not None
        assert "No such file" in keeper.stderr.readline()
        assert "again in 0.25 s" in keeper.stderr.readline()
        keeper.send_signal(signal.SIGTERM)
        keeper.communicate(timeout=20)
