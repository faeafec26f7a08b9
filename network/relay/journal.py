"""What the relay is about to do, on disk before it does it, and what came of it.

One JSON object a line, synced. Nothing depends on it: a relay that lost its journal reads both ledgers and goes
on. It answers afterwards who brought what, when, and how often, and it bounds itself: the file is begun anew,
keeping one older one, once it passes `bytes_max`.
"""

import json
import os
from pathlib import Path
from typing import Any, Protocol

BYTES_MAX = 64 * 1024 * 1024


class Journal(Protocol):
    """Where intents and outcomes go."""

    def note(self, entry: dict[str, Any]) -> None:
        """Keep one entry before this returns."""


class NoJournal:
    """Keeps nothing: for tests and for one pass."""

    def note(self, entry: dict[str, Any]) -> None:
        """Forget it."""


class FileJournal:
    """A file, one writer; opened for appending."""

    def __init__(self, path: Path, bytes_max: int = BYTES_MAX) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._bytes_max = bytes_max
        self._file = path.open("ab")

    def note(self, entry: dict[str, Any]) -> None:
        """Write one line and sync it."""
        if self._file.tell() > self._bytes_max:
            self._file.close()
            self._path.replace(self._path.with_suffix(self._path.suffix + ".1"))
            self._file = self._path.open("ab")
        self._file.write(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def unfinished(path: Path) -> dict[str, dict[str, Any]]:
    """Intents without an outcome, by request id; a last line that was cut off is passed over."""
    open_intents: dict[str, dict[str, Any]] = {}
    if not path.is_file():
        return open_intents
    for line in path.read_bytes().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.get("what") == "intent":
            open_intents[entry["request"]] = entry
        else:
            open_intents.pop(entry.get("request", ""), None)
    return open_intents
