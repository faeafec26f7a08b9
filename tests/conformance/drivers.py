"""Two clients behind one set of commands: the official Node client, and our own.

A command is a JSON object; `do` names the action:

| do | fields besides `identity` | answers |
| --- | --- | --- |
| evaluate | function, arguments, transient, endorsing_organisations, contract, chaincode | payload |
| submit | the same | payload, transaction_id, block_number, code, successful |
| conflict | the same | winner and loser, each as submit answers |
| checkpointer | name, path (in memory without) | |
| open_events | stream, kind, start_block, checkpoint, chaincode | |
| next_event | stream, checkpoint (kept after the event) | the event, or block_number and transactions |
| close_events | stream | |

`identity` is [msp id, name in connection.json]. With `signed_by`, another such pair, the gateway has no
signer: every message is taken out as bytes and a digest, signed with that identity's key, and rebuilt.
"""

import json
import subprocess
from abc import ABC, abstractmethod
from itertools import count
from pathlib import Path
from typing import Any

Answer = dict[str, Any]

NODE_CLIENT = Path(__file__).parent / "node_client"


class RefusedError(Exception):
    """What the client raised: type, message, code, details, transaction_id."""

    def __init__(self, error: Answer) -> None:
        super().__init__(json.dumps(error, ensure_ascii=False))
        self.type: str = error["type"]
        self.message: str = error["message"]
        self.code: int | None = error["code"]
        self.details: list[dict[str, str]] = error["details"]
        self.transaction_id: str | None = error["transaction_id"]


class Driver(ABC):
    """Runs commands with one client, on the network of one connection.json."""

    @abstractmethod
    def run(self, do: str, **command: Any) -> Answer:
        """The answer. Raises RefusedError."""

    @abstractmethod
    def close(self) -> None:
        """End the client."""


class NodeDriver(Driver):
    """The official client, in a process of its own."""

    def __init__(self, profile: Path, errors: Path) -> None:
        self._ids = count()
        self._errors = errors
        with errors.open("wb") as stderr:
            self._process = subprocess.Popen(
                ["node", "runner.mjs", str(profile)],
                cwd=NODE_CLIENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )

    def run(self, do: str, **command: Any) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        identifier = next(self._ids)
        line = json.dumps({"id": identifier, "do": do, **command})
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        answered = self._process.stdout.readline()
        assert answered, f"the Node client ended: {self._errors.read_text()}"
        answer = json.loads(answered)
        assert answer["id"] == identifier
        if "error" in answer:
            raise RefusedError(answer["error"])
        result: Answer = answer["result"]
        return result

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            assert self._process.wait(20) == 0, self._errors.read_text()
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()


def install_node_client() -> None:
    """npm ci, unless what is installed belongs to this lock."""
    lock = NODE_CLIENT / "package-lock.json"
    installed = NODE_CLIENT / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    done = subprocess.run(["npm", "ci"], cwd=NODE_CLIENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    installed.touch()
