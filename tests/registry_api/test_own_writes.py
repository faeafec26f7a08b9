"""Who has written finds it at once: a write's answer waits for the searches, but not for ever."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tanhui.registry_api.database.engine import open_engine, sqlite_url
from tanhui.registry_api.ledger import LedgerBlock
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.settings import ApiSettings
from tests.support.api import Api, MemoryLedger, open_api
from tests.support.history import HISTORY, made, moved

LATE_S = 0.2
NEVER_S = 30.0
PATH = "/v1/functions/notes/Write"


@dataclass
class LateLedger(MemoryLedger):
    """Tells of each block only some time after its write was answered, as a peer's block stream may."""

    late_s: float = LATE_S
    told: list[LedgerBlock] = field(default_factory=list)

    async def blocks(self, start_block: int) -> AsyncIterator[LedgerBlock]:
        number = start_block
        while True:
            while number <= self.submits:
                await asyncio.sleep(self.late_s if number else 0)
                effect = moved("issued", number, number, project=f"p{number}")
                yield LedgerBlock(number, (made(number, effect),) if number else ())
                number += 1
            await asyncio.sleep(0.001)


def found(api: Api) -> list[str]:
    """The blocks of the effects that a search gives."""
    answer = api.client.get("/v1/effects?kind=credits.issued", headers=api.headers())
    return [one["block"] for one in answer.json()["items"]]


def test_what_was_written_is_found_by_the_next_read(tmp_path: Path) -> None:
    api = open_api(tmp_path, ledger=LateLedger())
    with api.client:
        for number in range(1, 4):
            written = api.client.post(PATH, json={"text": "a"}, headers=api.headers(f"20261121-w{number}"))
            assert written.status_code == 201, written.text
            assert found(api) == [str(one) for one in range(1, number + 1)]
    api.close()


def test_many_written_together_are_found_too(tmp_path: Path) -> None:
    api = open_api(tmp_path, ledger=LateLedger(late_s=0.02))
    order = {"function": "notes:Write", "items": [{"text": "a"}, {"text": "forbidden"}, {"text": "b"}]}
    with api.client:
        written = api.client.post("/v1/bulk", json=order, headers=api.headers("20261121-many")).json()
        assert (written["written"], written["refused"]) == (2, 1)
        assert api.client.get("/v1/read-model", headers=api.headers()).json()["block"] == "3"
    api.close()


def test_a_write_is_answered_although_the_searches_stay_behind(tmp_path: Path) -> None:
    api = open_api(tmp_path, ApiSettings(writes_shown_within_ms=100), ledger=LateLedger(late_s=NEVER_S))
    with api.client:
        begun = time.monotonic()
        written = api.client.post(PATH, json={"text": "a"}, headers=api.headers("20261121-w"))
        assert written.status_code == 201
        assert time.monotonic() - begun < NEVER_S / 2
        assert found(api) == []
    api.close()


def test_nobody_waits_while_nothing_follows_the_ledger(tmp_path: Path) -> None:
    """A read model that has stopped does not hold up who writes."""

    async def main() -> None:
        store = ReadStore(open_engine(sqlite_url(tmp_path / "read.sqlite")))
        store.apply(HISTORY[:2])
        stopped = Projector(store, MemoryLedger())
        assert await asyncio.wait_for(stopped.reached(1, NEVER_S), 5)
        assert not await asyncio.wait_for(stopped.reached(2, NEVER_S), 5)
        following = asyncio.create_task(stopped.run())
        await asyncio.sleep(0)
        assert await asyncio.wait_for(stopped.reached(6, NEVER_S), 5)
        waiting = asyncio.create_task(stopped.reached(1_000, NEVER_S))
        await asyncio.sleep(0)
        following.cancel()
        assert not await asyncio.wait_for(waiting, 5)
        store.close()

    asyncio.run(main())
