"""HEAD is answered as GET would be, without the content (RFC 9110, 9.3.2), on every resource but streams."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENDLESS: Final = frozenset({"/v1/events"})
"""Streams: as GET they would go on into nothing, so HEAD is not allowed there (405)."""


class HeadAsGet:
    """ASGI middleware: the routes see GET, the client gets the headers alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"] in ENDLESS:
            await self._app(scope, receive, send)
            return

        async def headers_alone(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app({**scope, "method": "GET"}, receive, headers_alone)
