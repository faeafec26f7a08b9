"""Effects of the governance lanes: organisations, roles, programmes, methodologies."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Amount, Day, Digest, Id, Note, Quantity, Version


@effect("organisations.registered")
class OrganisationRegistered(Effect):
    """An organisation may act from now on, in the roles named."""

    organisation: Id
    msp_id: Id
    region: Id
    roles: tuple[Id, ...]


@effect("organisations.status_changed")
class OrganisationStatusChanged(Effect):
    """An organisation was suspended, made active again, or closed."""

    organisation: Id
    status: Literal["active", "suspended", "closed"]
    reason: Note


@effect("organisations.roles_changed")
class OrganisationRolesChanged(Effect):
    """An organisation's roles are those named."""

    organisation: Id
    roles: tuple[Id, ...]
    reason: Note


@effect("programmes.status_changed")
class ProgrammeStatusChanged(Effect):
    """A programme's version reached a state; `rules` is the SHA256 of its canonical rules."""

    programme: Id
    version: Version
    status: Literal["draft", "in_force", "suspended", "closed"]
    rules: Digest


@effect("methodologies.status_changed")
class MethodologyStatusChanged(Effect):
    """A methodology's version reached a state; `formula` is the SHA256 of its canonical form."""

    methodology: Id
    version: Version
    status: Literal["draft", "assessed", "filed", "suspended", "superseded", "retired"]
    formula: Digest


@effect("programmes.conversion_agreed")
class ConversionAgreed(Effect):
    """Points of one programme may be converted into another's until a day; `cap` 0 is none."""

    source_programme: Id
    target_programme: Id
    ratio_numerator: Quantity
    ratio_denominator: Quantity
    cap: Amount
    until: Day
    cap_per_day: Quantity | None = None
    """Source points that one account converts in a day, None for no cap."""
