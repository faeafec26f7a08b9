"""Effects of mergers of organisations."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Note


@effect("mergers.changed")
class MergerChanged(Effect):
    """An organisation is merged into its successor: begun, abandoned, or finished."""

    organisation: Id
    successor: Id
    status: Literal["begun", "abandoned", "finished"]
    document: Digest
    reason: Note


@effect("mergers.right_moved")
class RightMoved(Effect):
    """The successor is party of something instead; a transfer of units stands beside it where some moved."""

    organisation: Id
    successor: Id
    right: Id
    """offer, trade, listing, intent, pledge, trust, policy, project, programme, energy_contract or account."""
    reference: Id
