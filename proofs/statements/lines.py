"""One line of a statement: one transfer, by facts that both ledgers know, and where it falls in a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from tanhui.proofs.canonical import encode
from tanhui.proofs.errors import FormatError
from tanhui.proofs.statements.periods import Period

Outcome: TypeAlias = Literal["open", "minted", "aborted"]

LEAF_PREFIX: Final = b"\x00"


class Flow(NamedTuple):
    """What crossed one way in a period, in source units: opening + out = minted + aborted + closing."""

    lines: int = 0
    opening: int = 0
    """In flight when the period began."""
    out: int = 0
    """Locked in the period."""
    minted: int = 0
    """Minted by the other side in the period."""
    aborted: int = 0
    """Excluded from minting in the period, and given back."""
    closing: int = 0
    """In flight when the period ended."""

    @property
    def balanced(self) -> bool:
        """Whether nothing appeared or vanished."""
        return self.opening + self.out == self.minted + self.aborted + self.closing

    def plus(self, other: "Flow") -> "Flow":
        """The sum of both, field by field."""
        return Flow._make(map(int.__add__, self, other))


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer. Quantities are in source units, times POSIX seconds: the lock's own, the settling side's own."""

    transfer: str
    terms: str
    """Hash of the terms under which it was locked, hex."""
    quantity: int
    locked: int
    outcome: Outcome = "open"
    settled: int = 0
    """When the destination minted or aborted it, or the arbiter ruled; 0 while it is open."""

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.locked < 0 or (self.settled == 0) != (self.outcome == "open"):
            raise FormatError("statement.line", f"transfer {self.transfer} contradicts itself")

    @property
    def ends(self) -> int | None:
        """When it was settled, never before it was locked: the two clocks may differ. None while it is open."""
        return None if self.outcome == "open" else max(self.settled, self.locked)

    def flow(self, period: Period) -> Flow | None:
        """What the line adds to a period; None when it was settled before, or locked after."""
        ends = self.ends
        if self.locked >= period.end or (ends is not None and ends < period.start):
            return None
        opened = self.locked < period.start
        closes = ends is None or ends >= period.end
        quantity = self.quantity
        return Flow(
            lines=1,
            opening=quantity if opened else 0,
            out=0 if opened else quantity,
            minted=quantity if not closes and self.outcome == "minted" else 0,
            aborted=quantity if not closes and self.outcome == "aborted" else 0,
            closing=quantity if closes else 0,
        )

    def at_end_of(self, period: Period) -> "Line":
        """The line as the period's end saw it: what was settled later was open then.

        So a statement says the same whenever it is drawn.
        """
        ends = self.ends
        if ends is None or ends < period.end:
            return self
        return Line(self.transfer, self.terms, self.quantity, self.locked)

    def encode(self) -> bytes:
        """Canonical JSON, numbers as decimal strings: what the statement's tree hashes."""
        return encode(
            {
                "locked": str(self.locked),
                "outcome": self.outcome,
                "quantity": str(self.quantity),
                "settled": str(self.settled),
                "terms": self.terms,
                "transfer": self.transfer,
            }
        )


def lines_of(period: Period, lines: Iterable[Line]) -> list[tuple[Line, Flow]]:
    """The lines that belong to a period, as its end saw them, with what each adds."""
    found = []
    for line in lines:
        flow = line.flow(period)
        if flow is not None:
            found.append((line.at_end_of(period), flow))
    return found
