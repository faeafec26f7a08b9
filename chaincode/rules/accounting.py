"""Accounting data of credits by quantity and amount (财会〔2019〕22号, 碳排放权交易有关会计处理暂行规定).

The rule's disclosure table asks for what a period began with, what increased it (free, bought, otherwise), what
decreased it (used for compliance, sold, otherwise, voluntarily retired among it), and what it ended with.
Quantities are kilograms CO2e. Amounts are fen, at cost: what was bought costs its price; what was issued to the
organisation, or came without a price on the ledger, costs nothing, as allowances got for free are not booked.
What leaves takes its share of the pool at the month's weighted average (月末一次加权平均), which is the same
in whatever order the month's transactions were committed.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias

Month: TypeAlias = str
"""YYYY-MM in UTC+8."""


class Entry(StrEnum):
    """Why an organisation's active credits grew or shrank."""

    OPENING = "opening"
    """Brought along from a running scheme."""
    ISSUED = "issued"
    """Issued to it: its own projects, its part of a bundle, a buffer that it keeps."""
    PURCHASED = "purchased"
    RECEIVED = "received"
    """Without a price on the ledger: by transfer, order, trust, enforcement, compensation."""
    IMPORTED = "imported"
    """From another region."""
    USED = "used"
    """Retired to offset a quota (履约使用)."""
    RETIRED = "retired"
    """Retired for anything else (自愿注销)."""
    SOLD = "sold"
    DELIVERED = "delivered"
    """Without a price on the ledger."""
    CANCELLED = "cancelled"
    """Given up, cancelled by order, or recalled."""
    EXPORTED = "exported"
    """To another region."""


INCREASES = (Entry.OPENING, Entry.ISSUED, Entry.PURCHASED, Entry.RECEIVED, Entry.IMPORTED)
DECREASES = (Entry.USED, Entry.RETIRED, Entry.SOLD, Entry.DELIVERED, Entry.CANCELLED, Entry.EXPORTED)


class Moved(NamedTuple):
    """Kilograms, and the fen of a purchase or sale; 0 for every other entry."""

    quantity: int
    amount: int

    def plus(self, other: "Moved") -> "Moved":
        """Both together."""
        return Moved(self.quantity + other.quantity, self.amount + other.amount)


Movements: TypeAlias = Mapping[Entry, Moved]
"""What moved in a month, by entry; an entry that is absent is nothing."""

NOTHING = Moved(0, 0)


class Valued(NamedTuple):
    """One entry of a period: kilograms, what they cost, and what was paid or got for them."""

    quantity: int
    cost: int
    amount: int


class Stock(NamedTuple):
    """What is held: kilograms, and their cost in fen."""

    quantity: int
    cost: int


def net(movements: Movements) -> int:
    """Kilograms that increased the holding, less those that decreased it."""
    grown = sum(movements.get(entry, NOTHING).quantity for entry in INCREASES)
    return grown - sum(movements.get(entry, NOTHING).quantity for entry in DECREASES)


def value_month(held: Stock, movements: Movements) -> tuple[dict[Entry, Valued], Stock]:
    """A month's entries with their cost, and what is held after it.

    What left is costed at the average of opening stock and purchases, rounded down and never by more than is
    there; all of it, when nothing is left. The parts of what left add up to it to the fen.
    """
    lines: dict[Entry, Valued] = {}
    quantity, cost = held
    for entry in INCREASES:
        moved = movements.get(entry, NOTHING)
        price = moved.amount if entry is Entry.PURCHASED else 0
        lines[entry] = Valued(moved.quantity, price, moved.amount)
        quantity, cost = quantity + moved.quantity, cost + price
    left = [movements.get(entry, NOTHING) for entry in DECREASES]
    running = accumulate((moved.quantity for moved in left), initial=0)
    costs = [0 if quantity == 0 else cost * out // quantity for out in running]
    for entry, moved, (before, after) in zip(DECREASES, left, pairwise(costs), strict=True):
        lines[entry] = Valued(moved.quantity, after - before, moved.amount)
    out = sum(moved.quantity for moved in left)
    return lines, Stock(quantity - out, cost - costs[-1])


class Statement(NamedTuple):
    """A period: what it began with, its entries, and what it ended with."""

    opening: Stock
    entries: dict[Entry, Valued]
    closing: Stock


def statement(months: Iterable[tuple[Month, Movements]], first: Month, last: Month) -> Statement:
    """The statement of first..last out of every month since the beginning, in order."""
    held, opening = Stock(0, 0), Stock(0, 0)
    total = dict.fromkeys(Entry, Valued(0, 0, 0))
    for month, movements in months:
        if month > last:
            break
        lines, held = value_month(held, movements)
        if month < first:
            opening = held
            continue
        for entry, line in lines.items():
            known = total[entry]
            total[entry] = Valued(*(one + other for one, other in zip(known, line, strict=True)))
    return Statement(opening, total, held)
