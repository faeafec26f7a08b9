"""Effects of the insurance lane (碳保险)."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Quantity


@effect("insurance.changed")
class PolicyChanged(Effect):
    """A policy was offered, accepted, declined, claimed, settled in part or whole, or ended."""

    policy: Id
    insurer: Id
    insured: Id
    status: Literal["offered", "in_force", "declined", "claimed", "ended"]
    covered_kg: Quantity
    claimed_kg: Amount
    """What the open claim asks for; 0 without one."""
    first_day: Day
    last_day: Day
    document: Digest
    """The policy, or what shows the claim or its rejection."""
    recall: Id | None = None
    retirement: Id | None = None
