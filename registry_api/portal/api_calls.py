"""Calls of the API in this very process: the same requests as from outside, with the same checks, without a socket.

What a signed-in person does in the portal goes this way and no other, so that scopes, limits, idempotency keys,
object checks and the audit log hold for it as they do for every client.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlencode

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanhui.registry_api.languages import Language

ANSWER_BYTES_MAX: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What the API said."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def good(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body) if self.body else None


class ApiRefusal(Exception):  # noqa: N818 - an answer
    """The API refused; `problem` is its document (RFC 9457)."""

    def __init__(self, answer: ApiAnswer) -> None:
        said: dict[str, Any] = answer.document or {}
        self.problem: dict[str, Any] = {"status": answer.status, "detail": "", "code": "", **said}
        super().__init__(self.problem.get("code", ""))


@dataclass(frozen=True, slots=True)
class Signed:
    """For whom a call is made: the key, the reader's language and address."""

    token: str
    language: Language
    client: tuple[str, int] | None


class ApiCalls:
    """Calls one ASGI application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def get(self, signed: Signed, path: str, **query: object) -> Any:
        """The document of a read. Raises ApiRefusal."""
        answer = await self.call(signed, "GET", path, query=query)
        if not answer.good:
            raise ApiRefusal(answer)
        return answer.document

    async def post(self, signed: Signed, path: str, key: str, body: Mapping[str, Any]) -> Any:
        """The document of a write under an idempotency key. Raises ApiRefusal."""
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", "idempotency-key": key}
        answer = await self.call(signed, "POST", path, headers=headers, body=_once(content))
        if not answer.good:
            raise ApiRefusal(answer)
        return answer.document

    async def call(
        self,
        signed: Signed,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        body: AsyncIterator[bytes] | None = None,
    ) -> ApiAnswer:
        """One request, its body streamed, and the whole answer."""
        scope = _scope(signed, method, path, query or {}, headers or {})
        exchange = _Exchange(body)
        await self._app(scope, exchange.receive, exchange.send)
        return exchange.answer()

    def passed(self, signed: Signed, path: str) -> Response:
        """A read whose answer goes to the reader as it comes, however long it is."""
        return _Passed(self._app, _scope(signed, "GET", path, {}, {}))


def _scope(
    signed: Signed, method: str, path: str, query: Mapping[str, object], headers: Mapping[str, str]
) -> dict[str, Any]:
    """The ASGI scope of one request."""
    sent = {
        "host": "portal",
        "accept": "application/json",
        "accept-language": signed.language,
        "authorization": f"Bearer {signed.token}",
        **headers,
    }
    given = {
        name: list(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        for name, value in query.items()
        if value not in (None, "")
    }
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "root_path": "",
        "query_string": urlencode(given, doseq=True).encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": signed.client,
        "server": ("portal", 443),
    }


class _Passed(Response):
    """An answer that another call of the application gives."""

    def __init__(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        super().__init__()
        self._app = app
        self._scope = scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give it; the reader's own request says nothing but that it is there."""
        await self._app(self._scope, receive, send)


class _Exchange:
    """One request's body on its way in, its answer on its way out."""

    def __init__(self, body: AsyncIterator[bytes] | None) -> None:
        self._body = body
        self._status = 500
        self._headers: dict[str, str] = {}
        self._content = bytearray()

    async def receive(self) -> Message:
        if self._body is not None:
            chunk = await anext(self._body, None)
            if chunk is not None:
                return {"type": "http.request", "body": chunk, "more_body": True}
            self._body = None
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            self._content += message.get("body", b"")
            if len(self._content) > ANSWER_BYTES_MAX:
                raise ValueError(f"the API's answer is longer than {ANSWER_BYTES_MAX} bytes")

    def answer(self) -> ApiAnswer:
        return ApiAnswer(self._status, self._headers, bytes(self._content))


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
