"""A user's own activities in place of generated ones: CSV or JSON lines, where a bad line costs one line.

    person,unit,scene,when,amount
    A-17,Office,walk,2026-11-02T07:40:00+08:00,1800

`person` and `unit` are any text (unit may be left out); a random account stands for each, and neither text
reaches the ledger. `scene` is one of the demo's, `amount` is in the unit of its input. Lines may also bring
these members as JSON objects.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom
from typing import Final

import msgspec

from tanhui.cli.activity_batches import seconds
from tanhui.cli.demo.month import Activity, Month, Person
from tanhui.cli.demo.scenes import BY_ID, SCENES
from tanhui.registry_api.intake.lines import BadLine, csv_lines, json_lines, split_lines
from tanhui.registry_api.intake.reading import BadActivity

LINE_BYTES_MAX: Final = 8 << 10
CHUNK_BYTES: Final = 1 << 16
LINES_MAX: Final = 5_000_000


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    person: str
    scene: str
    when: str | int
    amount: str | int
    unit: str = ""


COLUMNS: Final = ("person", "scene", "when", "amount")
"""What each line must say."""


@dataclass(slots=True)
class OwnFile:
    """What was read: a month of the good lines, and the bad ones."""

    month: Month
    lines: int = 0
    bad: list[BadLine] = field(default_factory=list)


async def read_file(path: Path) -> OwnFile:
    """Read `path`: JSON lines when it ends in .jsonl, .ndjson or .json, else CSV with a header.

    Raises:
        OSError: it cannot be read.
        BadActivity: it has more than LINES_MAX lines.
    """
    decode = msgspec.json.Decoder(_Line).decode
    made = _Maker()
    found = OwnFile(made.month())
    numbered = split_lines(_chunks(path), LINE_BYTES_MAX)
    is_json = path.suffix in {".jsonl", ".ndjson", ".json"}
    async for line in json_lines(numbered) if is_json else csv_lines(numbered, COLUMNS):
        found.lines += 1
        if found.lines > LINES_MAX:
            raise BadActivity(f"{path} has more than {LINES_MAX} lines")
        if isinstance(line, BadLine):
            found.bad.append(line)
            continue
        try:
            made.add(decode(line.activity), line.number)
        except (msgspec.DecodeError, BadActivity) as error:
            found.bad.append(BadLine(line.number, str(error)))
    found.month = made.month()
    return found


class _Maker:
    """Collects good lines under random accounts."""

    def __init__(self) -> None:
        self._random = SystemRandom()
        self._units: dict[str, bytes] = {}
        self._people: dict[str, Person] = {}
        self._activities: dict[str, list[Activity]] = {scene.id: [] for scene in SCENES}

    def add(self, line: _Line, number: int) -> None:
        """Add one activity; BadActivity says what is wrong with it."""
        scene = BY_ID.get(line.scene)
        if scene is None:
            raise BadActivity(f"scene {line.scene[:40]!r} is none of {', '.join(BY_ID)}")
        if not line.person:
            raise BadActivity("person is empty")
        amount = str(line.amount)
        if not re.fullmatch("[0-9]{1,15}", amount) or not scene.low <= int(amount) <= scene.high:
            raise BadActivity(
                f"amount is not an integer from {scene.low} to {scene.high} {scene.unit}: {amount[:40]}"
            )
        when = seconds(line.when)
        account = self._person(line.person, line.unit).account
        self._activities[scene.id].append(Activity(account, when, int(amount), number))

    def _person(self, name: str, unit: str) -> Person:
        if unit not in self._units:
            self._units[unit] = self._random.randbytes(16)
        if name not in self._people:
            number = list(self._units).index(unit)
            self._people[name] = Person(self._random.randbytes(16), number)
        return self._people[name]

    def month(self) -> Month:
        """What was collected, one account's activities of a scene side by side."""
        activities = {
            scene: sorted(of_scene, key=lambda one: (one.account, one.when))
            for scene, of_scene in self._activities.items()
        }
        return Month(tuple(self._units.values()), tuple(self._people.values()), activities, [])


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
