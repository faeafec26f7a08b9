"""Effects of the two-person rule, and of the founding that comes before every rule."""

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Digest, Id, Note, Quantity


@effect("registry.founded")
class RegistryFounded(Effect):
    """The registry has its first regulator; happens once."""

    organisation: Id
    msp_id: Id
    region: Id
    person: Id


@effect("proposals.made")
class ProposalMade(Effect):
    """One of two persons asks for `function`; nothing else has changed. `proposal` names the exact order."""

    proposal: Digest
    function: Id
    organisation: Id
    person: Id


@effect("proposals.approved")
class ProposalApproved(Effect):
    """The second person agrees; the effects that follow in this transaction are what was proposed."""

    proposal: Digest
    function: Id
    organisation: Id
    person: Id
    proposed_by: Id


@effect("proposals.rejected")
class ProposalRejected(Effect):
    """A proposal was turned down, or withdrawn by who made it, and can no longer be approved."""

    proposal: Digest
    function: Id
    organisation: Id
    person: Id
    reason: Note


@effect("requests.forgotten")
class RequestsForgotten(Effect):
    """Remembered requests of one day (YYYYMMDD) were deleted; their ids are refused by their day."""

    organisation: Id
    day: Id
    count: Quantity
