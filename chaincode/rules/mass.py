"""No gram is lost: what is below a kilogram, or below a point, is carried forward (domain.md, Units)."""

from dataclasses import dataclass

from tanhui.chaincode.rules.quantities import AMOUNT_MAX, GRAMS_PER_KILOGRAM, require_between


@dataclass(frozen=True, slots=True)
class Carried:
    """Whole kilograms that came out, and 0..999 grams that wait for the next time."""

    kilograms: int
    grams: int


def carry(waiting: int, added: int) -> Carried:
    """Add `added` grams to the `waiting` ones (0..999) and take out the whole kilograms.

    waiting + added = 1000 × kilograms + grams, always.

    Raises:
        Refusal: value.out_of_range.
    """
    require_between(waiting, "waiting", 0, GRAMS_PER_KILOGRAM - 1)
    require_between(added, "grams", 0, AMOUNT_MAX - waiting)
    return Carried(*divmod(waiting + added, GRAMS_PER_KILOGRAM))


@dataclass(frozen=True, slots=True)
class Ratio:
    """An integer fraction: so many points for so many grams, or an agreement's conversion."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        """Refuse a fraction that packed layouts cannot carry."""
        require_between(self.numerator, "numerator", 0, RATIO_MAX)
        require_between(self.denominator, "denominator", 1, RATIO_MAX)


RATIO_MAX = 2**31 - 1
"""Bound of numerator and denominator: a remainder is below the denominator and fits 32 bits."""


def award(grams: int, ratio: Ratio, remainder: int) -> tuple[int, int]:
    """Points for `grams`, and the remainder (0 <= remainder < denominator) to carry to the next award.

    grams × numerator + remainder = points × denominator + new remainder: over many awards nothing is
    rounded away. A remainder belongs to one ratio; when a programme's rule changes it starts from 0 again.
    """
    return divmod(grams * ratio.numerator + remainder, ratio.denominator)
