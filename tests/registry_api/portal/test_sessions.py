"""Sessions: on both databases, past a restart and between workers; bounded, expiring, of no use to who reads them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Request, Response
from sqlalchemy import Engine, select, update

from tanhui.registry_api.portal.session import UPLOADS_KEPT_MAX
from tanhui.registry_api.portal.session_store import IDLE_S, TOUCH_S, WHOLE_S, SessionStore
from tanhui.registry_api.portal.sessions import COOKIE, Sessions
from tanhui.registry_api.service.tables import PORTAL_SESSIONS, open_service

WHO: dict[str, Any] = {"organisation": "o", "roles": ["holder"], "person": "p-1", "identity": "i"}
TOKEN = "thk_a-token-that-nobody-may-read"


@pytest.fixture
def service(database_url: str) -> Iterator[Engine]:
    engine = open_service(database_url)
    yield engine
    engine.dispose()


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


def request_with(cookie: str) -> Request:
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())] if cookie else []
    return Request({"type": "http", "headers": headers, "method": "GET", "path": "/"})


def begun(sessions: Sessions) -> str:
    response = Response()
    asyncio.run(sessions.begin(TOKEN, WHO, response))
    header = response.headers["set-cookie"]
    for needed in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", f"Max-Age={WHOLE_S}"):
        assert needed in header
    return header.partition("=")[2].partition(";")[0]


def loads(sessions: Sessions, name: str) -> Any:
    return asyncio.run(sessions.load(request_with(name)))


def test_a_session_outlives_the_process_and_every_worker_knows_it(service: Engine) -> None:
    name = begun(Sessions(SessionStore(service)))
    for _ in range(2):
        found = loads(Sessions(SessionStore(service)), name)
        assert (found.token, found.who) == (TOKEN, WHO)
        assert found.carries(found.csrf)
        assert not found.carries(found.csrf + "x")
        assert not found.carries("")


def test_who_reads_the_database_learns_nothing(service: Engine) -> None:
    name = begun(Sessions(SessionStore(service)))
    with service.connect() as connection:
        (row,) = connection.execute(select(PORTAL_SESSIONS)).mappings()
    kept = repr(dict(row)).encode() + row["content"]
    for secret in (TOKEN, name, "holder"):
        assert secret.encode() not in kept


def test_a_row_that_was_tampered_with_is_no_session(service: Engine) -> None:
    sessions = Sessions(SessionStore(service))
    mine, other = begun(sessions), begun(sessions)
    with service.begin() as connection:
        rows = connection.execute(select(PORTAL_SESSIONS).order_by(PORTAL_SESSIONS.c.id)).mappings().all()
        # One session's content under another's name, and a flipped byte.
        connection.execute(update(PORTAL_SESSIONS).values(content=rows[0]["content"]))
    assert sorted(loads(sessions, name) is None for name in (mine, other)) == [False, True]
    with service.begin() as connection:
        flipped = rows[0]["content"][:-1] + bytes([rows[0]["content"][-1] ^ 1])
        connection.execute(update(PORTAL_SESSIONS).values(content=flipped))
    assert loads(sessions, mine) is loads(sessions, other) is None


def test_a_session_lasts_while_it_is_used_and_ends_by_itself(service: Engine) -> None:
    clock = Clock()
    sessions = Sessions(SessionStore(service), clock)
    name = begun(sessions)
    for _ in range(10):
        clock.now += IDLE_S - TOUCH_S
        assert loads(sessions, name) is not None
    clock.now += IDLE_S + 1
    assert loads(sessions, name) is None
    name = begun(sessions)
    end = clock.now + WHOLE_S
    while clock.now < end:
        assert loads(sessions, name) is not None
        clock.now += IDLE_S
    clock.now += 1
    assert loads(sessions, name) is None
    with service.connect() as connection:
        assert not connection.execute(select(PORTAL_SESSIONS)).all()


def test_past_the_limit_the_longest_unused_end(service: Engine) -> None:
    clock = Clock()
    sessions = Sessions(SessionStore(service, sessions_max=3), clock)
    names = []
    for _ in range(5):
        names.append(begun(sessions))
        clock.now += 1
    assert [loads(sessions, name) is not None for name in names] == [False, False, True, True, True]


def test_signing_out_ends_it_and_strangers_have_none(service: Engine) -> None:
    sessions = Sessions(SessionStore(service))
    name = begun(sessions)
    answer = Response()
    asyncio.run(sessions.end(request_with(name), answer))
    assert "Max-Age=0" in answer.headers["set-cookie"]
    for stranger in (name, "", "guess", "x" * 500):
        assert loads(sessions, stranger) is None


def test_uploads_are_remembered_up_to_a_limit(service: Engine) -> None:
    sessions = Sessions(SessionStore(service))
    name = begun(sessions)
    session = loads(sessions, name)
    for at in range(UPLOADS_KEPT_MAX + 5):
        session.remember_upload(f"u-{at}")
    session.remember_upload("u-20")
    asyncio.run(sessions.keep(request_with(name), session))
    found = loads(Sessions(SessionStore(service)), name).uploads
    assert len(found) == UPLOADS_KEPT_MAX
    assert found[:2] == ["u-20", f"u-{UPLOADS_KEPT_MAX + 4}"]
