"""The invariant over both chains: locked + burned at the source = minted + in flight, in source units.

For each agreement, direction, methodology and vintage. Both figures come from the transfers that each ledger
holds; `tanhui audit ledger` proves on each chain alone that those agree with its history, ranges and accounts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Transfer = Mapping[str, Any]


class Kind(NamedTuple):
    """What the equation holds for."""

    agreement: str
    source: str
    """The region that units left."""
    methodology: str
    vintage: int


@dataclass(slots=True)
class Equation:
    """Quantities in source units."""

    locked: int = 0
    burned: int = 0
    unlocked: int = 0
    minted: int = 0
    in_flight: int = 0

    @property
    def balanced(self) -> bool:
        """Whether nothing was lost or doubled on the way."""
        return self.locked + self.burned == self.minted + self.in_flight


def equations(
    agreement: str, source: str, outgoing: Iterable[Transfer], incoming: Iterable[Transfer]
) -> dict[Kind, Equation]:
    """The equation of each methodology and vintage, of one direction.

    Args:
        agreement: its id.
        source: the region's name.
        outgoing: every transfer that the source's ledger holds.
        incoming: every transfer that the destination's ledger holds.
    """
    found: dict[Kind, Equation] = {}
    decided = {one["id"]: one["status"] for one in incoming}
    for one in outgoing:
        there = decided.get(one["id"], "open")
        for (methodology, vintage), quantity in parts(one).items():
            kind = Kind(agreement, source, methodology, vintage)
            equation = found.setdefault(kind, Equation())
            name = {"locked": "locked", "finalised": "burned", "unlocked": "unlocked"}[one["status"]]
            setattr(equation, name, getattr(equation, name) + quantity)
            # In flight: left, and neither minted nor given back. A tombstone is not yet the way home.
            if one["status"] == "locked" and there != "minted":
                equation.in_flight += quantity
    for one in incoming:
        for (methodology, vintage), quantity in parts(one).items():
            equation = found.setdefault(Kind(agreement, source, methodology, vintage), Equation())
            equation.minted += quantity
    return found


def parts(transfer: Transfer) -> Counter[tuple[str, int]]:
    """Source units by methodology (or scene) and vintage."""
    found: Counter[tuple[str, int]] = Counter()
    for portion in transfer["portions"]:
        found[portion["source"], int(portion["vintage"])] += int(portion["points"])
    for parcel in transfer["parcels"]:
        quantity = int(parcel["last"]) - int(parcel["first"]) + 1
        found[parcel["methodology"], int(parcel["vintage"])] += quantity
    return found
