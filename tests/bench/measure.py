"""How a ratio is measured: both sides in one run, in turn, several times; median and spread, never one figure.

Machines here are shared and drift by a factor of two within minutes, so only figures taken side by side are
compared. A side is a function that does its work once and returns its rate or its cost.
"""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ROUNDS = 5

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a ratio: what it is, in which unit, and each round's figure."""

    name: str
    unit: str
    figures: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle figure."""
        return statistics.median(self.figures)


@dataclass(frozen=True, slots=True)
class Target:
    """What the ratio should reach; `at_most` where a lower ratio is better."""

    target: float
    stretch: float
    at_most: bool = False

    def met(self, ratio: float) -> str:
        """ "stretch", "target" or "missed"."""

        def reached(bound: float) -> bool:
            return ratio <= bound if self.at_most else ratio >= bound

        if reached(self.stretch):
            return "stretch"
        return "target" if reached(self.target) else "missed"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One row of docs/performance.md.

    Attributes:
        row: its number in the list of targets, for example "3b".
        ratios: ours over the other's, round by round (the other's over ours for costs).
        bound_by: what limits it, said where the target is missed.
    """

    row: str
    title: str
    ours: Side
    other: Side
    target: Target
    notes: tuple[str, ...] = ()
    bound_by: str = ""
    ratios: tuple[float, ...] = field(default=())

    @property
    def median(self) -> float:
        """The middle ratio."""
        return statistics.median(self.ratios)

    def as_json(self) -> dict[str, Any]:
        """What docs/performance.json keeps."""
        return asdict(self)


def alternate(
    ours: Callable[[], float], other: Callable[[], float], *, rounds: int = ROUNDS, warm_up: bool = True
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Figures of both sides, taken in turn: ours, other, ours, other …; one round before that is thrown away."""
    if warm_up:
        ours()
        other()
    pairs = [(ours(), other()) for _ in range(rounds)]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def compare(
    row: str,
    title: str,
    ours: tuple[str, str, Callable[[], float]],
    other: tuple[str, str, Callable[[], float]],
    target: Target,
    *,
    better: Better = "higher",
    rounds: int = ROUNDS,
    notes: tuple[str, ...] = (),
    bound_by: str = "",
) -> Ratio:
    """Measure a row. `ours` and `other` are (name, unit, function).

    With `better` "lower" (memory, cost) the ratio is the other's figure over ours, so that more is better.
    """
    own, others = alternate(ours[2], other[2], rounds=rounds)
    pairs = zip(own, others, strict=True)
    ratios = tuple(a / b if better == "higher" else b / a for a, b in pairs)
    return Ratio(
        row,
        title,
        Side(ours[0], ours[1], own),
        Side(other[0], other[1], others),
        target,
        notes,
        bound_by,
        ratios,
    )
