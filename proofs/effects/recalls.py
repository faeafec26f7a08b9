"""Effects of recalls: which serials are in question, and what was replaced."""

from typing import Literal

from tanhui.proofs.effects.parts import SerialRange, check_ranges
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Day, Digest, Id, Note, Quantity


@effect("recalls.announced")
class RecallAnnounced(Effect):
    """Serials of one batch are recalled: a wrong factor, a reversed project, or an error of issuance."""

    recall: Id
    ground: Literal["factor", "reversal", "error"]
    project: Id
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity
    replace_by: Day
    document: Digest
    reason: Note

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("recalls.marked")
class RecallMarked(Effect):
    """Ranges of one holder are marked as recalled: the notice to that holder.

    Active units stand still from now on; a retired one's certificate says that it was recalled; the mirror of
    an exported one is the partner's to find.
    """

    recall: Id
    holder: Id
    state: Literal["active", "retired", "cancelled", "exported"]
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity
    replace_by: Day
    retirement: Id | None = None

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("recalls.replaced")
class RecallReplaced(Effect):
    """Other units were retired under the same certificate; beside the certificate it is not a retirement."""

    recall: Id
    retirement: Id
    holder: Id
    """Whose units replace."""
    source: Literal["owner", "buffer", "holder", "insurer"]
    ranges: tuple[SerialRange, ...]
    quantity_kg: Quantity
    certificate: Literal["recalled", "recalled_and_replaced"]
    """What the certificate says from now on."""

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity_kg)


@effect("recalls.compensated")
class RecallCompensated(Effect):
    """A holder whose units were cancelled got others; the transfer stands beside it."""

    recall: Id
    holder: Id
    source: Literal["owner", "buffer", "insurer"]
    quantity_kg: Quantity


@effect("recalls.acknowledged")
class RecallAcknowledged(Effect):
    """A holder says that it has seen the notice."""

    recall: Id
    holder: Id
    retirement: Id | None = None
