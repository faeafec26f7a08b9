"""A month of activities: pure, and the same for the same seed and day."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Final, NamedTuple

from tanhui.cli.demo.scenes import CUMULATIVE_GRAMS, MONTHS, PEOPLE, SCENES, UNITS, Scene

SEED: Final = 20_240_801
DAYS: Final = 28
"""Days of the month, the last one being yesterday: what is recorded today is not in the future."""
DAY_S: Final = 86_400
UTC8_S: Final = 8 * 3_600
SLOT_S: Final = 1_800
DOUBLE_EVERY: Final = 500
"""One in so many walks is claimed a second time, as a ride: the ledger must refuse each of them."""


class Activity(NamedTuple):
    """One activity, as its data source knows it."""

    account: bytes
    when: int
    """Seconds since 1970, UTC."""
    amount: int
    """In the unit of its scene's input."""
    line: int = 0
    """Of the user's file, 0 for what is generated."""

    @property
    def evidence(self) -> bytes:
        """SHA-256 that stands for the record in the source's own system."""
        return hashlib.sha256(b"tanhui demo evidence\n" + repr(tuple(self)).encode()).digest()


@dataclass(frozen=True, slots=True)
class Person:
    """A pseudonym and the unit that it belongs to, by its position among the units."""

    account: bytes
    unit: int


@dataclass(frozen=True, slots=True)
class Month:
    """What happens in a month.

    Attributes:
        units: unit accounts.
        activities: by scene id, those of one account side by side.
        doubles: activities of the scene "cycle" that claim the time of a walk.
    """

    units: tuple[bytes, ...]
    people: tuple[Person, ...]
    activities: dict[str, list[Activity]]
    doubles: list[Activity]

    @property
    def count(self) -> int:
        """Activities that are to be credited."""
        return sum(map(len, self.activities.values()))


def target_grams(people: int) -> int:
    """A month's share of Shandong's cumulative reduction, for so many of its people."""
    return CUMULATIVE_GRAMS * people // (PEOPLE * MONTHS)


def generate(people: int, today: int, seed: int = SEED) -> Month:
    """The month before `today` (days since 1970-01-01 in UTC+8) of so many people."""
    random = Random(f"{seed} {people} {today}")  # noqa: S311  a generator, not a secret
    units = tuple(random.randbytes(16) for _ in range(min(UNITS, max(1, people // 10))))
    members = tuple(Person(random.randbytes(16), number % len(units)) for number in range(people))
    target = target_grams(people)
    activities = {
        scene.id: list(_of_scene(random, scene, members, target * scene.share // 1_000, today))
        for scene in SCENES
    }
    doubles = [
        activity._replace(amount=2_000) for activity in activities["walk"][DOUBLE_EVERY // 2 :: DOUBLE_EVERY]
    ]
    return Month(units, members, activities, doubles)


def _of_scene(
    random: Random, scene: Scene, members: tuple[Person, ...], target: int, today: int
) -> Iterator[Activity]:
    """Activities with about `target` grams, spread evenly over people, on different days of each of them."""
    mean = scene.grams(scene.low + scene.high) / 2
    count = min(round(target / mean), DAYS * len(members))
    each, more = divmod(count, len(members))
    lucky = set(random.sample(range(len(members)), more))
    opening = scene.hour * 3_600 - UTC8_S
    for number, person in enumerate(members):
        for day in sorted(random.sample(range(DAYS), each + (number in lucky))):
            second = (today - DAYS + day) * DAY_S + opening + random.randrange(SLOT_S)
            yield Activity(person.account, second, random.randint(scene.low, scene.high))


def batches(activities: list[Activity], size: int) -> Iterator[list[Activity]]:
    """Cut activities into batches of `size` or a few more, never one account's into two.

    So batches of a scene touch different accounts and can be under way at once without a conflict.
    """
    batch: list[Activity] = []
    for _, of_account in groupby(activities, key=lambda one: one.account):
        batch += of_account
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
