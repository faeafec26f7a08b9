"""Effects of the conflicts lane: which activity at which site is counted where. A site is a SHA-256, hex."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Day, Digest, Id, Note


@effect("conflicts.sites_declared")
class SitesDeclared(Effect):
    """A project said what it does, and where; what it declared before no longer counts."""

    project: Id
    activity: Id
    sites: tuple[Id, ...]


@effect("conflicts.outside_changed")
class OutsideClaimChanged(Effect):
    """Another scheme counts a site from `first_day` to `last_day`, or does so no more."""

    activity: Id
    region: Id
    site: Id
    scheme: Literal[
        "ccer", "green_certificate", "green_power", "allowance", "province", "international", "other"
    ]
    reference: Id
    first_day: Day
    last_day: Day
    step: Literal["recorded", "withdrawn"]
    document: Digest
    reason: Note | None = None
