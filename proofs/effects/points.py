"""Effects of the points lane. Amounts are whole points; lots keep issue and expiry wherever they move."""

from tanhui.proofs.effects.parts import PointsLot
from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Id, Note, Quantity, Version


@effect("points.issued")
class PointsIssued(Effect):
    """New points in one account; what repaid its debt is stated apart and makes no lot."""

    account: Id
    programme: Id
    programme_version: Version
    issue: Id
    points: Quantity
    expires: Day
    debt_repaid: Amount


@effect("points.transferred")
class PointsTransferred(Effect):
    """Lots moved from one account to another; of what arrived, `debt_repaid` went to the receiver's debt."""

    programme: Id
    sender: Id
    receiver: Id
    lots: tuple[PointsLot, ...]
    debt_repaid: Amount
    order: Id | None = None
    """The order that was carried out, where the transfer was forced."""


@effect("points.redeemed")
class PointsRedeemed(Effect):
    """Points burnt for a reward."""

    account: Id
    programme: Id
    lots: tuple[PointsLot, ...]
    reward: Id
    units: Quantity


@effect("points.cancelled")
class PointsCancelled(Effect):
    """Points given up by their holder, or taken by order."""

    account: Id
    programme: Id
    lots: tuple[PointsLot, ...]
    reason: Note
    order: Id | None = None
    """The order that was carried out, where they were taken."""


@effect("points.expired")
class PointsExpired(Effect):
    """Points whose last day has passed."""

    account: Id
    programme: Id
    lots: tuple[PointsLot, ...]


@effect("points.reversed")
class PointsReversed(Effect):
    """A wrong issue countered: what was still there is taken, what was spent becomes debt."""

    account: Id
    programme: Id
    issue: Id
    points: Quantity
    debt: Amount
    reason: Note


@effect("points.converted")
class PointsConverted(Effect):
    """Points of one programme burnt for points of another at an agreed whole-number ratio."""

    account: Id
    source_programme: Id
    lots: tuple[PointsLot, ...]
    target_account: Id
    target_programme: Id
    target_issue: Id
    target_points: Quantity
    target_expires: Day
    ratio_numerator: Quantity
    ratio_denominator: Quantity
    debt_repaid: Quantity | None = None
    """Of the target points, what repaid the target account's debt and made no lot."""
