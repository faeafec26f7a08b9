"""The folder of made files: each under its job's id, written aside first, bounded in number, bytes and age."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Final

KEPT_S: Final = 3 * 86_400
"""How long a file is kept; its job is told of for longer."""
FOLDER_BYTES_MAX: Final = 20 << 30
"""Bytes of all files; past it the oldest go first."""
UNFINISHED: Final = ".part"
_ANEW: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class ExportFiles:
    """Files by the ids of their jobs. Calls block on the disk: use them from a thread."""

    def __init__(
        self,
        folder: Path,
        *,
        kept_s: int = KEPT_S,
        bytes_max: int = FOLDER_BYTES_MAX,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._kept_s = kept_s
        self._bytes_max = bytes_max
        self._now = now
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, job: str) -> Path:
        """Where a job's file is, or would be."""
        return self._folder / job

    def write(self, job: str, writing: Callable[[BinaryIO], None]) -> int:
        """Make a job's file and put it in its place when it is whole; its bytes. What fails leaves nothing."""
        unfinished = self._folder / (job + UNFINISHED)
        try:
            with os.fdopen(os.open(unfinished, _ANEW, 0o600), "wb") as out:
                writing(out)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(self.path(job))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return self.path(job).stat().st_size

    def remove(self, job: str) -> None:
        """Remove a job's file, if it is there."""
        self.path(job).unlink(missing_ok=True)

    def sweep(self, under_way: Iterable[str] = ()) -> None:
        """Remove what is too old, what is too much, and what a stop left unfinished."""
        writing = {job + UNFINISHED for job in under_way}
        found = []
        for path in self._folder.iterdir():
            if path.name in writing:
                continue
            if path.name.endswith(UNFINISHED):
                path.unlink(missing_ok=True)
                continue
            state = path.stat()
            found.append((state.st_mtime, state.st_size, path))
        whole = 0
        for changed, size, path in sorted(found, reverse=True):
            whole += size
            if self._now() - changed > self._kept_s or whole > self._bytes_max:
                path.unlink(missing_ok=True)
