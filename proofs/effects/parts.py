"""Parts that several lanes' effects share: serial ranges, points lots, persons and organisations."""

from dataclasses import dataclass
from itertools import pairwise

from tanhui.proofs.effects.types import Day, Digest, Id, Quantity
from tanhui.proofs.errors import FormatError


@dataclass(frozen=True, slots=True)
class SerialRange:
    """Serials `first` to `last` of one batch, both included, from 1; one serial is one kilogram CO2e."""

    batch: Id
    first: Quantity
    last: Quantity

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise FormatError("effect.range", f"serials {self.first} to {self.last} of {self.batch}")

    @property
    def quantity_kg(self) -> int:
        """Serials in the range, which is its quantity in kgCO2e."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class PointsLot:
    """Points of one issue that expire together."""

    issue: Id
    expires: Day
    points: Quantity


@dataclass(frozen=True, slots=True)
class Party:
    """Who: an organisation by its id, or a person by a salted commitment; exactly one of the two."""

    organisation: Id | None = None
    person: Digest | None = None

    def __post_init__(self) -> None:
        if (self.organisation is None) == (self.person is None):
            raise FormatError("effect.party", "a party is an organisation or a person")


def quantity_kg(ranges: tuple[SerialRange, ...]) -> int:
    """Kilograms CO2e in ranges that do not overlap.

    Raises:
        FormatError: two of them share a serial.
    """
    ordered = sorted(ranges, key=lambda one: (one.batch, one.first))
    for left, right in pairwise(ordered):
        if left.batch == right.batch and right.first <= left.last:
            raise FormatError("effect.range", f"serial {right.first} of {left.batch} stands in two ranges")
    return sum(one.quantity_kg for one in ranges)


def check_ranges(ranges: tuple[SerialRange, ...], expected_kg: int) -> None:
    """Refuse ranges that overlap, or that do not add up to the quantity stated beside them.

    Raises:
        FormatError: they do not.
    """
    found = quantity_kg(ranges)
    if found != expected_kg:
        raise FormatError("effect.quantity", f"ranges hold {found} kg, the effect states {expected_kg}")


def points_in(lots: tuple[PointsLot, ...]) -> int:
    """Points in lots."""
    return sum(one.points for one in lots)
