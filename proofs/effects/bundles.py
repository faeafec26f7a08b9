"""Effects of the bundles lane: who shares a project's units, in parts of a fixed whole."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Note, Quantity


@effect("bundles.formed")
class BundleFormed(Effect):
    """A project was opened to members; all `whole` parts are its owner's so far."""

    project: Id
    owner: Id
    whole: Quantity


@effect("bundles.changed")
class BundleChanged(Effect):
    """One organisation's step: its parts count from `joined` until `left` or `removed`."""

    project: Id
    organisation: Id
    parts: Quantity
    step: Literal["invited", "joined", "left", "removed"]
    boundary: Digest
    reason: Note | None = None
