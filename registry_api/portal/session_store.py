"""Where sessions are kept: a table of the API's own database, so that they outlive a restart and all workers know them.

A session's random name stands in its reader's cookie and nowhere else. The row is found by a hash of the name, and
its content is encrypted under a key that is derived from the name: who reads the database can neither find whose a
session is nor use what is in it.
"""

import os
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, delete, func, insert, select, update

from tanhui.registry_api.portal.session import Session
from tanhui.registry_api.service.tables import PORTAL_SESSIONS as ROWS

IDLE_S: Final = 30 * 60
WHOLE_S: Final = 12 * 3_600
SESSIONS_MAX: Final = 10_000
"""Past it the longest unused ones end."""
TOUCH_S: Final = 60
"""How stale `used` may be: not every look at a page is worth a write."""

_NONCE_BYTES: Final = 12
_ID: Final = b"tanhui portal session id v1\n"
_KEY: Final = b"tanhui portal session key v1"


class SessionStore:
    """The rows of `portal_sessions`. Calls block on the database: use them from a thread. Times are Unix seconds."""

    def __init__(self, engine: Engine, sessions_max: int = SESSIONS_MAX) -> None:
        self._engine = engine
        self._sessions_max = sessions_max

    def add(self, name: str, session: Session, now: int) -> None:
        """Keep a new session; what has ended goes, and past the limit the longest unused."""
        row = {"id": _id(name), "began": now, "used": now, "content": _sealed(name, session)}
        with self._engine.begin() as connection:
            connection.execute(
                delete(ROWS).where((ROWS.c.used < now - IDLE_S) | (ROWS.c.began < now - WHOLE_S))
            )
            count = connection.scalar(select(func.count()).select_from(ROWS)) or 0
            if count >= self._sessions_max:
                surplus = select(ROWS.c.id).order_by(ROWS.c.used).limit(count - self._sessions_max + 1)
                connection.execute(delete(ROWS).where(ROWS.c.id.in_(surplus.scalar_subquery())))
            connection.execute(insert(ROWS).values(row))

    def find(self, name: str, now: int) -> Session | None:
        """The session of that name, if it lasts; from now on it counts as used."""
        with self._engine.begin() as connection:
            row = connection.execute(select(ROWS).where(ROWS.c.id == _id(name))).mappings().first()
            if row is None:
                return None
            if now - row["used"] > IDLE_S or now - row["began"] > WHOLE_S:
                connection.execute(delete(ROWS).where(ROWS.c.id == row["id"]))
                return None
            if now - row["used"] >= TOUCH_S:
                connection.execute(update(ROWS).where(ROWS.c.id == row["id"]).values(used=now))
        return _opened(name, row["content"])

    def replace(self, name: str, session: Session) -> None:
        """Keep what a session knows now; nothing for one that has ended."""
        with self._engine.begin() as connection:
            changed = update(ROWS).where(ROWS.c.id == _id(name)).values(content=_sealed(name, session))
            connection.execute(changed)

    def drop(self, name: str) -> None:
        """End a session."""
        with self._engine.begin() as connection:
            connection.execute(delete(ROWS).where(ROWS.c.id == _id(name)))


def _id(name: str) -> str:
    return sha256(_ID + name.encode()).hexdigest()


def _cipher(name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, _KEY).derive(name.encode()))


def _sealed(name: str, session: Session) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(name).encrypt(nonce, msgspec.json.encode(session), _ID)


def _opened(name: str, content: bytes) -> Session | None:
    """None for a row that somebody tampered with, or that an older release wrote."""
    try:
        plain = _cipher(name).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _ID)
        return msgspec.json.decode(plain, type=Session)
    except (InvalidTag, ValueError):
        return None
