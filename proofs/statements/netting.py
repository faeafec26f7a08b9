"""Who owes whom, apart from tonnes: mutual claims of several regions set off against each other.

What a region minted for another's units it has to honour, so the region that they left owes it their worth. Claims are
in one common unit (kilograms; points of one region, or whatever the regions agreed to count in).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """`debtor` owes `creditor` an amount."""

    debtor: str
    creditor: str
    amount: int


def positions(claims: Iterable[Claim]) -> dict[str, int]:
    """What each region is owed in all (positive) or owes (negative). They sum to nothing."""
    found: defaultdict[str, int] = defaultdict(int)
    for claim in claims:
        found[claim.debtor] -= claim.amount
        found[claim.creditor] += claim.amount
    return dict(sorted(found.items()))


def net(claims: Iterable[Claim]) -> list[Claim]:
    """The payments that leave every region with its position: fewer than there are regions, the same for everybody.

    The largest debtor pays the largest creditor, and names decide between equals.
    """
    left = positions(claims)
    paid = []
    while any(left.values()):
        debtor = min(left, key=lambda name: (left[name], name))
        creditor = min(left, key=lambda name: (-left[name], name))
        amount = min(-left[debtor], left[creditor])
        left[debtor] += amount
        left[creditor] -= amount
        paid.append(Claim(debtor, creditor, amount))
    return paid
