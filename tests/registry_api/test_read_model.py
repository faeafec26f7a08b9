"""The read model: exactly once, however events arrive; rebuilt it is the same; searches find what effects name."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanhui.registry_api.ledger import LedgerEvent
from tanhui.registry_api.read_model.mentions import mentions_of
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.queries import EffectFilter, effects, serial_life
from tanhui.registry_api.read_model.store import Position, ReadStore, open_engine, table_hash
from tests.support.api import Api, MemoryLedger

OWNER, BUYER = "91510100MA6000001R", "91510100MA6000002W"


def event(block: int, number: int, *listed: dict[str, Any]) -> LedgerEvent:
    payload = json.dumps({"effects": list(listed), "v": "1"}).encode()
    return LedgerEvent(block, f"{number:064x}", "tanhui.v1", payload)


def moved(kind: str, first: int, last: int, **more: str) -> dict[str, Any]:
    ranges = [{"batch": "b1", "first": str(first), "last": str(last)}]
    return {"kind": f"credits.{kind}", "ranges": ranges, "quantity_kg": str(last - first + 1), **more}


HISTORY = [
    event(2, 1, moved("issued", 1, 100, holder=OWNER, project="p1")),
    event(3, 2, moved("transferred", 1, 40, sender=OWNER, receiver=BUYER)),
    event(3, 3, {"kind": "points.issued", "account": "aa", "points": "5", "programme": "pr"}),
    event(5, 4, moved("retired", 11, 20, holder=BUYER), moved("cancelled", 50, 60, holder=OWNER)),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReadStore]:
    opened = ReadStore(open_engine(f"sqlite:///{tmp_path / 'read.sqlite'}"))
    yield opened
    opened.close()


def search(store: ReadStore, **wanted: Any) -> list[str]:
    with store.engine.connect() as connection:
        return [found["number"] for found in effects(connection, EffectFilter(**wanted))]


def test_effects_are_found_by_kind_and_by_what_they_name(store: ReadStore) -> None:
    assert store.apply(HISTORY) == 5
    assert search(store) == ["1", "2", "3", "4", "5"]
    assert search(store, kinds=("points.issued",)) == ["3"]
    assert search(store, mentions={"sender": OWNER}) == ["2"]
    assert search(store, mentions={"any": OWNER}) == ["1", "2", "5"]
    assert search(store, mentions={"any": OWNER, "project": "p1"}) == ["1"]
    assert search(store, mentions={"batch": "b1"}, after=2, limit=1) == ["4"]
    assert search(store, mentions={"any": "nobody"}) == []


def test_one_serials_whole_life(store: ReadStore) -> None:
    store.apply(HISTORY)
    with store.engine.connect() as connection:
        kinds = [one["effect"]["kind"] for one in serial_life(connection, "b1", 15)]
        assert kinds == ["credits.issued", "credits.transferred", "credits.retired"]
        assert serial_life(connection, "b1", 101) == []
        assert [one["block"] for one in serial_life(connection, "b1", 60)] == ["2", "5"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), max_size=6))
def test_events_may_come_again_and_in_any_parts(tmp_path: Path, cuts: list[tuple[int, int]]) -> None:
    whole = ReadStore(open_engine("sqlite://"))
    whole.apply(HISTORY)
    parts = ReadStore(open_engine("sqlite://"))
    reached = 0
    for back, forward in [*cuts, (len(HISTORY), len(HISTORY))]:
        start, stop = max(0, reached - back), min(len(HISTORY), reached + forward)
        parts.apply(HISTORY[start:stop])
        reached = max(reached, stop)
    assert table_hash(parts.engine) == table_hash(whole.engine)
    assert parts.position() == whole.position() == Position(5, f"{4:064x}", 5)
    whole.close()
    parts.close()


def test_a_failed_commit_leaves_the_position_where_it_was(store: ReadStore) -> None:
    store.apply(HISTORY[:1])
    broken = LedgerEvent(9, "9" * 64, "tanhui.v1", b'{"effects":[{"no":"kind"}]}')
    with pytest.raises(KeyError):
        store.apply([*HISTORY[1:], broken])
    assert store.position() == Position(2, f"{1:064x}", 1)
    assert store.apply(HISTORY[1:]) == 4


def test_another_shape_is_thrown_away_and_made_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'read.sqlite'}"
    first = ReadStore(open_engine(url))
    first.apply(HISTORY)
    with first.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE position SET version = 0")
    first.close()
    again = ReadStore(open_engine(url))
    assert again.position() == Position(-1, "", 0)
    assert again.apply(HISTORY) == 5
    again.close()


def test_a_rebuilt_model_equals_the_live_one(tmp_path: Path) -> None:
    class Ledger(MemoryLedger):
        async def events(
            self, start_block: int | None, after_transaction: str | None
        ) -> AsyncIterator[LedgerEvent]:
            for one in HISTORY:
                await asyncio.sleep(0)
                if start_block is None or one.block >= start_block:
                    yield one
            await asyncio.Event().wait()

    ledger = Ledger(ledger_events=list(HISTORY))
    live, rebuilt = (ReadStore(open_engine(f"sqlite:///{tmp_path / name}")) for name in ("live", "rebuilt"))
    seen: list[int] = []

    async def main() -> None:
        following = asyncio.create_task(Projector(live, ledger).run())
        await Projector(rebuilt, ledger).catch_up(7, seen.append)
        for _ in range(500):
            await asyncio.sleep(0.01)
            if live.position().block == 5:
                break
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    asyncio.run(main())
    assert table_hash(live.engine) == table_hash(rebuilt.engine)
    assert seen[-1] == 6
    live.close()
    rebuilt.close()


def test_mentions_leave_out_amounts_and_prose() -> None:
    found = mentions_of(
        {
            "kind": "x.y",
            "holder": "115100000085000013",
            "points": "60",
            "reason": "because",
            "lots": [{"issue": "abc", "points": "3"}],
            "ranges": [{"batch": "b", "first": "1", "last": "2"}],
        }
    )
    assert found.identifiers == (("batch", "b"), ("holder", "115100000085000013"), ("issue", "abc"))
    assert found.ranges == (("b", 1, 2),)


def test_searches_over_http(api: Api) -> None:
    api.store.apply(HISTORY)
    first = api.client.get(f"/v1/effects?names={OWNER}&limit=2", headers=api.headers()).json()
    rest = api.client.get(f"/v1/effects?names={OWNER}&limit=2&after={first['after']}", headers=api.headers())
    assert [one["number"] for one in [*first["items"], *rest.json()["items"]]] == ["1", "2", "5"]
    assert rest.json()["after"] is None
    life = api.client.get("/v1/credits/batches/b1/serials/15/life", headers=api.headers()).json()
    assert len(life["items"]) == 3
    unknown = api.client.get("/v1/credits/batches/b1/serials/1000/life", headers=api.headers())
    assert (unknown.status_code, unknown.json()["field"]) == (404, "serial")
    state = api.client.get("/v1/read-model", headers=api.headers()).json()
    assert (state["effects"], state["ledger_height"]) == ("5", "7")
    assert api.client.get("/v1/effects").status_code == 401
