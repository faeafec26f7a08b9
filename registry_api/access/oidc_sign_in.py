"""Signing in by redirect: OpenID Connect's authorization code flow with PKCE (RFC 6749, RFC 7636, RFC 9700).

    browser → /sign-in/with/ID → issuer's authorization_endpoint (state, nonce, code_challenge S256)
    issuer  → /sign-in/with/ID/callback?code&state → token_endpoint (code, code_verifier) → id_token, access_token

The ID token says that this very sign-in was answered: pinned issuer, algorithms and keys, our client_id, our nonce.
What the portal presents to the API from then on is the access token, which TokenVerifier judges as it does every
client's. Both must speak of the same subject. Nothing is looked up by discovery: both endpoints are pinned (oidc.py).
"""

import asyncio
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx2 as httpx
import msgspec

from tanhui.registry_api.access.oidc import Issuer, SignIn, TokenRefused, TokenVerifier

PENDING_S: Final = 600
"""How long a person may take at the issuer."""
TIMEOUT_S: Final = 10.0
ANSWER_BYTES_MAX: Final = 64 << 10
CODE_CHARACTERS_MAX: Final = 2_000
SECRET_BYTES: Final = 32


class SignInRefused(Exception):  # noqa: N818  says why
    """A sign-in that did not come to its end; the text is for the log, not for the person."""


class Pending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sign-in under way, as the browser that began it keeps it. `began` is seconds since 1970."""

    provider: str
    state: str
    nonce: str
    verifier: str
    to: str
    began: int


class Entered(msgspec.Struct, frozen=True):
    """Who has signed in: the access token for the API, and the ID token that names the issuer's own session."""

    access_token: str
    id_token: str


class RedirectSignIn:
    """Signs people in with the issuers that have a `sign_in`.

    Args:
        issuers: the trusted ones.
        verifier: judges their tokens.
        origin: where issuers send people back to: the registry's public address.
    """

    def __init__(
        self,
        issuers: tuple[Issuer, ...],
        verifier: TokenVerifier,
        origin: str,
        now: Callable[[], float],
    ) -> None:
        self._issuers = {one.sign_in.id: one for one in issuers if one.sign_in is not None}
        if self._issuers and not origin:
            raise ValueError(
                "public_url: must be set where people sign in by redirect: issuers send them back to it"
            )
        self._verifier = verifier
        self._origin = origin
        self._now = now

    @property
    def providers(self) -> list[SignIn]:
        """Who can be signed in with, in the order of their ids."""
        return [issuer.sign_in for _, issuer in sorted(self._issuers.items()) if issuer.sign_in is not None]

    def begin(self, provider: str, to: str) -> tuple[str, Pending]:
        """Where the person goes, and what their browser keeps meanwhile. Raises KeyError for an unknown provider."""
        known = _sign_in_of(self._issuers[provider])
        state, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
        pending = Pending(provider, state, nonce, verifier, to, int(self._now()))
        query = {
            "response_type": "code",
            "client_id": known.client_id,
            "redirect_uri": self._callback(provider),
            "scope": " ".join(known.scopes),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge_of(pending.verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in known.authorization_endpoint else "?"
        return f"{known.authorization_endpoint}{joint}{urlencode(query)}", pending

    def end(self, provider: str, id_token: str) -> str:
        """Where the person goes to sign out at the issuer, too (OpenID Connect RP-Initiated Logout 1.0, 2).

        "" where the issuer announces no such place, or is trusted no more.
        """
        issuer = self._issuers.get(provider)
        known = None if issuer is None else issuer.sign_in
        if known is None or known.end_session_endpoint is None or not id_token:
            return ""
        query = {
            "id_token_hint": id_token,
            "client_id": known.client_id,
            "post_logout_redirect_uri": f"{self._origin}/",
        }
        joint = "&" if "?" in known.end_session_endpoint else "?"
        return f"{known.end_session_endpoint}{joint}{urlencode(query)}"

    async def finish(self, provider: str, pending: Pending, query: Mapping[str, str]) -> Entered:
        """The tokens, when the issuer's answer is the one to `pending`.

        Raises:
            SignInRefused: an answer to another request, late, an error, or tokens that are not good.
        """
        issuer = self._issuers.get(provider)
        if issuer is None or pending.provider != provider:
            raise SignInRefused(f"provider {provider[:40]!r}")
        if not hmac.compare_digest(query.get("state", "").encode(), pending.state.encode()):
            raise SignInRefused("state")
        if not 0 <= self._now() - pending.began <= PENDING_S:
            raise SignInRefused("late")
        if query.get("iss", issuer.issuer) != issuer.issuer:  # RFC 9207
            raise SignInRefused(f"iss {query['iss'][:120]!r}")
        code = query.get("code", "")
        if query.get("error") or not 0 < len(code) <= CODE_CHARACTERS_MAX:
            raise SignInRefused(f"error {query.get('error', 'no code')[:80]!r}")
        answer = await self._exchange(_sign_in_of(issuer), provider, code, pending.verifier)
        try:
            return self._judged(issuer, answer, pending.nonce)
        except TokenRefused as refused:
            raise SignInRefused(str(refused)) from refused

    def _judged(self, issuer: Issuer, answer: Mapping[str, Any], nonce: str) -> Entered:
        access, identity = answer.get("access_token"), answer.get("id_token")
        if not isinstance(access, str) or not isinstance(identity, str):
            raise TokenRefused("no access_token or id_token")
        client = _sign_in_of(issuer).client_id
        said = self._verifier.claims(identity, issuer, client)
        if not hmac.compare_digest(str(said.get("nonce", "")).encode(), nonce.encode()):
            raise TokenRefused("nonce")
        # OpenID Connect Core 3.1.3.7: a token for several audiences names the one that it was issued to.
        if ((isinstance(said["aud"], list) and len(said["aud"]) > 1) or "azp" in said) and said.get(
            "azp"
        ) != client:
            raise TokenRefused("azp")
        self._verifier.verify(access)
        if self._verifier.claims(access, issuer, issuer.audience)["sub"] != said["sub"]:
            raise TokenRefused("the tokens are of two subjects")
        return Entered(access, identity)

    async def _exchange(self, known: SignIn, provider: str, code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback(provider),
            "client_id": known.client_id,
            "code_verifier": verifier,
        }
        secret = await asyncio.to_thread(_secret, known.client_secret_file)
        auth = httpx.BasicAuth(known.client_id, secret) if secret else None
        try:
            async with (
                httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", known.token_endpoint, data=form, auth=auth) as response,
            ):
                content = b""
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > ANSWER_BYTES_MAX:
                        raise SignInRefused(f"token endpoint: more than {ANSWER_BYTES_MAX} bytes")
        except httpx.HTTPError as error:
            raise SignInRefused(f"token endpoint: {type(error).__name__}") from error
        if response.status_code != 200:
            raise SignInRefused(f"token endpoint: {response.status_code}")
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise SignInRefused("token endpoint: no JSON") from error
        if not isinstance(answer, dict) or str(answer.get("token_type", "")).lower() != "bearer":
            raise SignInRefused("token endpoint: no bearer token")
        return answer

    def _callback(self, provider: str) -> str:
        return f"{self._origin}/sign-in/with/{provider}/callback"


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def _sign_in_of(issuer: Issuer) -> SignIn:
    if issuer.sign_in is None:
        raise KeyError(issuer.issuer)
    return issuer.sign_in


def _secret(path: Path | None) -> str:
    return path.read_text("utf-8").strip() if path is not None else ""
