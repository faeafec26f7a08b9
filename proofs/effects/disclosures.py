"""Effects of loan-rate disclosures (个人贷款利息优惠)."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Day, Digest, Id


@effect("disclosures.changed")
class DisclosureChanged(Effect):
    """A person's total was shown to one bank with consent, or that was revoked. The total is committed to only."""

    disclosure: Id
    programme: Id
    account: Id
    bank: Id
    until: Day
    status: Literal["shown", "revoked"]
    consent: Digest
    commitment: Digest
