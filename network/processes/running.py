"""One program under watch: started in its folder, known by its pid file, stopped by that pid only."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tanhui.network.processes.errors import NodeFailedError

LOG_TAIL_BYTES = 4_000
KILL_AFTER_S = 15.0
POLL_S = 0.05

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Programs that this very process started and has not seen end; others were started by an earlier run."""


@dataclass(frozen=True, slots=True)
class Program:
    """How a program is started.

    Attributes:
        name: for messages.
        folder: where it runs; pid and log stand there.
        command: program and arguments.
        environment: added to a minimal one (PATH, HOME).
    """

    name: str
    folder: Path
    command: Sequence[str]
    environment: Mapping[str, str]

    @property
    def log(self) -> Path:
        """Everything that it prints, over all its runs."""
        return self.folder / "log"

    @property
    def pid_file(self) -> Path:
        """Its pid and the time at which the kernel started it, by which a reused pid is told apart."""
        return self.folder / "pid"

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.running_pid() is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  Fabric's programs, found by programs.py
                list(self.command),
                cwd=self.folder,
                env={**base, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _children[process.pid] = process
        self.pid_file.write_text(f"{process.pid} {_started(process.pid)}\n", "ascii")

    def running_pid(self) -> int | None:
        """Its pid, when it is the very process that `start` made."""
        try:
            pid, started = self.pid_file.read_text("ascii").split()
        except (OSError, ValueError):
            return None
        return int(pid) if started == _started(int(pid)) != "" else None

    def outdated(self) -> bool:
        """Whether it runs with another environment than the one described here."""
        pid = self.running_pid()
        if pid is None:
            return False
        lines = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return any(f"{name}={value}".encode() not in lines for name, value in self.environment.items())

    def stop(self, timeout_s: float = KILL_AFTER_S) -> None:
        """End it by SIGTERM, and by SIGKILL when it does not listen."""
        self.signal(signal.SIGTERM)
        deadline = time.monotonic() + timeout_s
        while self.running_pid() is not None and time.monotonic() < deadline:
            time.sleep(POLL_S)
        self.signal(signal.SIGKILL)
        while self.running_pid() is not None:
            time.sleep(POLL_S)
        self.pid_file.unlink(missing_ok=True)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it runs."""
        pid = self.running_pid()
        if pid is not None:
            os.kill(pid, number)

    def failed(self, reason: str) -> NodeFailedError:
        """The error that shows the end of the log."""
        tail = b""
        if self.log.exists():
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - LOG_TAIL_BYTES))
                tail = log.read()
        return NodeFailedError(self.name, str(self.log), reason, tail.decode("utf-8", "replace"))


def _started(pid: int) -> str:
    """Field 22 of /proc/PID/stat, "" when there is no such process or only its zombie is left."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" and _taken_in(pid) else fields[19]


def _taken_in(pid: int) -> bool:
    """Whether a zombie is all that is left; our own is taken in.

    A killed program's first thread is a zombie before the others have ended: until they have, its ports are taken, and
    nobody can take it in.
    """
    child = _children.get(pid)
    if child is not None and child.poll() is None:
        return False
    _children.pop(pid, None)
    return True
