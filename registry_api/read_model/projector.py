"""Keeps the read model up with the ledger: events in, by blocks, from where the model stands."""

import asyncio
from collections.abc import AsyncIterator, Callable

import structlog

from tanhui.registry_api.ledger import Ledger, LedgerEvent
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.read_model.store import ReadStore

_log = structlog.get_logger(__name__)

EVENTS_A_COMMIT = 500
QUIET_S = 0.05
"""After so long without another event what has come is committed."""
RETRY_S = 1.0


class Projector:
    """Feeds one store from one ledger."""

    def __init__(self, store: ReadStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self.block = store.position().block
        """The newest block whose effects stand in the model, -1 before the first."""

    async def run(self) -> None:
        """Follow the ledger until cancelled; an unreachable ledger is asked again."""
        while True:
            try:
                await self._follow()
            except Problem as problem:
                _log.info("read_model.retry", code=problem.code.name)
                await asyncio.sleep(RETRY_S)

    async def catch_up(self, height: int, progress: Callable[[int], None] = lambda _block: None) -> None:
        """Take in every block below `height`, and no more; `progress` is told how far it came."""
        position = await asyncio.to_thread(self._store.position)
        gathered: list[LedgerEvent] = []
        async for event in self._ledger.past_events(max(position.block, 0), height):
            gathered.append(event)
            if len(gathered) >= EVENTS_A_COMMIT:
                await self._apply(gathered)
                progress(gathered[-1].block)
                gathered = []
        if gathered:
            await self._apply(gathered)
        progress(height - 1)

    async def _follow(self) -> None:
        async for events in self._batches():
            await self._apply(events)

    async def _apply(self, events: list[LedgerEvent]) -> None:
        await asyncio.to_thread(self._store.apply, events)
        self.block = events[-1].block

    async def _batches(self) -> AsyncIterator[list[LedgerEvent]]:
        """Events from the model's position on, gathered while they keep coming."""
        position = await asyncio.to_thread(self._store.position)
        after = position.transaction or None
        stream = aiter(self._ledger.events(max(position.block, 0), after))
        pending: asyncio.Task[LedgerEvent] | None = None
        gathered: list[LedgerEvent] = []
        try:
            while True:
                pending = pending or asyncio.ensure_future(_next(stream))
                done, _ = await asyncio.wait({pending}, timeout=QUIET_S if gathered else None)
                if done:
                    try:
                        gathered.append(pending.result())
                    except StopAsyncIteration:
                        break
                    finally:
                        pending = None
                if gathered and (not done or len(gathered) >= EVENTS_A_COMMIT):
                    yield gathered
                    gathered = []
            if gathered:
                yield gathered
        finally:
            if pending is not None:
                pending.cancel()


async def _next(stream: AsyncIterator[LedgerEvent]) -> LedgerEvent:
    return await anext(stream)
