"""Effects of the credits lane. One serial is one kilogram CO2e; ranges are (batch, first, last)."""

from typing import Literal

from tanhui.proofs.effects.parts import SerialRange, check_ranges
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Note, Quantity

Hold = Literal["offer", "lien", "freeze", "lock", "trust", "recall"]


@effect("credits.issued")
class CreditsIssued(Effect):
    """A verified quantity issued as one batch; the buffer's share is an entry of its own."""

    project: Id
    vintage: Id
    methodology: Id
    holder: Id
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("credits.transferred")
class CreditsTransferred(Effect):
    """Ranges changed hands."""

    sender: Id
    receiver: Id
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity
    transfer: Id
    """The offer, trade or order that moved them."""

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("credits.cancelled")
class CreditsCancelled(Effect):
    """Ranges taken out of use without a claim."""

    holder: Id
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity
    reason: Note

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("credits.held")
class CreditsHeld(Effect):
    """A hold stands on ranges: they neither move nor retire."""

    hold: Hold
    reference: Id
    holder: Id
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("credits.released")
class CreditsReleased(Effect):
    """A hold ends."""

    hold: Hold
    reference: Id
    holder: Id
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("credits.order_carried_out")
class OrderCarriedOut(Effect):
    """A court's or authority's order that moved units without their holder; the transfer stands beside it."""

    order: Id
    ground: Literal["judgment", "inheritance", "enforcement"]
    document: Digest
    holder: Id
    receiver: Id
    quantity_kg: Quantity


@effect("credits.merged")
class CreditsMerged(Effect):
    """Ranges that continue each other are one range now; no serial changed its holder or state."""

    holder: Id
    parts: Quantity
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)
