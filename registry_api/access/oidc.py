"""OpenID Connect: a signed token of a pinned issuer, and the identity in custody that it may speak for.

A JSON file lists the issuers that are trusted; no other issuer, audience, algorithm or identity is accepted, and
nothing that a token says can add to it (RFC 8725, 3.1, 3.8, 3.9):

    [{"issuer": "https://login.example", "audience": "tanhui", "algorithms": ["ES256"],
      "jwks_file": "/etc/tanhui/login.jwks.json", "identities": ["operator-recorder"],
      "identity_claim": "tanhui_identity", "scope_claim": "scope"}]

Keys come from a file, read again when it is replaced; fetching them is left to the operator's own timer, so that no
token makes this server call out. With a `sign_in` an issuer's people sign in to the portal by redirect, too
(oidc_sign_in.py); its endpoints are pinned in the same file:

    "sign_in": {"id": "login", "name": "统一身份认证", "client_id": "tanhui-portal",
                "client_secret_file": "/etc/tanhui/login.secret",
                "authorization_endpoint": "https://login.example/authorize",
                "token_endpoint": "https://login.example/token",
                "end_session_endpoint": "https://login.example/logout"}

Where the issuer announces an `end_session_endpoint` (OpenID Connect RP-Initiated Logout 1.0), who signs out here signs
out there, too, and comes back to the public address, which the issuer must know as a post_logout_redirect_uri.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from tanhui.registry_api.access.scopes import is_scope

TOKEN_CHARACTERS_MAX: Final = 8_192
LEEWAY_S: Final = 30
"""How far the issuer's clock may be off."""
LIFETIME_S_MAX: Final = 86_400
"""A token that lives longer is not accepted: it could not be revoked."""

Algorithm = Literal["ES256", "ES384", "RS256", "PS256", "EdDSA"]
"""Signatures only: a shared secret or `none` can never be pinned."""


def _endpoint(url: str) -> str:
    """HTTPS, or this machine."""
    parts = urlsplit(url)
    near = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not (parts.scheme == "https" or near) or not parts.hostname or parts.fragment or parts.username:
        raise ValueError(f"{url[:120]!r}: must be https with a host, without user and fragment")
    return url


Endpoint = Annotated[str, Field(max_length=500), AfterValidator(_endpoint)]


_UNREADABLE: Final = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
"""What reading a token may raise, whatever a stranger made it of: nested too deep, a time that is no number."""


class SignIn(BaseModel):
    """How people of an issuer sign in to the portal by redirect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    """Its place in the portal's addresses."""
    name: Annotated[str, Field(min_length=1, max_length=80)]
    """What people call it; on the sign-in page."""
    client_id: Annotated[str, Field(min_length=1, max_length=300)]
    client_secret_file: Path | None = None
    """Without one the portal is a public client, and PKCE alone binds the code to it."""
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    end_session_endpoint: Endpoint | None = None
    """Where people sign out; None where the issuer announces none: then only the portal's own session ends."""
    scopes: tuple[Annotated[str, Field(pattern=r"^[!#-\[\]-~]{1,80}$")], ...] = ("openid",)
    """What is asked for; among them what makes the issuer put `scope_claim` and `identity_claim` into its tokens."""


class Issuer(BaseModel):
    """One trusted issuer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, Field(min_length=1, max_length=300)]
    audience: Annotated[str, Field(min_length=1, max_length=300)]
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)]
    jwks_file: Path
    identities: Annotated[tuple[str, ...], Field(min_length=1, max_length=1_000)]
    """The identities that this issuer's tokens may name; an organisation's issuer names its own alone."""
    identity_claim: str = "tanhui_identity"
    scope_claim: str = "scope"
    sign_in: SignIn | None = None


@dataclass(frozen=True, slots=True)
class TokenIdentity:
    """What a good token says."""

    subject: str
    identity: str
    scopes: tuple[str, ...]
    expires: int


class TokenRefused(Exception):  # noqa: N818  says why
    """A token that is not accepted; the text is for the log, not for its bearer."""


def read_issuers(path: Path) -> tuple[Issuer, ...]:
    """The issuers in a file. Raises pydantic.ValidationError, OSError."""
    return TypeAdapter(tuple[Issuer, ...]).validate_json(path.read_bytes())


class TokenVerifier:
    """Judges tokens by pinned issuers."""

    def __init__(self, issuers: tuple[Issuer, ...], now: Callable[[], float]) -> None:
        self._issuers = {issuer.issuer: issuer for issuer in issuers}
        self._now = now
        self._keys: dict[str, tuple[int, KeySet]] = {}

    def verify(self, token: str) -> TokenIdentity:
        """Who a token speaks for.

        Raises:
            TokenRefused: too long, of an unknown issuer, badly signed, expired, for others, or for no identity.
        """
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise TokenRefused(f"{len(token)} characters")
        issuer = self._issuer(token)
        claims = self.claims(token, issuer, issuer.audience)
        identity = claims.get(issuer.identity_claim)
        if not isinstance(identity, str) or identity not in issuer.identities:
            raise TokenRefused(f"{issuer.identity_claim}: {identity!r} is none of this issuer's")
        said = claims.get(issuer.scope_claim, "")
        scopes = tuple(word for word in str(said).split()[:64] if is_scope(word))
        return TokenIdentity(f"{issuer.issuer} {claims['sub']}"[:300], identity, scopes, int(claims["exp"]))

    def claims(self, token: str, issuer: Issuer, audience: str) -> dict[str, Any]:
        """What a token of this issuer for this audience says. Raises TokenRefused."""
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise TokenRefused(f"{len(token)} characters")
        try:
            decoded = jwt.decode(token, self._keys_of(issuer), algorithms=list(issuer.algorithms))
            self._require_claims(issuer, audience, decoded.claims)
        except (JoseError, *_UNREADABLE) as error:
            raise TokenRefused(f"{type(error).__name__}: {error}") from error
        return decoded.claims

    def _issuer(self, token: str) -> Issuer:
        """Whose keys to take; the claim is only believed when they verify the token."""
        try:
            named = json.loads(_decode_segment(token.split(".")[1]))["iss"]
        except _UNREADABLE as error:
            raise TokenRefused("no token") from error
        found = self._issuers.get(named) if isinstance(named, str) else None
        if found is None:
            raise TokenRefused(f"issuer {str(named)[:200]!r}")
        return found

    def _require_claims(self, issuer: Issuer, audience: str, claims: dict[str, Any]) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer.issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(claims)
        if int(claims["exp"]) - int(claims["iat"]) > LIFETIME_S_MAX:
            raise ValueError(f"lives longer than {LIFETIME_S_MAX} s")

    def _keys_of(self, issuer: Issuer) -> KeySet:
        try:
            changed_at = issuer.jwks_file.stat().st_mtime_ns
            known = self._keys.get(issuer.issuer)
            if known is None or known[0] != changed_at:
                read = KeySet.import_key_set(json.loads(issuer.jwks_file.read_bytes()))
                known = (changed_at, read)
                self._keys[issuer.issuer] = known
        except OSError as error:
            raise TokenRefused(f"keys of {issuer.issuer} cannot be read") from error
        return known[1]


def _decode_segment(segment: str) -> bytes:
    from base64 import urlsafe_b64decode  # noqa: PLC0415  one use

    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
