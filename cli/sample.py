"""The small sample that a first start loads, so that there is something to look at.

The demo's own steps with a few people: organisations with roles, methodologies, a programme, accounts with
points, a project with issued credits, and a retirement. Loaded once: a note beside the access keys says that it
has begun, and that it is whole; a start that was killed halfway is taken up by the next, whose requests bear the
same ids.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

import msgspec

from tanhui.cli.demo.clerk import Clerk, in_flight, today
from tanhui.cli.demo.month import generate
from tanhui.cli.demo.run import Run
from tanhui.cli.registry_process import Registry

PEOPLE: Final = 20
NOTE: Final = "sample.json"


class Note(msgspec.Struct, frozen=True):
    """How far the sample came."""

    state: Literal["begun", "whole"]
    day: int
    """On which it was begun, days since 1970-01-01 in UTC+8: what its requests and its month go by."""


async def load_sample(registry: Registry, data: Path) -> bool:
    """Load the sample into a registry that nobody has founded, or go on with it; answers whether it did."""
    path = data / "api" / NOTE
    note = _read(path)
    if note is None:
        if await Clerk(registry.ledger, "sample", today()).ask("governance:Founding") is not None:
            return False
        note = Note("begun", today())
        _write(path, note)
    if note.state == "whole":
        return False
    run = Run(registry, data, generate(PEOPLE, note.day), note.day, step=_silently, prefix="sample")
    await run.prepare()
    await in_flight([run.points_lane, run.credits_lane])
    _write(path, Note("whole", note.day))
    return True


def _read(path: Path) -> Note | None:
    return msgspec.json.decode(path.read_bytes(), type=Note) if path.exists() else None


def _write(path: Path, note: Note) -> None:
    """Replace the note at once, so that a kill leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(msgspec.json.encode(note))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _silently(_name: str, _count: int) -> Callable[[], None]:
    return lambda: None
