"""Effects of the trusts lane (碳信托): who holds for whom, beside the transfers that moved the units."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Digest, Id


@effect("trusts.changed")
class TrustChanged(Effect):
    """A trust was offered, settled, declined, paid out in part, given a new trustee, or ended."""

    trust: Id
    settlor: Id
    trustee: Id
    beneficiary: Id
    status: Literal["offered", "settled", "declined", "ended"]
    remaining_kg: Amount
    """What stands in trust afterwards."""
    deed: Digest
    order: Id | None = None
    """The order by which a trustee was replaced."""
