"""Effects of the targets lane."""

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Version


@effect("targets.recorded")
class TargetRecorded(Effect):
    """A target as its document states it, with every place that states it."""

    target: Id
    year: Id
    document: Digest
    statements: Version
    """How many places of the text state it."""
    values: Version
    """How many different values they state; above 1, the document disagrees with itself."""
