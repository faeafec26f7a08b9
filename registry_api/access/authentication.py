"""From the Authorization header to the identity that acts (RFC 6750, bearer)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from tanhui.registry_api.access.keys import AccessKeys
from tanhui.registry_api.problems import UNAUTHENTICATED, Problem

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="tanhui"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the key's id, for the log, and the signing identity that acts for its bearer."""

    key_id: str
    identity: str


class Authenticator:
    """Knows callers by their access keys."""

    def __init__(self, keys: AccessKeys, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._now = now

    def require(self, request: Request) -> Caller:
        """The caller. Raises Problem (401) for a key that is missing, unknown or expired."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            entry = self._keys.find(token.strip(), int(self._now()))
            if entry is not None:
                return Caller(entry.id, entry.identity)
        raise Problem(UNAUTHENTICATED, name="Authorization", headers=_CHALLENGE)
