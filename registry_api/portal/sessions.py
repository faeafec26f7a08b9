"""Who is signed in: an access key exchanged for a session, whose secret name stands in one cookie.

The key stays in this process's memory and is presented to the API with every call, so that a key that is revoked
or expires ends what its session can do. A session ends with the process, by signing out, after IDLE_S without use,
or after WHOLE_S.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request, Response

COOKIE: Final = "__Host-tanhui-session"
IDLE_S: Final = 30 * 60
WHOLE_S: Final = 12 * 3_600
SESSIONS_MAX: Final = 10_000
UPLOADS_KEPT_MAX: Final = 50
NAME_BYTES: Final = 32


@dataclass(slots=True)
class Session:
    """One person at one browser.

    Attributes:
        token: the access key, presented to the API.
        csrf: what every form of this session must carry.
        who: the API's answer to "who am I".
        uploads: ids of the uploads made in this session, newest first.
    """

    token: str
    csrf: str
    who: dict[str, Any]
    began: float
    used: float
    uploads: list[str] = field(default_factory=list)

    @property
    def organisation(self) -> str:
        """The organisation that acts."""
        return str(self.who["organisation"])

    @property
    def roles(self) -> frozenset[str]:
        """What its certificate says it is."""
        return frozenset(self.who["roles"])

    def carries(self, csrf: str) -> bool:
        """Whether a form came from this session's pages."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())

    def remember_upload(self, upload: str) -> None:
        """Put an upload first in the list."""
        self.uploads = [upload, *(one for one in self.uploads if one != upload)][:UPLOADS_KEPT_MAX]


class Sessions:
    """The sessions of one process."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._sessions: dict[str, Session] = {}

    def begin(self, token: str, who: dict[str, Any], response: Response) -> Session:
        """A new session under a new name; its cookie goes out with `response`."""
        now = self._now()
        self._forget(now)
        name = secrets.token_urlsafe(NAME_BYTES)
        session = Session(token, secrets.token_urlsafe(NAME_BYTES), who, now, now)
        self._sessions[name] = session
        response.set_cookie(
            COOKIE, name, max_age=WHOLE_S, path="/", secure=True, httponly=True, samesite="strict"
        )
        return session

    def find(self, request: Request) -> Session | None:
        """The request's session, if it still lasts."""
        name = request.cookies.get(COOKIE, "")
        session = self._sessions.get(name)
        if session is None:
            return None
        now = self._now()
        if now - session.used > IDLE_S or now - session.began > WHOLE_S:
            del self._sessions[name]
            return None
        session.used = now
        return session

    def end(self, request: Request, response: Response) -> None:
        """Sign out."""
        self._sessions.pop(request.cookies.get(COOKIE, ""), None)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")

    def _forget(self, now: float) -> None:
        """Drop what has ended; past the limit the longest unused too."""
        ended = [
            name
            for name, one in self._sessions.items()
            if now - one.used > IDLE_S or now - one.began > WHOLE_S
        ]
        for name in ended:
            del self._sessions[name]
        while len(self._sessions) >= SESSIONS_MAX:
            oldest = min(self._sessions, key=lambda name: self._sessions[name].used)
            del self._sessions[oldest]
