"""Energy and carbon of an institution's year: conversion, which reading counts, alerts, audits, ranks.

Quantities are summed in their own unit (Wh, litres, grams of coal equivalent) and converted once, so that
no rounding happens per reading (domain.md, Units).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final

import msgspec

from tanhui.chaincode.rules.errors import budgets as codes
from tanhui.chaincode.rules.quantities import BASIS_POINTS_WHOLE

AUDIT_GCE_MIN: Final = 300_000_000
"""300 tonnes of coal equivalent a year (Shanghai 二(四))."""
AUDIT_FLOOR_M2_MIN: Final = 5_000
"""建筑面积 5000 平方米及以上 (Shanghai 二(四))."""
RATIO_PART_MAX: Final = 10**12

RatioPart = Annotated[int, msgspec.Meta(ge=1, le=RATIO_PART_MAX)]
Numerator = Annotated[int, msgspec.Meta(ge=0, le=RATIO_PART_MAX)]


class Ratio(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one unit makes, as a fraction of whole numbers."""

    numerator: Numerator
    denominator: RatioPart

    def of(self, quantity: int) -> int:
        """The whole grams in `quantity`, rounded down."""
        return quantity * self.numerator // self.denominator


def counting(quantities: Sequence[int], decided: int | None) -> tuple[int, bool]:
    """Which reading counts (its index), and whether that is settled.

    Readings that agree settle themselves. Until readings that disagree are decided, the largest counts: a
    conflict never makes an institution look better.
    """
    assert quantities
    if decided is not None:
        return decided, True
    largest = max(range(len(quantities)), key=lambda at: (quantities[at], -at))
    return largest, len(set(quantities)) == 1


def converted(sums: Mapping[str, int], ratios: Mapping[str, Ratio]) -> int:
    """Grams in the sums of quantities by factor; each sum is rounded down once."""
    return sum(ratios[factor].of(total) for factor, total in sums.items())


def crossed(limit: int, before: int, now: int, thresholds: Iterable[int]) -> tuple[int, ...]:
    """Thresholds, in basis points of the limit, that use reached as it went from `before` to `now`."""
    return tuple(
        one for one in thresholds if before * BASIS_POINTS_WHOLE < limit * one <= now * BASIS_POINTS_WHOLE
    )


def require_thresholds(thresholds: Sequence[int]) -> None:
    """Refuse thresholds that do not rise.

    Raises:
        Refusal: budgets.thresholds.
    """
    if list(thresholds) != sorted(set(thresholds)):
        raise codes.THRESHOLDS.at("thresholds", ",".join(map(str, thresholds)))


def audit_due(gce: int, floor_m2: int) -> bool:
    """Whether an energy audit (能源审计) is due: 300 tce a year, or 5,000 m² (Shanghai 二(四))."""
    return gce >= AUDIT_GCE_MIN or floor_m2 >= AUDIT_FLOOR_M2_MIN


def ranks(uses: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The rank, from 1, of each (use, base) by use per base, least first; equals share a rank.

    Compared as fractions, without division. Those without a base come last.
    """
    return tuple(1 + sum(_less(other, one) for other in uses) for one in uses)


def _less(left: tuple[int, int], right: tuple[int, int]) -> bool:
    if 0 in (left[1], right[1]):
        return left[1] > 0 and right[1] == 0
    return left[0] * right[1] < right[0] * left[1]
