"""The registry's own address, as links name it: from the settings or from the socket, never from the request."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from tanhui.registry_api.problems import ApiCode, Problem, problem_answer

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ORIGIN_CHARACTERS_MAX: Final = 300
HOST_UNKNOWN: Final = ApiCode(
    "api.host",
    421,
    "本登记系统不在 {value} 这一地址提供服务",
    "This registry does not serve under the address {value}",
)


def checked_origin(url: str) -> str:
    """An origin as it is put before a path: `https://registry.example`; "" stays.

    Raises:
        ValueError: no absolute https address (http on this machine), or more than an origin.
    """
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or len(url) > ORIGIN_CHARACTERS_MAX:
        raise ValueError(f"public_url: {url[:120]!r}: must be like https://registry.example")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(f"public_url: {url[:120]!r}: must be https, but on this machine")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"public_url: {url[:120]!r}: must be scheme, host and port alone")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def public_address(request: Request, public_url: str) -> str:
    """The origin under which this registry is reached, without a slash at its end."""
    if public_url:
        return public_url
    host, port = request.scope.get("server") or ("localhost", None)
    shown = f"[{host}]" if ":" in host else host
    plain = {"http": 80, "https": 443}.get(request.scope["scheme"])
    return f"{request.scope['scheme']}://{shown}" + (f":{port}" if port not in {None, plain} else "")


class KnownHosts:
    """Answers 421 (RFC 9110, 15.5.20) to a request under a name that is not ours, where ours is set."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._known = urlsplit(public_url).netloc.lower() if public_url else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it down."""
        if scope["type"] != "http" or not self._known:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        host = request.headers.get("host", "").lower()
        if host == self._known or _listened_on(host, scope):
            await self._app(scope, receive, send)
            return
        answer = problem_answer(request, Problem(HOST_UNKNOWN, name="Host", value=host[:80]))
        await answer(scope, receive, send)


def _listened_on(host: str, scope: Scope) -> bool:
    """Whether the name is this machine's own: loopback, or the very address that is listened on."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in LOOPBACK:
        return True
    server = scope.get("server")
    if server is None or name != server[0].lower():
        return False
    try:
        return not ipaddress.ip_address(name).is_unspecified
    except ValueError:
        return True
