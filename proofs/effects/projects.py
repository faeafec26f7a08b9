"""Effects of the projects lane."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Id, Note


@effect("projects.status_changed")
class ProjectStatusChanged(Effect):
    """A project reached a state."""

    project: Id
    owner: Id
    methodology: Id
    status: Literal[
        "draft",
        "listed",
        "validated",
        "registered",
        "monitoring",
        "closed",
        "rejected",
        "suspended",
        "deregistered",
    ]
    reason: Note | None = None


@effect("projects.period_changed")
class MonitoringPeriodChanged(Effect):
    """A monitoring period reached a state with the quantity stated at it."""

    project: Id
    period: Id
    first_day: Day
    last_day: Day
    status: Literal["submitted", "verified", "returned", "approved", "issued"]
    reduction_kg: Amount
