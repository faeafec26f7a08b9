"""Effects of the identity lane: that accounts were bound, and to what only as a root."""

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Note, Quantity


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


@effect("identity.nullifiers_bound")
class NullifiersBound(Effect):
    """Accounts of a programme got their nullifiers for slots of one group. Root: RFC 6962, 40 bytes each."""

    authority: Id
    programme: Id
    group: Id
    count: Quantity
    bindings_root: Digest


@effect("identity.nullifiers_pruned")
class NullifiersPruned(Effect):
    """Nullifiers of slots that nobody can claim any more are gone."""

    programme: Id
    group: Id
    count: Quantity
    bindings_root: Digest


@effect("identity.authority_changed")
class AuthorityChanged(Effect):
    """Another authority binds a group's claims from a month on, YYYY-MM."""

    group: Id
    before: Id
    authority: Id
    from_month: Id
    reason: Note
