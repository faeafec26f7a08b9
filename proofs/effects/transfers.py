"""Effects of a transfer between regions, half by half: left, arrived or never will, closed, taken back.

Each names the terms by their hash, which covers both ledgers' genesis hashes, so that none of them means
anything to a third ledger or under another version. Quantities are in source units: points, or kilograms.
"""

from dataclasses import dataclass

from tanhui.proofs.effects.parts import PointsLot, SerialRange, check_ranges, points_in
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Quantity, Version
from tanhui.proofs.errors import FormatError


@dataclass(frozen=True, slots=True)
class Portion:
    """Points of one lot that leave: where they were earned (methodology version or scene) and in which year."""

    source: Id
    vintage: Version
    issue: Id
    expires: Day
    points: Quantity


@dataclass(frozen=True, slots=True)
class Parcel:
    """Serials that leave, under the id of the batch in which their own region issued them.

    `origin` is the genesis hash of the ledger that issued them.
    """

    batch: Id
    origin: Digest
    project: Id
    methodology: Id
    vintage: Version
    first: Quantity
    last: Quantity

    def __post_init__(self) -> None:
        _ = self.range  # which refuses serials that run backwards

    @property
    def range(self) -> SerialRange:
        """Where the serials lie."""
        return SerialRange(self.batch, self.first, self.last)


def portions_in(portions: tuple[Portion, ...]) -> int:
    """Points in portions."""
    return sum(one.points for one in portions)


@dataclass(frozen=True, slots=True)
class OfTransfer(Effect):
    """What every one of them names."""

    terms: Digest
    agreement: Id
    transfer: Id


@dataclass(frozen=True, slots=True)
class OfUnits(OfTransfer):
    """Serials of a transfer, with whose they are or were."""

    holder: Id
    ranges: tuple[SerialRange, ...]
    quantity: Quantity

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity)


@effect("recognition.points_locked")
class PointsLocked(OfTransfer):
    """Points of one account left it for the same person's account in the other region, and are in flight."""

    programme: Id
    account: Id
    portions: tuple[Portion, ...]
    quantity: Quantity
    target_programme: Id
    target_account: Id
    target_quantity: Quantity
    person: Digest
    """The authority's pseudonym of the person, for this agreement."""
    binding: Digest
    """SHA256 of the signed statement that both accounts are this person's."""
    shard: Amount
    seconds: Quantity
    """The lock's timestamp, POSIX seconds: when caps, term and expiry were judged."""
    deadline: Quantity
    """From then on anybody may have it aborted."""

    def __post_init__(self) -> None:
        if portions_in(self.portions) != self.quantity:
            raise FormatError("effect.quantity", f"portions do not hold {self.quantity} points")


@effect("recognition.credits_locked")
class CreditsLocked(OfTransfer):
    """A holder's units are locked here for a receiver in the other region, and are in flight."""

    holder: Id
    parcels: tuple[Parcel, ...]
    quantity: Quantity
    receiver: Id
    shard: Amount
    seconds: Quantity
    deadline: Quantity

    def __post_init__(self) -> None:
        check_ranges(tuple(one.range for one in self.parcels), self.quantity)


@effect("recognition.points_minted")
class PointsMinted(OfTransfer):
    """The other region's points stand in the same person's account here. `lots` are in target units."""

    programme: Id
    account: Id
    lots: tuple[PointsLot, ...]
    quantity: Quantity
    target_quantity: Quantity
    debt_repaid: Amount
    seconds: Quantity
    """The mint's timestamp, POSIX seconds: by it both sides put the transfer into a statement's period."""

    def __post_init__(self) -> None:
        if points_in(self.lots) != self.target_quantity:
            raise FormatError("effect.quantity", f"lots do not hold {self.target_quantity} points")


@effect("recognition.credits_minted")
class CreditsMinted(OfUnits):
    """The other region's units stand here: as mirrors with their serials, or, come home, as themselves.

    `ranges` name batches of this ledger: a mirror's, or the batch that they were issued in.
    """

    seconds: Quantity
    """The mint's timestamp, as for points."""


@effect("recognition.aborted")
class TransferAborted(OfTransfer):
    """A tombstone: this region will never mint that transfer."""

    reason: Note
    seconds: Quantity
    """The tombstone's timestamp, as for a mint."""


@effect("recognition.points_finalised")
class PointsFinalised(OfTransfer):
    """The other region minted: the locked points are burnt here."""

    quantity: Quantity


@effect("recognition.credits_finalised")
class CreditsFinalised(OfUnits):
    """The other region minted: the locked units are exported, and counted there only."""


@effect("recognition.points_unlocked")
class PointsUnlocked(OfTransfer):
    """The other region will never mint: the points are back in their account."""

    programme: Id
    account: Id
    lots: tuple[PointsLot, ...]
    quantity: Quantity
    debt_repaid: Amount
    ruling: Digest | None = None
    """SHA256 of the arbiter's ruling, where it and not the other region excluded the mint."""


@effect("recognition.credits_unlocked")
class CreditsUnlocked(OfUnits):
    """The other region will never mint: the units are free again."""

    ruling: Digest | None = None


@effect("recognition.mint_revoked")
class MintRevoked(OfTransfer):
    """This region had minted what the arbiter then ruled never to be minted, and honours the ruling.

    What could be taken back was; the rest is debt (points), or a shortfall that this region owes (kilograms).
    """

    quantity: Quantity
    lots: tuple[PointsLot, ...]
    """Points taken from the account, in target units."""
    account: Id | None = None
    programme: Id | None = None
    debt: Quantity | None = None
    shortfall: Quantity | None = None
    ruling: Digest | None = None
