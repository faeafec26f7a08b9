"""What an application does beside answering: parts that run until it ends, are started again, and are told of."""

import asyncio
from collections.abc import Mapping
from typing import Final, Protocol

import structlog

_log = structlog.get_logger(__name__)

RESTART_S: Final = 1.0
"""A part that failed rests so long; a full disk, say, may have room again then."""


class Runs(Protocol):
    """A part that may be started again after any failure: all it must remember is on disk."""

    async def run(self) -> None:
        """Work until cancelled."""


class Background:
    """The parts by name, each in a task of its own."""

    def __init__(self, parts: Mapping[str, Runs], restart_s: float = RESTART_S) -> None:
        self._parts = dict(parts)
        self._restart_s = restart_s
        self._failures: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def failures(self) -> Mapping[str, str]:
        """Why a part stands still just now, by its name; empty while all of them run."""
        return self._failures

    def start(self) -> None:
        """Start every part, on the running loop."""
        self._tasks = [
            asyncio.create_task(self._keep(name, part), name=name) for name, part in self._parts.items()
        ]

    async def stop(self) -> None:
        """End every part."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, name: str, part: Runs) -> None:
        while True:
            try:
                await part.run()
            except Exception as error:  # noqa: BLE001 - logged, told by /readyz, tried again
                self._failures[name] = str(error) or type(error).__name__
                _log.exception("background.failed", part=name)
            else:
                self._failures[name] = "ended"
            await asyncio.sleep(self._restart_s)
            del self._failures[name]
