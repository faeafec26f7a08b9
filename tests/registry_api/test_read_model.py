"""The read model, on SQLite and on PostgreSQL: exactly once, however blocks arrive; rebuilt it is the same."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tanhui.cli.rebuild import rebuild
from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.ledger import LedgerBlock, LedgerTransaction
from tanhui.registry_api.read_model.mentions import mentions_of
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.queries import (
    EffectFilter,
    TransactionFilter,
    effects,
    serial_life,
    transactions,
)
from tanhui.registry_api.read_model.store import GapInBlocks, OtherHistory, Position, ReadStore, fingerprint
from tanhui.registry_api.read_model.tables import SCHEMA
from tanhui.registry_api.read_model.visibility import Sight
from tanhui.registry_api.read_model.words import normalised, query_runs, terms_of
from tests.support.api import Api, MemoryLedger, open_api
from tests.support.history import BUYER, DAY_S, HISTORY, OWNER, made

WHOLE = Position(5, 5, 5)


@pytest.fixture
def store(database_url: str) -> Iterator[ReadStore]:
    opened = ReadStore(open_engine(database_url))
    yield opened
    opened.close()


def search(store: ReadStore, **wanted: Any) -> list[str]:
    with store.engine.connect() as connection:
        return [found["number"] for found in effects(connection, EffectFilter(**wanted))]


def found_by(store: ReadStore, **wanted: Any) -> list[str]:
    with store.engine.connect() as connection:
        return [one["number"] for one in transactions(connection, TransactionFilter(**wanted))]


def test_effects_are_found_by_kind_time_and_what_they_name(store: ReadStore) -> None:
    assert store.apply(HISTORY) == 5
    assert store.position() == WHOLE
    assert search(store) == ["1", "2", "3", "4", "5"]
    assert search(store, kinds=("points.issued",)) == ["3"]
    assert search(store, mentions={"sender": OWNER}) == ["2"]
    assert search(store, mentions={"any": OWNER}) == ["1", "2", "5"]
    assert search(store, mentions={"any": OWNER, "project": "p1"}) == ["1"]
    assert search(store, mentions={"batch": "b1"}, after=2, limit=1) == ["4"]
    assert search(store, mentions={"any": "nobody"}) == []
    assert search(store, since=2 * DAY_S, until=4 * DAY_S) == ["2", "3"]
    assert search(store, sight=Sight()) == ["1", "2", "4", "5"]
    assert search(store, sight=Sight(frozenset({"pr"}))) == ["1", "2", "3", "4", "5"]


def test_a_deal_is_found_by_whom_it_names_and_by_nobody_else(store: ReadStore) -> None:
    """Neither by a search for its kind nor in the life of the serials that were sold."""
    trade = {
        "kind": "market.trade_changed",
        "trade": "t1",
        "seller": OWNER,
        "buyer": BUYER,
        "ranges": [{"batch": "b1", "first": "1", "last": "40"}],
        "amount_fen": "990000",
    }
    store.apply([*HISTORY, LedgerBlock(6, (made(6, trade),))])
    for organisation, seen in ((OWNER, 1), (BUYER, 1), ("91510100MA60000099", 0), ("", 0)):
        sight = Sight(organisation=organisation)
        assert len(search(store, kinds=("market.trade_changed",), sight=sight)) == seen
        with store.engine.connect() as connection:
            life = serial_life(connection, "b1", 1, sight=sight)
        assert [one["effect"]["kind"] for one in life].count("market.trade_changed") == seen
    assert len(search(store, kinds=("market.trade_changed",))) == 1


def test_words_find_no_transaction_that_a_caller_may_not_see(store: ReadStore) -> None:
    trade = {"kind": "market.trade_changed", "trade": "t1", "seller": OWNER, "buyer": BUYER}
    store.apply([*HISTORY, LedgerBlock(6, (made(6, trade, order={"note": "竹林远期"}),))])
    stranger = Sight(organisation="91510100MA60000099")
    assert found_by(store, words="竹林") == ["1", "6"]
    assert found_by(store, words="竹林", sight=stranger) == ["1"]
    assert found_by(store, words="竹林", sight=Sight()) == ["1"]
    assert found_by(store, words="竹林", sight=Sight(organisation=BUYER)) == ["1", "6"]
    assert found_by(store, words="竹林", sight=Sight(organisation=OWNER)) == ["1", "6"]
    assert found_by(store, words="bamboo", sight=stranger) == []
    assert found_by(store, words="bamboo", sight=Sight(frozenset({"pr"}))) == ["3"]
    assert found_by(store, words="bamboo", sight=Sight(organisation=BUYER)) == ["3"]


def test_one_serials_whole_life(store: ReadStore) -> None:
    store.apply(HISTORY)
    with store.engine.connect() as connection:
        kinds = [one["effect"]["kind"] for one in serial_life(connection, "b1", 15)]
        assert kinds == ["credits.issued", "credits.transferred", "credits.retired"]
        assert serial_life(connection, "b1", 101) == []
        assert [one["block"] for one in serial_life(connection, "b1", 60)] == ["2", "5"]


def test_what_an_organisation_did_and_the_words_that_were_written(store: ReadStore) -> None:
    store.apply(HISTORY)
    assert found_by(store, organisation=BUYER) == ["3", "4"]
    assert found_by(store, organisation=BUYER, after=3) == ["4"]
    assert found_by(store, words="竹林") == ["1"], "the characters follow each other"
    assert found_by(store, words="竹") == ["1", "4"]
    assert found_by(store, words="项目 天府") == ["1"]
    assert found_by(store, words="碳中和") == ["5"], "effects are read as well as orders"
    assert found_by(store, words="bamBOO walk") == ["3"], "words by their beginning, in any width"
    assert found_by(store, words="bamboo river") == []
    assert found_by(store, words="100%_") == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), max_size=6))
def test_blocks_may_come_again_and_in_any_parts(database_url: str, cuts: list[tuple[int, int]]) -> None:
    whole = ReadStore(open_engine("sqlite://"))
    whole.apply(HISTORY)
    parts = ReadStore(open_engine(database_url))
    parts.reset()
    reached = 0
    for back, forward in [*cuts, (len(HISTORY), len(HISTORY))]:
        start, stop = max(0, reached - back), min(len(HISTORY), reached + forward)
        parts.apply(HISTORY[start:stop])
        reached = max(reached, stop)
    assert fingerprint(parts.engine) == fingerprint(whole.engine)
    assert parts.position() == whole.position() == WHOLE
    whole.close()
    parts.close()


def test_what_fails_or_leaves_a_gap_changes_nothing(store: ReadStore) -> None:
    store.apply(HISTORY[:3])
    broken = LedgerTransaction("9" * 64, "f", b"", "", "", "", 0, b'{"effects":[{"no":"kind"}]}')
    with pytest.raises(KeyError):
        store.apply([HISTORY[3], LedgerBlock(4, (broken,))])
    with pytest.raises(GapInBlocks):
        store.apply(HISTORY[4:])
    assert store.position() == Position(2, 1, 1)
    assert store.apply(HISTORY[2:]) == 4


def test_the_revisions_make_the_tables_that_the_code_knows(store: ReadStore) -> None:
    assert SCHEMA.differences(store.engine) == []
    again = ReadStore(store.engine)
    assert again.position() == Position(-1, 0, 0)


def test_tables_of_before_the_first_revision_are_thrown_away(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE position (id integer, version integer)"))
        connection.execute(text("CREATE TABLE effects (id integer)"))
    opened = ReadStore(engine)
    assert opened.apply(HISTORY) == 5
    opened.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "read.sqlite"
    opened = ReadStore(open_engine(sqlite_url(path)))
    opened.apply(HISTORY)
    modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    opened.close()
    assert set(modes.values()) == {0o600}, modes
    assert "read.sqlite" in modes


def test_a_rebuilt_model_equals_the_live_one(store: ReadStore, tmp_path: Path) -> None:
    ledger = MemoryLedger(block_transactions={block.number: list(block.transactions) for block in HISTORY})
    live = ReadStore(open_engine(sqlite_url(tmp_path / "live.sqlite")))
    seen: list[int] = []

    async def main() -> None:
        following = asyncio.create_task(Projector(live, ledger).run())
        await Projector(store, ledger).catch_up(7, seen.append)
        for _ in range(500):
            await asyncio.sleep(0.01)
            if live.position().block == 6:
                break
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        assert fingerprint(live.engine) == fingerprint(store.engine)
        again = await rebuild(live, Projector(live, ledger), 7)
        assert again.equal
        with live.engine.begin() as connection:
            connection.execute(text("DELETE FROM words WHERE term = '竹'"))
        mended = await rebuild(live, Projector(live, ledger), 7)
        assert not mended.equal
        assert fingerprint(live.engine) == fingerprint(store.engine)

    asyncio.run(main())
    assert seen[-1] == 6
    assert store.position() == Position(6, 5, 5)
    live.close()


def test_mentions_leave_out_amounts_and_prose() -> None:
    found = mentions_of(
        {
            "kind": "x.y",
            "holder": "115100000085000013",
            "points": "60",
            "reason": "because",
            "lots": [{"issue": "abc", "points": "3"}],
            "bell": "\x00",
            "ranges": [{"batch": "b", "first": "1", "last": "2"}],
        }
    )
    assert found.identifiers == (("batch", "b"), ("holder", "115100000085000013"), ("issue", "abc"))
    assert found.ranges == (("b", 1, 2),)


@given(before=st.text(max_size=20), words=st.text(min_size=1, max_size=8), after=st.text(max_size=20))
def test_what_is_looked_for_in_a_text_is_found_there(before: str, words: str, after: str) -> None:
    there = normalised(f"{before} {words} {after}")
    terms = terms_of(there)
    for run in query_runs(words):
        assert run in there
        assert any(term.startswith(run[:2]) or term == run[:1] for term in terms) or run.isdigit()


@pytest.fixture
def searched(tmp_path: Path) -> Iterator[Api]:
    """An API whose read model has all of HISTORY."""
    api = open_api(tmp_path)
    api.ledger.block_transactions = {block.number: list(block.transactions) for block in HISTORY}
    with api.client:
        for _ in range(500):
            if api.store.position().block == 6:
                break
            time.sleep(0.01)
        yield api
    api.close()


def test_searches_over_http(searched: Api) -> None:
    def get(path: str, token: str = "") -> Any:
        answer = searched.client.get(path, headers=searched.headers(token=token or None))
        assert answer.status_code == 200, answer.text
        return answer.json()

    first = get(f"/v1/effects?names={OWNER}&limit=2")
    rest = get(f"/v1/effects?names={OWNER}&limit=2&after={first['after']}")
    assert [one["number"] for one in [*first["items"], *rest["items"]]] == ["1", "2", "5"]
    assert rest["after"] is None
    assert len(get("/v1/credits/batches/b1/serials/15/life")["items"]) == 3
    unknown = searched.client.get("/v1/credits/batches/b1/serials/1000/life", headers=searched.headers())
    assert (unknown.status_code, unknown.json()["field"]) == (404, "serial")
    did = get(f"/v1/organisations/{BUYER}/activity", searched.other_token)["items"]
    assert [[e["effect"]["kind"] for e in one["effects"]] for one in did] == [["points.issued"], []]
    assert [one["number"] for one in get("/v1/search?q=竹林")["items"]] == ["1"]
    state = get("/v1/read-model")
    assert (state["effects"], state["ledger_height"], state["blocks_behind"]) == ("5", "7", "0")
    assert searched.client.get("/v1/effects").status_code == 401


def chained(count: int, *, name: str = "") -> list[LedgerBlock]:
    """HISTORY's blocks with hashes: of another history when it has another name."""

    def hash_of(number: int) -> str:
        return f"{name}{number}".encode().hex().rjust(64, "0")

    return [
        replace(one, hash=hash_of(one.number), previous=hash_of(one.number - 1)) for one in HISTORY[:count]
    ]


def test_blocks_of_another_history_are_not_built_on(store: ReadStore) -> None:
    """An older ledger was put back and has gone on by itself: neither the same number nor the next one fits."""
    store.apply(chained(4))
    before = fingerprint(store.engine)
    for other in (chained(5, name="x")[4:], chained(5, name="x")[3:], chained(7, name="x")):
        with pytest.raises(OtherHistory):
            store.apply(other)
    assert fingerprint(store.engine) == before
    assert store.position().block == 3
    assert store.apply(chained(7)[3:]) == 2


@dataclass
class ChainedLedger(MemoryLedger):
    """Yields given blocks, and is as high as they say."""

    chain: list[LedgerBlock] = field(default_factory=list)

    async def height(self) -> int:
        return len(self.chain)

    async def blocks(self, start_block: int) -> AsyncIterator[LedgerBlock]:
        for block in self.chain[start_block:]:
            yield block
        await asyncio.Event().wait()


@pytest.mark.parametrize("chain", [chained(3), chained(4, name="x"), chained(7, name="x")], ids=len)
def test_a_ledger_that_was_put_back_stops_the_read_model_until_it_is_rebuilt(
    store: ReadStore, chain: list[LedgerBlock]
) -> None:
    """Behind, as high with another last block, and further: the projector ends, which /readyz tells."""
    store.apply(chained(4))
    ledger = ChainedLedger(chain=chain)

    async def main() -> None:
        with pytest.raises(OtherHistory, match="block 3"):
            await asyncio.wait_for(Projector(store, ledger).run(), 5)
        assert store.position().block == 3
        rebuilt = await asyncio.wait_for(rebuild(store, Projector(store, ledger), len(chain)), 5)
        assert rebuilt.position.block == len(chain) - 1
        assert rebuilt.equal == (len(chain) > 3), (
            "fingerprints are of what blocks say, and these say the same"
        )

    asyncio.run(main())
