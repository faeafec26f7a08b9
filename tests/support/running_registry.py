"""`tanhui up` as its user runs it, and its API with the access keys that the first start makes."""

import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx2 as httpx

TANHUI = str(Path(sys.executable).parent / "tanhui")
READY_WITHIN_S = 60
REQUEST_TIMEOUT_S = 60


@contextmanager
def registry(data: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running registry and its URL; stopped by SIGTERM, which must end it well."""
    command = ["up", "--data", str(data), "--api-port", "0", "--gateway-port", "0", *options]
    with _serving(command) as (url, process):
        yield url, process


@contextmanager
def api_on(connection: Path, data: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`tanhui api` over a network's connection.json and its URL; stopped by SIGTERM, which must end it well."""
    command = ["api", "--connection", str(connection), "--data", str(data), "--api-port", "0", *options]
    with _serving(command) as (url, process):
        yield url, process


@contextmanager
def _serving(command: list[str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    # A file, not a pipe that nobody reads: a server that has much to tell would stand still with a full one.
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as told,
        subprocess.Popen([TANHUI, *command], stdout=subprocess.PIPE, stderr=told, text=True) as process,
    ):
        assert process.stdout is not None
        readable, _, _ = select.select([process.stdout], [], [], READY_WITHIN_S)
        assert readable, f"not ready in time: {_all(told)}"
        line = process.stdout.readline()
        words = line.split()
        assert words[:1] == ["ready"], (line, _all(told))
        try:
            yield words[1], process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert process.returncode in {0, -signal.SIGKILL}


def _all(told: IO[str]) -> str:
    told.seek(0)
    return told.read()


def tanhui(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run([TANHUI, *arguments], capture_output=True, text=True, timeout=300, check=False)


def today_digits() -> str:
    """Today in UTC+8, as request ids begin."""
    return time.strftime("%Y%m%d", time.gmtime(time.time() + 8 * 3600))


@dataclass(frozen=True)
class Client:
    """The API as one of the identities whose key lies in DATA/api/tokens."""

    url: str
    data: Path
    identity: str

    def headers(self, request: str = "") -> dict[str, str]:
        """The access key, and the idempotency key of a write."""
        token = (self.data / "api/tokens" / self.identity).read_text("ascii").strip()
        key = {"Idempotency-Key": f"{today_digits()}-{request}"} if request else {}
        return {"Authorization": f"Bearer {token}", **key}

    def get(self, path: str) -> Any:
        """The answer of a read that must succeed."""
        answer = httpx.get(self.url + path, headers=self.headers(), timeout=REQUEST_TIMEOUT_S)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, request: str, body: dict[str, Any]) -> httpx.Response:
        """The response to a write."""
        return httpx.post(
            self.url + path, json=body, headers=self.headers(request), timeout=REQUEST_TIMEOUT_S
        )

    def done(self, path: str, request: str, body: dict[str, Any]) -> Any:
        """The answer of a write that must take effect."""
        answer = self.post(path, request, body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def upload(self, request: str, scene: str, body: str, media: str = "text/csv") -> httpx.Response:
        """The response to an upload of activities of one of the sample's scenes."""
        terms = {
            "programme": "tanxiaohui",
            "scene": scene,
            "methodology": scene,
            "version": "1",
            "source": "platform",
        }
        headers = self.headers(request) | {"Content-Type": media}
        return httpx.post(
            f"{self.url}/v1/activities",
            params=terms,
            content=body.encode(),
            headers=headers,
            timeout=REQUEST_TIMEOUT_S,
        )

    def settled(self, request: str) -> Any:
        """The receipt of an upload, when every line has its outcome."""
        deadline = time.monotonic() + REQUEST_TIMEOUT_S
        while True:
            receipt = self.get(f"/v1/activities/uploads/{today_digits()}-{request}")
            if receipt["complete"]:
                return receipt
            assert time.monotonic() < deadline, receipt
            time.sleep(0.05)
