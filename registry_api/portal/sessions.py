"""Who is signed in: an access key or token exchanged for a session, whose secret name stands in one cookie.

What was exchanged is presented to the API with every call, so that a key that is revoked or expires ends what its
session can do. A session ends by signing out, after IDLE_S without use, or after WHOLE_S (session_store.py).
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tanhui.registry_api.portal.session import Session
from tanhui.registry_api.portal.session_store import WHOLE_S, SessionStore

COOKIE: Final = "__Host-tanhui-session"
NAME_BYTES: Final = 32
NAME_CHARACTERS_MAX: Final = 64
WITHOUT_SESSION: Final = ("/v1/", "/static/", "/openapi.json", "/healthz", "/readyz", "/metrics")
"""Addresses where nobody is signed in by cookie."""
_STATE: Final = "portal_session"


class Sessions:
    """The sessions that a store keeps."""

    def __init__(self, store: SessionStore, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now

    async def begin(
        self, token: str, who: dict[str, Any], response: Response, *, provider: str = "", id_token: str = ""
    ) -> Session:
        """A new session under a new name; its cookie goes out with `response`."""
        name = secrets.token_urlsafe(NAME_BYTES)
        csrf = secrets.token_urlsafe(NAME_BYTES)
        session = Session(token, csrf, who, provider=provider, id_token=id_token)
        await asyncio.to_thread(self._store.add, name, session, int(self._now()))
        response.set_cookie(
            COOKIE, name, max_age=WHOLE_S, path="/", secure=True, httponly=True, samesite="strict"
        )
        return session

    async def load(self, request: Request) -> Session | None:
        """The session that the request's cookie names, if it lasts."""
        name = _name(request)
        return await asyncio.to_thread(self._store.find, name, int(self._now())) if name else None

    def find(self, request: Request) -> Session | None:
        """What `SessionLoader` found for this request."""
        found: Session | None = getattr(request.state, _STATE, None)
        return found

    async def keep(self, request: Request, session: Session) -> None:
        """Keep what has changed in the request's session."""
        await asyncio.to_thread(self._store.replace, _name(request), session)

    async def end(self, request: Request, response: Response) -> None:
        """Sign out."""
        await asyncio.to_thread(self._store.drop, _name(request))
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


class SessionLoader:
    """Looks the session up before a page is asked for, so that pages need not wait for the database."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only requests for pages, and only with a cookie, cost a look."""
        if scope["type"] == "http" and not scope["path"].startswith(WITHOUT_SESSION):
            scope.setdefault("state", {})[_STATE] = await self._sessions.load(Request(scope))
        await self._app(scope, receive, send)


def _name(request: Request) -> str:
    name = request.cookies.get(COOKIE, "")
    return name if len(name) <= NAME_CHARACTERS_MAX and name.isascii() else ""
