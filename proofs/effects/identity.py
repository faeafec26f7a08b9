"""Effects of the identity lane: that accounts were bound, and to what only as a root."""

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Quantity


@effect("identity.bound")
class AccountsBound(Effect):
    """Accounts of a programme were bound to their claim buckets for one exclusion group and month.

    `bindings_root` is the RFC 6962 root over the bindings as they were sent, 32 bytes each.
    """

    authority: Id
    programme: Id
    group: Id
    month: Id
    count: Quantity
    bindings_root: Digest
