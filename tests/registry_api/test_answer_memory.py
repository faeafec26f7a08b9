"""Answers are given again only while they are true: no write, no block, no second since, and to the same caller."""

import time
from pathlib import Path

import pytest
from starlette.types import Scope

from tanhui.registry_api import answer_memory
from tanhui.registry_api.access.caller import NOBODY, Caller
from tanhui.registry_api.answer_memory import AnswerMemory, Asked, Remembered
from tanhui.registry_api.settings import ApiSettings
from tests.support.api import Api, open_api

PATH = "/v1/programmes/pr/accounts/aa"
CALLER = Caller("k", "operator", NOBODY, ("read",))


def scope(path: str = "/a", key: bytes = b"Bearer k", method: str = "GET") -> Scope:
    headers = [(b"authorization", key)] if key else []
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}


def asked(memory: AnswerMemory, what: Scope) -> Asked:
    found = memory.asked(what)
    assert found is not None
    return found


def answer(one: Asked, body: bytes = b"{}") -> Remembered:
    one.start = {"type": "http.response.start", "status": 200, "headers": [(b"etag", b'"1"')]}
    return one.answered(CALLER, "notes_List", supervised=False, body=body)


def test_an_answer_ends_with_what_the_ledger_does_and_with_its_time() -> None:
    done, now = [7], [0.0]
    memory = AnswerMemory(lambda: tuple(done), 1_000, lambda: now[0], lambda: 1.0)

    def known(what: Scope) -> bool:
        return memory.find(asked(memory, what)) is not None

    one = asked(memory, scope())
    memory.keep(one.question, answer(one))
    assert known(scope())
    assert not known(scope(key=b"Bearer other"))
    assert not known(scope("/b"))
    now[0] = 0.999
    assert known(scope())
    now[0] = 1.0
    assert not known(scope())
    now[0] = 0.5
    done[0] += 1
    assert not known(scope())
    # Asked before the block and answered after it: as old as the question.
    late = asked(memory, scope())
    done[0] += 1
    memory.keep(late.question, answer(late))
    assert not known(scope())


def test_what_was_asked_together_does_not_end_together() -> None:
    now = [0.0]
    spreads = iter((0.0, 0.5, 1.0))
    memory = AnswerMemory(tuple, 1_000, lambda: now[0], lambda: next(spreads, 0.0))
    for path in ("/a", "/b", "/c"):
        one = asked(memory, scope(path))
        memory.keep(one.question, answer(one))

    def left_at(time_s: float) -> list[str]:
        now[0] = time_s
        return [path for path in ("/a", "/b", "/c") if memory.find(asked(memory, scope(path)))]

    assert [left_at(0.4), left_at(0.6)] == [["/a", "/b", "/c"], ["/b", "/c"]]
    assert [left_at(0.8), left_at(1.1)] == [["/c"], []]


def test_only_reads_with_a_key_are_remembered() -> None:
    memory = AnswerMemory(tuple, 1_000)
    assert memory.asked(scope(method="POST")) is None
    assert memory.asked(scope(method="HEAD")) is None
    assert memory.asked(scope(key=b"")) is None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = AnswerMemory(tuple, 60_000)
    monkeypatch.setattr(answer_memory, "ENTRIES_MAX", 100)
    for number in range(110):
        one = asked(memory, scope(f"/{number}"))
        memory.keep(one.question, answer(one))
    assert len(memory._kept) == 100
    assert memory._bytes == 100 * (2 + answer_memory.ENTRY_BYTES)
    monkeypatch.setattr(answer_memory, "BYTES_MAX", 10 * (2 + answer_memory.ENTRY_BYTES))
    memory.keep(one.question, answer(one))
    assert len(memory._kept) == 10
    huge = asked(memory, scope("/huge"))
    memory.keep(huge.question, answer(huge, b"x" * (answer_memory.ANSWER_BYTES_MAX + 1)))
    assert memory.find(huge) is None


def test_nothing_is_kept_for_nothing() -> None:
    memory = AnswerMemory(tuple, 0)
    one = asked(memory, scope())
    memory.keep(one.question, answer(one))
    assert memory.find(asked(memory, scope())) is None


def counted(api: Api) -> list[str]:
    """Every function that the ledger is asked for from now on."""
    functions: list[str] = []
    ask = api.ledger.evaluate

    async def evaluate(function: str, argument: bytes, identity: str) -> bytes:
        functions.append(function)
        return await ask(function, argument, identity)

    api.ledger.evaluate = evaluate  # type: ignore[method-assign]  # counts
    return functions


def test_the_same_answer_comes_again_without_the_ledger(tmp_path: Path) -> None:
    api = open_api(tmp_path, ApiSettings(answers_kept_ms=60_000))
    functions = counted(api)
    first = api.client.get(PATH, headers=api.headers())
    again = api.client.get(PATH, headers=api.headers())
    assert first.status_code == again.status_code == 200
    assert (first.content, dict(first.headers)) == (again.content, dict(again.headers))
    assert functions.count("accounts:Get") == 1
    unchanged = api.client.get(PATH, headers=api.headers() | {"If-None-Match": first.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert functions.count("accounts:Get") == 1
    assert api.client.head(PATH, headers=api.headers()).headers["etag"] == first.headers["etag"]
    api.client.post("/v1/functions/notes/Write", json={"text": "a"}, headers=api.headers("20261121-a"))
    before = functions.count("accounts:Get")
    api.client.get(PATH, headers=api.headers())
    assert functions.count("accounts:Get") == before + 1
    api.close()


def test_a_remembered_answer_is_its_callers_alone_and_ends_with_the_key(tmp_path: Path) -> None:
    api = open_api(tmp_path, ApiSettings(answers_kept_ms=60_000))
    token = api.keys.create("operator", expires=int(time.time()) + 3_600)
    assert api.client.get(PATH, headers=api.headers(token=token)).status_code == 200
    assert api.client.get(PATH, headers=api.headers(token="thk_none")).status_code == 401
    assert api.client.get(PATH).status_code == 401
    entry = next(one for one in api.keys.list() if one.expires)
    api.keys.revoke(entry.id)
    assert api.client.get(PATH, headers=api.headers(token=token)).status_code == 401
    api.close()


def test_a_remembered_answer_counts_for_rates_figures_and_the_audit_log(tmp_path: Path) -> None:
    api = open_api(tmp_path, ApiSettings(answers_kept_ms=60_000, requests_a_second=1))
    with api.client:
        headers = api.headers(token=api.regulator_token)
        statuses = [api.client.get(PATH, headers=headers).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]
        figures = api.client.get("/metrics").text
    assert 'tanhui_api_requests_total{operation="accounts_Get",status="200"} 10.0' in figures
    with api.service.connect() as connection:
        rows = connection.exec_driver_sql("SELECT kind, count(*) FROM audit GROUP BY kind").all()
    assert dict(map(tuple, rows)) == {"read": 10, "denied": 1}
    api.close()
