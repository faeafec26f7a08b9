"""Effects of the aggregates lane: whose reductions back which credits."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Quantity


@effect("aggregates.consents_changed")
class ConsentsChanged(Effect):
    """Holders assign their reductions from that day on, or end that. Root: RFC 6962 over the 16-byte accounts."""

    programme: Id
    step: Literal["given", "withdrawn"]
    day: Day
    count: Quantity
    accounts_root: Digest
    evidence: Digest


@effect("aggregates.opened")
class AggregateOpened(Effect):
    """A project sums assigned reductions of one programme."""

    project: Id
    programme: Id


@effect("aggregates.assigned")
class ReductionsAssigned(Effect):
    """Records of an activity batch back a period of credits; the rest of the batch is extinguished.

    `positions_root` is the RFC 6962 root over the records' indexes in the batch, each 4 bytes big-endian.
    """

    project: Id
    period: Id
    programme: Id
    batch: Id
    count: Quantity
    positions_root: Digest
    reduction_g: Quantity


@effect("aggregates.reduced")
class AssignmentReduced(Effect):
    """Assigned records were reversed: before the period was issued its sum shrank, afterwards a recall is due."""

    project: Id
    period: Id
    programme: Id
    batch: Id
    reduction_g: Amount
    issued: Literal["yes", "no"]
