"""Who calls: what a key or token stands for, and the organisation whose identity acts."""

from dataclasses import dataclass
from typing import Final

from tanhui.chaincode.rules.roles import Role

SUPERVISORS: Final = frozenset({Role.REGULATOR.value, Role.AUDITOR.value})
"""Roles that read every organisation's objects; such reads are written down."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an identity's certificate says of it."""

    msp_id: str = ""
    organisation: str = ""
    roles: frozenset[str] = frozenset()
    person: str = ""


NOBODY: Final = Standing()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        key_id: of the access key, or issuer and subject of the token; for logs and limits.
        identity: the signing identity in custody that acts for its bearer.
        scopes: what the key may be used for.
        expires: seconds since 1970, 0 for never.
    """

    key_id: str
    identity: str
    standing: Standing
    scopes: tuple[str, ...]
    expires: int = 0

    @property
    def organisation(self) -> str:
        """The organisation that acts."""
        return self.standing.organisation

    @property
    def owner(self) -> str:
        """Whose the caller's uploads, jobs and webhooks are: its organisation's, as the ledger's request ids are.

        An identity without an organisation has its own.
        """
        return self.organisation or self.identity

    @property
    def supervises(self) -> bool:
        """Whether it may read what belongs to others."""
        return not SUPERVISORS.isdisjoint(self.standing.roles)
