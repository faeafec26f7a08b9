"""A region's data set: figures with their sources, who takes part, and what happens, step by step.

REGION/programme.yaml beside this file is the one place of the data, because the command ships with it;
tests/programmes/REGION points here.
"""

from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec

FIGURES_MAX: Final = 500
STEPS_MAX: Final = 500
COUNT_MAX: Final = 200


class Region(StrEnum):
    """Whose programme it is."""

    CHENGDU = "chengdu"
    SHANDONG = "shandong"
    ZHOUSHAN = "zhoushan"
    SHANGHAI = "shanghai"
    JILIN = "jilin"


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A figure with the place that states it; `section` is "illustrative" where no source does."""

    value: int
    unit: str
    document: str
    """Which of the data set's documents."""
    section: str


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organisation that takes part; it gets a made-up id, and one person signs for it."""

    name: str
    roles: list[str]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One order, query, methodology or batch of activities; placeholders.py says what stands for a value.

    Attributes:
        send: a transaction function, sent `by` one person or two.
        ask: a query; its answer must hold `expect`, and is reported under `report` if there is one.
        file: a methodology to draft, assess and file.
        record: a batch of activities of a data source.
        rank: a leaderboard and a team battle of the day before, computed from committed records.
        refused: the code with which `send` must be refused.
        each, count: repeat the step for these values, or for 1 to `count`, as {name}s or {n}.
        keep: names for parts of the answer, by path.
    """

    send: str = ""
    ask: str = ""
    file: dict[str, Any] | None = None
    record: dict[str, Any] | None = None
    by: list[str] = []
    order: dict[str, Any] = {}
    rank: dict[str, Any] | None = None
    refused: str = ""
    each: list[dict[str, Any]] = []
    count: int = 0
    expect: Any = None
    report: str = ""
    keep: dict[str, str] = {}
    tally: bool = False
    """Ask for all pages, and take how many items there are as the answer."""


class DataSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of one region."""

    title: str
    region: str
    documents: dict[str, str]
    figures: dict[str, Figure]
    organisations: dict[str, Member]
    tenants: int = 0
    """Public institutions besides, called tenant-1, tenant-2 …"""
    operator: str
    steps: list[Step]


def load(region: Region) -> DataSet:
    """Read a region's data set.

    Raises:
        msgspec.ValidationError: it is not of this shape.
        ValueError: a figure names a document that is not listed, or there are too many of something.
    """
    path = Path(__file__).parent / region / "programme.yaml"
    data = msgspec.yaml.decode(path.read_bytes(), type=DataSet)
    if data.tenants:
        roles = ["public_institution"]
        more = {
            f"tenant-{n}": Member(name=f"驻楼单位{n}(示例)", roles=roles) for n in range(1, data.tenants + 1)
        }
        data = msgspec.structs.replace(data, organisations=data.organisations | more)
    for name, figure in data.figures.items():
        if figure.document not in data.documents:
            raise ValueError(f"{region}: figure {name} names document {figure.document}, which is not listed")
    if len(data.figures) > FIGURES_MAX or len(data.steps) > STEPS_MAX:
        raise ValueError(f"{region}: more than {FIGURES_MAX} figures or {STEPS_MAX} steps")
    if any(step.count > COUNT_MAX for step in data.steps):
        raise ValueError(f"{region}: a step repeats more than {COUNT_MAX} times")
    return data
