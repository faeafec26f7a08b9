"""A program is started once, known by its very process, and stopped by its own pid only."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tanhui.network.processes.errors import ProgramMissingError
from tanhui.network.processes.programs import find_programs
from tanhui.network.processes.running import Program

SLEEP = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True); time.sleep(60)"
    ),
)

HEADLESS = (
    sys.executable,
    "-c",
    (
        "import ctypes, os, platform, threading, time\n"
        "threading.Thread(target=lambda: (time.sleep(0.7), os._exit(0))).start()\n"
        "print('up', flush=True)\n"
        "ctypes.CDLL(None).syscall({'x86_64': 60}.get(platform.machine(), 93), 0)"
    ),
)
"""Its first thread ends (the system call exit, which is 93 on arm64) before another one does."""


def wait_for_log(program: Program, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in program.log.read_text("utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_starts_once_and_stops(tmp_path: Path) -> None:
    program = Program("sleeper", tmp_path / "node", SLEEP, {})
    assert program.running_pid() is None
    program.start()
    pid = program.running_pid()
    assert pid is not None
    program.start()
    assert program.running_pid() == pid
    wait_for_log(program, "up")
    program.stop()
    assert program.running_pid() is None
    assert not program.pid_file.exists()


def test_a_program_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    program = Program("stubborn", tmp_path / "node", STUBBORN, {})
    program.start()
    wait_for_log(program, "up")
    program.stop(timeout_s=0.2)
    assert program.running_pid() is None


def test_one_whose_first_thread_alone_has_ended_still_runs(tmp_path: Path) -> None:
    """Taken for gone, it would never be taken in, and hold its ports while the next one starts."""
    program = Program("headless", tmp_path / "node", HEADLESS, {})
    program.start()
    wait_for_log(program, "up")
    pid = program.running_pid()
    assert pid is not None
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert program.running_pid() == pid
    while program.running_pid() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_another_process_under_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    program = Program("gone", tmp_path, SLEEP, {})
    with subprocess.Popen(SLEEP, stdout=subprocess.DEVNULL) as bystander:
        program.pid_file.write_text(f"{bystander.pid} 1\n", "ascii")
        assert program.running_pid() is None
        program.stop()
        assert bystander.poll() is None
        bystander.kill()
    program.pid_file.write_text("not a pid\n", "ascii")
    assert program.running_pid() is None


def test_a_killed_program_is_known_to_be_gone_and_shows_its_last_words(tmp_path: Path) -> None:
    program = Program("killed", tmp_path / "node", SLEEP, {})
    program.start()
    wait_for_log(program, "up")
    program.signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while program.running_pid() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    error = program.failed("it ended")
    assert (error.node, error.log) == ("killed", str(program.log))
    assert str(error).endswith("up\n")


def test_the_environment_is_a_minimal_one(tmp_path: Path) -> None:
    script = "import os; print(sorted(os.environ), flush=True)"
    program = Program("shows", tmp_path / "node", (sys.executable, "-c", script), {"ADDED": "1"})
    program.start()
    wait_for_log(program, "ADDED")
    words = program.log.read_text("utf-8")
    assert "PATH" in words
    assert "FABRIC_BIN" not in words
    assert "VIRTUAL_ENV" not in words
    program.stop()


def test_missing_programs_are_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProgramMissingError, match="peer and orderer not found in FABRIC_BIN="):
        find_programs({"FABRIC_BIN": str(tmp_path)})
    impostor = tmp_path / "peer"
    for name in ("peer", "orderer"):
        (tmp_path / name).write_text("#!/bin/sh\necho hello\n", "ascii")
        os.chmod(tmp_path / name, 0o755)  # noqa: PTH101
    with pytest.raises(ProgramMissingError, match="does not say its version"):
        find_programs({"FABRIC_BIN": str(impostor.parent)})
