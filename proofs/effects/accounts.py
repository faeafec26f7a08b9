"""Effects of the accounts lane."""

from typing import Literal

from tanhui.proofs.effects.schema import Effect, effect
from tanhui.proofs.effects.types import Id, Note


@effect("accounts.opened")
class AccountOpened(Effect):
    """An account exists from now on: a person's pseudonym, or an organisation's own."""

    account: Id
    operator: Id
    holder: Literal["person", "unit"]
    organisation: Id | None = None
    """The unit whose account it is; absent for a person."""
    programme: Id | None = None
    """The programme whose points it holds."""


@effect("accounts.frozen")
class AccountFrozen(Effect):
    """Nothing moves in or out until it is released."""

    account: Id
    reason: Note
    order: Id | None = None
    """The judicial or regulator's order cited, where there is one."""


@effect("accounts.unfrozen")
class AccountUnfrozen(Effect):
    """A freeze ends."""

    account: Id
    reason: Note
    order: Id | None = None


@effect("accounts.closed")
class AccountClosed(Effect):
    """The account ends and keeps its history."""

    account: Id
    reason: Note


@effect("accounts.unit_changed")
class AccountUnitChanged(Effect):
    """A person's account joined a unit's, or left it."""

    account: Id
    unit: Id | None = None
    """The unit account; absent when the person left."""
