"""HTTP load from this process on a server in another: requests over connections that stay open, and what they cost."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

CONNECTIONS = 8
READY_WITHIN_S = 30
EMPTY = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
async def nothing() -> dict[str, str]:
    return {}
uvicorn.Server(uvicorn.Config(app, port=int(sys.argv[1]), log_config=None, access_log=False)).run()
"""


def cpu_s(pid: int) -> float:
    """User and system time of a process so far (proc(5), /proc/PID/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def empty_fastapi() -> Iterator[tuple[str, int]]:
    """An empty FastAPI route under uvicorn: host:port and pid."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", EMPTY, str(port)]) as process:
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the empty route is not ready in time"
                time.sleep(0.05)
        yield f"127.0.0.1:{port}", process.pid
        process.terminate()


class Load:
    """Requests written as bytes: what the loader itself needs must be little."""

    def __init__(self, address: str, paths: list[str], headers: dict[str, str]) -> None:
        self._host, _, port = address.partition(":")
        self._port = int(port)
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": address, **headers}.items())
        self._requests = [f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode() for path in paths]

    def full(self, seconds: float) -> list[float]:
        """As many as go in so many seconds; the seconds of each."""
        return asyncio.run(self._run(seconds, None))

    def paced(self, rate: float, seconds: float) -> list[float]:
        """So many a second; the seconds of each from when it was due, so that a late start counts."""
        return asyncio.run(self._run(seconds, rate))

    def rate(self, pid: int, seconds: float) -> Callable[[], float]:
        """Measures requests for a CPU second of the server's process."""

        def measured() -> float:
            before = cpu_s(pid)
            done = len(self.full(seconds))
            return done / max(cpu_s(pid) - before, 0.01)

        return measured

    async def _run(self, seconds: float, rate: float | None) -> list[float]:
        took: list[float] = []
        numbers = count()
        began = time.perf_counter()
        ends = began + seconds

        async def worker() -> None:
            reader, writer = await asyncio.open_connection(self._host, self._port)
            for number in numbers:
                due = time.perf_counter()
                if rate is not None:
                    due = began + number / rate
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                if due >= ends:
                    break
                writer.write(self._requests[number % len(self._requests)])
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200"), head
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r")[0]))
                took.append(time.perf_counter() - due)
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))
        return took
