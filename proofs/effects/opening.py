"""Effects of the opening lane: a former registry's units come here, once."""

from dataclasses import dataclass
from typing import Literal

from tanhui.proofs.effects.parts import SerialRange, check_ranges
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Quantity, Version


@effect("opening.announced")
class ManifestAnnounced(Effect):
    """A former registry's signed manifest was pinned: how many parts, and what they come to together."""

    registry: Id
    cut_off: Day
    import_until: Day
    document: Digest
    key: Digest
    balances: Amount
    batches: Amount
    points: Amount
    kilograms: Amount


@effect("opening.balances_imported")
class BalancesImported(Effect):
    """A chunk of balances is in the accounts. `lines_root`: RFC 6962 over its 28-byte lines."""

    registry: Id
    part: Amount
    programme: Id
    programme_version: Version
    issue: Id
    count: Quantity
    lines_root: Digest
    points: Quantity
    debt_repaid: Amount


@dataclass(frozen=True, slots=True)
class ImportedRange:
    """Serials with one holder and state at the cut-off."""

    holder: Id
    state: Literal["active", "retired", "cancelled"]
    range: SerialRange


@effect("opening.batch_imported")
class BatchImported(Effect):
    """A batch of a former registry stands here whole; its serial 1 was `first_serial` there."""

    registry: Id
    part: Amount
    batch: Id
    project: Id
    methodology: Id
    vintage: Id
    first_serial: Amount
    ranges: tuple[ImportedRange, ...]
    quantity_kg: Quantity

    def __post_init__(self) -> None:
        check_ranges(tuple(one.range for one in self.ranges), self.quantity_kg)
