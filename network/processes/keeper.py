"""Keeps one program running: `python -m tanhui.network.processes.keeper PROGRAM [ARGUMENTS]`.

When the program ends, whatever its status, it is started again after a pause that doubles from PAUSE_S_MIN to
PAUSE_S_MAX; one that ran for STEADY_S begins with the shortest pause again. SIGTERM and SIGINT are handed on, and
then the keeper ends with the program. A keeper that is killed takes its program with it (PR_SET_PDEATHSIG), so that
nothing is left that holds its port.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from types import FrameType
from typing import Final

PAUSE_S_MIN: Final = 0.25
PAUSE_S_MAX: Final = 30.0
STEADY_S: Final = 60.0
_PR_SET_PDEATHSIG: Final = 1


class Keeper:
    """One program, and when to start it next."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._pause_s = PAUSE_S_MIN

    def run(self) -> int:
        """Until a signal says stop; the program's last exit status."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while True:
            started_s = time.monotonic()
            status = self._once()
            if self._must_stop():
                return max(status, 0)
            if time.monotonic() - started_s >= STEADY_S:
                self._pause_s = PAUSE_S_MIN
            _say(f"{self._command[0]} ended with status {status}: again in {self._pause_s:g} s")
            self._wait(self._pause_s)
            self._pause_s = min(self._pause_s * 2, PAUSE_S_MAX)
            if self._must_stop():
                return max(status, 0)

    def _must_stop(self) -> bool:
        return self._stopping

    def _once(self) -> int:
        try:
            self._child = subprocess.Popen(self._command, preexec_fn=partial(_die_with, os.getpid()))  # noqa: S603, PLW1509
        except OSError as error:
            _say(str(error))
            return 127
        if self._stopping:  # the signal came before there was somebody to hand it to
            self._child.terminate()
        return self._child.wait()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)


def keeping(command: Sequence[str]) -> list[str]:
    """The command that keeps `command` running."""
    return [sys.executable, "-m", "tanhui.network.processes.keeper", *command]


def kept_pid(keeper_pid: int) -> int | None:
    """The pid of the program that a keeper runs now, None while it pauses."""
    try:
        with open(f"/proc/{keeper_pid}/task/{keeper_pid}/children", encoding="ascii") as file:  # noqa: PTH123
            found = file.read().split()
    except OSError:
        return None
    return int(found[0]) if found else None


def _die_with(keeper_pid: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper_pid:  # it was gone before this was said
        os.kill(os.getpid(), signal.SIGKILL)


def _say(message: str) -> None:
    sys.stderr.write(f"keeper: {message}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(Keeper(sys.argv[1:]).run())
