"""Effects of mutual recognition: what one region proves to the other.

Each names the terms by their hash, which covers both ledgers' genesis hashes, so that none of them means
anything to a third ledger or under another version. Quantities are in source units: points, or kilograms.
"""

from dataclasses import dataclass
from typing import Literal

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
        if self.last < self.first:
            raise FormatError("effect.range", f"serials {self.first} to {self.last} of {self.batch}")

    @property
    def range(self) -> SerialRange:
        """Where the serials lie."""
        return SerialRange(self.batch, self.first, self.last)


def portions_in(portions: tuple[Portion, ...]) -> int:
    """Points in portions."""
    return sum(one.points for one in portions)


@effect("recognition.agreement_proposed")
class AgreementProposed(Effect):
    """Two persons of this region's regulator agreed to terms: one half of a co-signed agreement."""

    agreement: Id
    version: Version
    terms: Digest
    genesis: Digest
    """Of the ledger that says so."""
    partner: Digest
    """Genesis hash of the ledger with which it is agreed."""
    anchors: Digest
    """Fingerprint of the anchors by which the partner's proofs are judged here."""


@effect("recognition.agreement_concluded")
class AgreementConcluded(Effect):
    """Both regulators agreed to the same terms; they are in force here."""

    agreement: Id
    version: Version
    terms: Digest


@effect("recognition.agreement_changed")
class AgreementChanged(Effect):
    """The agreement was suspended, resumed or ended by this region."""

    agreement: Id
    status: Literal["in_force", "suspended", "ended"]
    reason: Note


@effect("recognition.anchors_rotated")
class AnchorsRotated(Effect):
    """The partner's keepers replaced its anchors, and this region's regulator took them over."""

    agreement: Id
    number: Version
    anchors: Digest


@effect("recognition.points_locked")
class PointsLocked(Effect):
    """Points of one account left it for the same person's account in the other region, and are in flight."""

    terms: Digest
    agreement: Id
    transfer: Id
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
class CreditsLocked(Effect):
    """A holder's units are locked here for a receiver in the other region, and are in flight."""

    terms: Digest
    agreement: Id
    transfer: Id
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
class PointsMinted(Effect):
    """The other region's points stand in the same person's account here. `lots` are in target units."""

    terms: Digest
    agreement: Id
    transfer: Id
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
class CreditsMinted(Effect):
    """The other region's units stand here: as mirrors with their serials, or, come home, as themselves.

    `ranges` name batches of this ledger: a mirror's, or the batch that they were issued in.
    """

    terms: Digest
    agreement: Id
    transfer: Id
    holder: Id
    ranges: tuple[SerialRange, ...]
    quantity: Quantity
    seconds: Quantity
    """The mint's timestamp, as for points."""

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity)


@effect("recognition.aborted")
class TransferAborted(Effect):
    """A tombstone: this region will never mint that transfer."""

    terms: Digest
    agreement: Id
    transfer: Id
    reason: Note
    seconds: Quantity
    """The tombstone's timestamp, as for a mint."""


@effect("recognition.points_finalised")
class PointsFinalised(Effect):
    """The other region minted: the locked points are burnt here."""

    terms: Digest
    agreement: Id
    transfer: Id
    quantity: Quantity


@effect("recognition.credits_finalised")
class CreditsFinalised(Effect):
    """The other region minted: the locked units are exported, and counted there only."""

    terms: Digest
    agreement: Id
    transfer: Id
    holder: Id
    """Whose they were."""
    ranges: tuple[SerialRange, ...]
    quantity: Quantity

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity)


@effect("recognition.points_unlocked")
class PointsUnlocked(Effect):
    """The other region will never mint: the points are back in their account."""

    terms: Digest
    agreement: Id
    transfer: Id
    programme: Id
    account: Id
    lots: tuple[PointsLot, ...]
    quantity: Quantity
    debt_repaid: Amount
    ruling: Digest | None = None
    """SHA256 of the arbiter's ruling, where it and not the other region excluded the mint."""


@effect("recognition.credits_unlocked")
class CreditsUnlocked(Effect):
    """The other region will never mint: the units are free again."""

    terms: Digest
    agreement: Id
    transfer: Id
    holder: Id
    ranges: tuple[SerialRange, ...]
    quantity: Quantity
    ruling: Digest | None = None

    def __post_init__(self) -> None:
        check_ranges(self.ranges, self.quantity)


@effect("recognition.statement_filed")
class StatementFiled(Effect):
    """Two persons of this region's regulator state what crossed one way in a period (statements/lines.py, Flow)."""

    agreement: Id
    source: Digest
    """Genesis hash of the ledger that the units left."""
    period: Id
    root: Digest
    """Of the tree of sums over the statement's lines (statements/sum_tree.py)."""
    lines: Amount
    opening: Amount
    out: Amount
    minted: Amount
    aborted: Amount
    closing: Amount


@effect("recognition.statement_cosigned")
class StatementCosigned(Effect):
    """The other region's regulator stated the same, by the proof of its own filing."""

    agreement: Id
    source: Digest
    period: Id
    root: Digest


@effect("recognition.mint_revoked")
class MintRevoked(Effect):
    """This region had minted what the arbiter then ruled never to be minted, and honours the ruling.

    What could be taken back was; the rest is debt (points), or a shortfall that this region owes (kilograms).
    """

    terms: Digest
    agreement: Id
    transfer: Id
    quantity: Quantity
    lots: tuple[PointsLot, ...]
    """Points taken from the account, in target units."""
    account: Id | None = None
    programme: Id | None = None
    debt: Quantity | None = None
    shortfall: Quantity | None = None
    ruling: Digest | None = None


@effect("recognition.dispute_opened")
class DisputeOpened(Effect):
    """A transfer is in question; where its units stand in this region, exactly those serials stand still.

    `parcels` name serials by the batch in which they were issued; empty for points, which are never frozen.
    """

    terms: Digest
    agreement: Id
    dispute: Id
    transfer: Id
    source: Digest
    """Genesis hash of the ledger that the transfer left."""
    parcels: tuple[Parcel, ...]
    evidence: Digest
    deadline: Day
    reason: Note


@effect("recognition.dispute_ruled")
class DisputeRuled(Effect):
    """The arbiter ruled: dismissed, or upheld with a compensating entry that netting takes up. Nothing is reversed."""

    terms: Digest
    agreement: Id
    dispute: Id
    transfer: Id
    outcome: Literal["dismissed", "upheld"]
    owed_by: Digest
    """Genesis hash of the ledger whose region owes; of the transfer's source where nothing is owed."""
    quantity: Amount
    """Source units owed."""
    ruling: Digest
    seconds: Quantity | None = None
    """When the arbiter ruled, by its own word: what is owed belongs to that period's netting."""
