"""What an account keeps for the activities lane: fractions of points, and the slots it claimed.

The tail of the account's record, packed:

| bytes | field |
| --- | --- |
| 1 | how many fractions |
| 4 + 4 each | denominator, and how many parts of a point of it wait (fewer than the denominator) |
| 8 each | claimed slots (slots.py), in the order in which they were claimed |

An empty tail has neither. Fractions of one denominator add up whichever scene they come from.
"""

from struct import Struct

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.slots import prune

FRACTIONS_MAX = 255
_FRACTION = Struct(">II")


class Claims:
    """One account's claims while a batch is worked through."""

    __slots__ = ("fractions", "slots")

    def __init__(self, tail: bytes = b"") -> None:
        count = tail[0] if tail else 0
        end = 1 + 8 * count
        self.fractions: dict[int, int] = dict(_FRACTION.iter_unpack(tail[1:end])) if count else {}
        self.slots = tail[end:]

    def encode(self) -> bytes:
        """The packed tail; fractions of nothing are left out."""
        waiting = sorted((of, parts) for of, parts in self.fractions.items() if parts)[:FRACTIONS_MAX]
        if not waiting and not self.slots:
            return b""
        return bytes((len(waiting),)) + b"".join([_FRACTION.pack(*one) for one in waiting]) + self.slots

    def forget_before(self, today: Day) -> None:
        """Drop the slots that nobody can claim any more."""
        self.slots = prune(self.slots, today)
