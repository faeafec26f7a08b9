"""Effects of the activities lane: a batch is one entry, whatever its size."""

from dataclasses import dataclass
from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Quantity, Version


@dataclass(frozen=True, slots=True)
class RecordRejected:
    """A record of a batch that was not credited: its position, from 0, and why."""

    position: Amount
    code: Id


@effect("activities.recorded")
class ActivitiesRecorded(Effect):
    """A batch of activity records, credited together.

    `records_root` is the RFC 6962 root over the records as they stand in the batch's blob, `record_bytes`
    each: one of them can be opened alone (tanhui.proofs.records).
    """

    batch: Id
    programme: Id
    programme_version: Version
    scene: Id
    methodology: Id
    methodology_version: Version
    data_source: Id
    count: Quantity
    record_bytes: Quantity
    records_root: Digest
    reduction_g: Amount
    points: Amount
    debt_repaid: Amount
    expires: Day
    rejected: tuple[RecordRejected, ...] | None = None
    """Those of `count` that were not credited, None for none; they stand among the records too."""


@effect("activities.reversed")
class ActivitiesReversed(Effect):
    """Records of a batch countered: totals of what was taken back, and the root over their positions.

    `positions_root` is the RFC 6962 root over the reversed records' indexes in the batch, each 4 bytes
    big-endian.
    """

    batch: Id
    count: Quantity
    positions_root: Digest
    reduction_g: Amount
    points: Amount
    debt: Amount
    reason: Note


@effect("activities.source_changed")
class DataSourceChanged(Effect):
    """A data source was registered, got another Ed25519 key, or may sign no more."""

    source: Id
    organisation: Id
    key: Digest
    status: Literal["active", "revoked"]


@effect("activities.submitted")
class ActivitiesSubmitted(Effect):
    """A batch that waits for a review of its evidence: nothing is credited yet.

    `reduction_g` and `points` are what its records come to if the review lets all of them stand.
    """

    batch: Id
    programme: Id
    programme_version: Version
    scene: Id
    methodology: Id
    methodology_version: Version
    data_source: Id
    count: Quantity
    record_bytes: Quantity
    records_root: Digest
    reduction_g: Amount
    points: Amount
    rejected: tuple[RecordRejected, ...] | None = None
    """Those of `count` that will not be reviewed, None for none."""


@effect("activities.attested")
class EvidenceAttested(Effect):
    """A verifier's verdicts on a batch's evidence: before it was credited, or as a sample afterwards.

    `verdicts_root` is the RFC 6962 root over the packed verdicts, 71 bytes each; `refused` of `count` were
    turned down.
    """

    batch: Id
    programme: Id
    purpose: Literal["review", "sample"]
    verifier: Id
    model: Id
    model_version: Id
    count: Quantity
    refused: Amount
    verdicts_root: Digest


@effect("activities.credited")
class ActivitiesCredited(Effect):
    """What a review let stand was credited: the whole batch, or one record whose appeal was upheld.

    `issue` is that of the day of submission, `programme_version` the one in force at payment.
    """

    batch: Id
    programme: Id
    programme_version: Version
    issue: Id
    count: Quantity
    reduction_g: Amount
    points: Amount
    debt_repaid: Amount
    expires: Day


@effect("activities.rejected")
class ActivitiesRejected(Effect):
    """Nothing of a batch was credited after its review."""

    batch: Id
    programme: Id
    count: Quantity


@effect("activities.appealed")
class RecordAppealed(Effect):
    """A record's refusal was appealed, or the appeal was ruled."""

    batch: Id
    programme: Id
    position: Amount
    status: Literal["open", "upheld", "dismissed"]
    evidence: Digest
    reason: Note
