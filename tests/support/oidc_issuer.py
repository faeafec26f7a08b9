"""A small OpenID Connect issuer on loopback: it answers an authorization request at once, and exchanges the code."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT, SECRET, AUDIENCE = "tanhui-portal", "s3cret", "tanhui"


@dataclass
class OidcIssuer:
    """What the issuer knows, and how it may be made to lie.

    Attributes:
        identity: the identity in custody that its tokens name.
        id_more, access_more: claims that replace or (None) leave out those of the tokens.
        answer_more: members of the token endpoint's answer likewise.
    """

    url: str = ""
    identity: str = "operator"
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"}))
    signing: ECKey | None = None
    id_more: dict[str, Any] = field(default_factory=dict)
    access_more: dict[str, Any] = field(default_factory=dict)
    answer_more: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    ends: bool = True
    """Whether it announces where people sign out."""
    ended: int = 0
    """How often somebody signed out here."""
    requests: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def file(self, folder: Path) -> Path:
        """The file of trusted issuers with this one in it."""
        jwks = folder / "jwks.json"
        jwks.write_text(json.dumps(KeySet([self.key]).as_dict(private=False)), "utf-8")
        secret = folder / "client.secret"
        secret.write_text(SECRET + "\n", "utf-8")
        issuer: dict[str, Any] = {
            "issuer": self.url, "audience": AUDIENCE, "algorithms": ["ES256"], "jwks_file": str(jwks),
            "identities": ["operator", self.identity],
            "sign_in": {
                "id": "login", "name": "统一身份认证", "client_id": CLIENT, "client_secret_file": str(secret),
                "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
                "scopes": ["openid", "registry"],
            },
        }  # fmt: skip
        if self.ends:
            issuer["sign_in"]["end_session_endpoint"] = f"{self.url}/logout?tenant=1"
        path = folder / "issuers.json"
        path.write_text(json.dumps([issuer]), "utf-8")
        return path

    def authorize(self, address: str) -> str:
        """Where an authorization request leads back to, as if a person had signed in."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?")
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.url}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def follow(self, address: str) -> str:
        """Where a person's browser is sent on to: after signing in, or after signing out."""
        if not address.startswith(f"{self.url}/logout?"):
            return self.authorize(address)
        query = parse_qs(urlsplit(address).query)
        jwt.decode(query["id_token_hint"][0], self.key, algorithms=["ES256"])
        assert query["client_id"] == [CLIENT]
        self.ended += 1
        return query["post_logout_redirect_uri"][0]

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The token endpoint's answer; a code is good once, for its client, redirect and verifier."""
        self.requests.append(form)
        known = self.codes.pop(form.get("code", ""), None)
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            known is None
            or authorization != expected
            or challenge != known["code_challenge"]
            or form["redirect_uri"] != known["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        shared = {"iss": self.url, "sub": "person-7", "iat": int(time.time()), "exp": int(time.time()) + 600}
        identity = shared | {"aud": CLIENT, "nonce": known["nonce"]}
        access = shared | {"aud": AUDIENCE, "tanhui_identity": self.identity, "scope": "read write"}
        answer = {
            "token_type": "Bearer",
            "id_token": self._signed(identity | self.id_more),
            "access_token": self._signed(access | self.access_more),
            "expires_in": 600,
        }
        answer |= self.answer_more
        return self.status, {name: value for name, value in answer.items() if value is not None}

    def _signed(self, claims: dict[str, Any]) -> str:
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": "k1"}, said, self.signing or self.key, algorithms=["ES256"])


@contextmanager
def oidc_issuer(identity: str = "operator") -> Iterator[OidcIssuer]:
    """A running issuer."""
    issuer = OidcIssuer(identity=identity)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(303)
            self.send_header("Location", issuer.follow(issuer.url + self.path))
            self.end_headers()

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            status, answer = issuer.exchange(form, self.headers.get("Authorization", ""))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
