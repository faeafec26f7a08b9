"""A PostgreSQL server of a test run's own: a fresh folder, a socket in it, and nothing on any port."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "registry"
STOPPED_WITHIN_S = 30


def programs_folder() -> Path | None:
    """Where initdb and pg_ctl lie: Debian's folder of the newest version, else PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    return None if found is None else Path(found).parent


def _stop(running: Path) -> None:
    """Shut the server down, ending its sessions (SIGINT: "fast"); its first file of all is the last to go."""
    os.kill(int(running.read_text("ascii").split()[0]), signal.SIGINT)
    deadline = time.monotonic() + STOPPED_WITHIN_S
    while running.exists():
        assert time.monotonic() < deadline, "PostgreSQL does not stop"
        time.sleep(0.05)


@contextmanager
def running_postgresql() -> Iterator[str]:
    """The URL of an empty database, without its name; `createdb` is done by connecting to `postgres`."""
    programs = programs_folder()
    assert programs is not None, (
        "no PostgreSQL: install Debian's postgresql, or put initdb and pg_ctl on PATH"
    )
    # The server refuses to run as root: then the packaged account runs it.
    user = "postgres" if os.geteuid() == 0 else None
    quiet = subprocess.DEVNULL
    with tempfile.TemporaryDirectory() as name:
        if user:
            shutil.chown(name, user)
        data = f"{name}/data"
        options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run([programs / "initdb", "-D", data, *options], check=True, stdout=quiet, user=user)
        control = [str(programs / "pg_ctl"), "-D", data, "-w", "-l", f"{name}/log"]
        settings = f"-c listen_addresses= -c unix_socket_directories={name} -c fsync=off"
        subprocess.run([*control, "-o", settings, "start"], check=True, stdout=quiet, user=user)
        try:
            yield f"postgresql://{OWNER}@/{{database}}?host={name}"
        finally:
            _stop(Path(data) / "postmaster.pid")
