"""From the Authorization header to the identity that acts (RFC 6750, bearer): an access key, or an OIDC token."""

import time
from collections.abc import Callable, Mapping

import structlog
from fastapi import Request

from tanhui.registry_api.access.caller import NOBODY, Caller, Standing
from tanhui.registry_api.access.keys import PREFIX, AccessKeys
from tanhui.registry_api.access.oidc import TokenRefused, TokenVerifier
from tanhui.registry_api.access.rates import Rates
from tanhui.registry_api.access.scopes import READ, permits
from tanhui.registry_api.problems import FORBIDDEN, UNAUTHENTICATED, Problem

__all__ = ["Authenticator", "Caller", "require_scope"]

_log = structlog.get_logger(__name__)
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="tanhui"'}
AUTHORIZATION_CHARACTERS_MAX = 8_300


def require_scope(caller: Caller, scope: str) -> None:
    """Raises Problem (403) when the caller's key does not cover `scope`."""
    if not permits(caller.scopes, scope):
        raise Problem(FORBIDDEN, name="scope", value=scope)


class Authenticator:
    """Knows callers by their access keys and tokens, and counts their calls.

    Args:
        standings: what the certificates of the identities in custody say.
        tokens: judges tokens of pinned issuers; None accepts no token.
        rates: how often each may call; None counts nothing.
    """

    def __init__(
        self,
        keys: AccessKeys,
        now: Callable[[], float] = time.time,
        *,
        standings: Mapping[str, Standing] | None = None,
        tokens: TokenVerifier | None = None,
        rates: Rates | None = None,
    ) -> None:
        self._keys = keys
        self._now = now
        self._standings = standings or {}
        self._tokens = tokens
        self._rates = rates

    def require(self, request: Request, scope: str = READ) -> Caller:
        """The caller, if the key covers `scope`.

        Raises:
            Problem: 401 for a key that is missing, unknown or expired, 403 without the scope, 429 past its rate.
        """
        caller = self.authenticate(request)
        require_scope(caller, scope)
        return caller

    def authenticate(self, request: Request) -> Caller:
        """The caller, whatever the key may be used for. Raises Problem (401, 429)."""
        address = request.client.host if request.client else ""
        if self._rates is not None:
            self._rates.require_trustworthy(address)
        caller = self._caller(request.headers.get("authorization", ""))
        if caller is None:
            if self._rates is not None:
                self._rates.count_failure(address)
            raise Problem(UNAUTHENTICATED, name="Authorization", headers=_CHALLENGE)
        request.state.caller = caller
        if self._rates is not None:
            self._rates.count_request(caller.key_id)
        return caller

    def still_knows(self, request: Request, caller: Caller) -> bool:
        """Whether what a long answer began with still stands: neither expired nor revoked, the same rights."""
        return self._caller(request.headers.get("authorization", "")) == caller

    def _caller(self, header: str) -> Caller | None:
        scheme, _, credentials = header.partition(" ")
        token = credentials.strip()
        if scheme.lower() != "bearer" or len(header) > AUTHORIZATION_CHARACTERS_MAX:
            return None
        if token.startswith(PREFIX):
            entry = self._keys.find(token, int(self._now()))
            if entry is None:
                return None
            return Caller(
                entry.id, entry.identity, self.standing_of(entry.identity), entry.scopes, entry.expires
            )
        return self._by_token(token)

    def _by_token(self, token: str) -> Caller | None:
        if self._tokens is None:
            return None
        try:
            said = self._tokens.verify(token)
        except TokenRefused as refused:
            _log.info("access.token_refused", reason=str(refused)[:300])
            return None
        return Caller(said.subject, said.identity, self.standing_of(said.identity), said.scopes, said.expires)

    def standing_of(self, identity: str) -> Standing:
        """What an identity's certificate says; nothing for one that is not in custody."""
        return self._standings.get(identity, NOBODY)
