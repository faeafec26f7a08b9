"""Keeps the read model up with the ledger: blocks in, in their order, from where the model stands."""

import asyncio
from collections.abc import AsyncIterator, Callable

import structlog

from tanhui.registry_api.ledger import Ledger, LedgerBlock
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.read_model.store import GapInBlocks, OtherHistory, ReadStore

_log = structlog.get_logger(__name__)

TRANSACTIONS_A_COMMIT = 500
BLOCKS_A_COMMIT = 500
QUIET_S = 0.02
"""After so long without another block what has come is committed; at once when somebody waits for it."""
RETRY_S = 1.0


class Projector:
    """Feeds one store from one ledger."""

    def __init__(self, store: ReadStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self.block = store.position().block
        """The newest block that stands in the model, -1 before the first."""
        self.seen = self.block
        """The newest block that has come, perhaps not yet in the model."""
        self._awaited = self.block
        """The newest block that somebody waits for."""
        self._applied = asyncio.Event()
        """Set, and replaced, whenever blocks have come into the model or it is followed no longer."""
        self._follows = False

    async def reached(self, block: int, within_s: float) -> bool:
        """Wait until the model has `block`, at most so many seconds; whether it has.

        No time is spent while nothing follows the ledger: then it would pass in vain.
        """
        self._awaited = max(self._awaited, block)
        try:
            async with asyncio.timeout(within_s):
                while self.block < block and self._follows:
                    await self._applied.wait()
        except TimeoutError:
            _log.info("read_model.behind", block=self.block, awaited=block)
        return self.block >= block

    async def run(self) -> None:
        """Follow the ledger until cancelled; an unreachable ledger is asked again.

        Raises:
            OtherHistory: the ledger is not, or no longer, the one that the model was made from.
        """
        self._follows = True
        try:
            while True:
                try:
                    async for blocks in self._batches(None):
                        await self._apply(blocks)
                except (Problem, GapInBlocks) as problem:
                    _log.info("read_model.retry", reason=str(problem))
                await asyncio.sleep(RETRY_S)
        finally:
            self._follows = False
            self._wake()

    async def catch_up(self, height: int, progress: Callable[[int], None] = lambda _block: None) -> None:
        """Take in every block below `height`, and no more; `progress` is told how far it came."""
        async for blocks in self._batches(height):
            await self._apply(blocks)
            progress(self.block)

    async def _require_not_ahead(self) -> None:
        if self.block < 0:
            return
        height = await self._ledger.height()
        if height <= self.block:
            raise OtherHistory(
                self.block, f"is missing: its height is {height}; it is behind, or an older copy was put back"
            )

    async def _apply(self, blocks: list[LedgerBlock]) -> None:
        await asyncio.to_thread(self._store.apply, blocks)
        self.block = max(self.block, blocks[-1].number)
        self._wake()

    def _wake(self) -> None:
        applied, self._applied = self._applied, asyncio.Event()
        applied.set()

    def _quiet_s(self, gathered: list[LedgerBlock]) -> float | None:
        """How long to wait for another block."""
        if not gathered:
            return None
        return 0 if self.block < self._awaited <= gathered[-1].number else QUIET_S

    async def _batches(self, height: int | None) -> AsyncIterator[list[LedgerBlock]]:
        """Blocks from the model's position on, gathered while they keep coming; to below `height`, if given."""
        position = await asyncio.to_thread(self._store.position)
        self.block = position.block
        if height is not None and self.block >= height - 1:
            return
        await self._require_not_ahead()
        # The last block again, so that its hash is compared before anything is built on it.
        stream = self._ledger.blocks(self.block if position.hash else self.block + 1)
        pending: asyncio.Task[LedgerBlock] | None = None
        gathered: list[LedgerBlock] = []
        try:
            while True:
                pending = pending or asyncio.ensure_future(_next(stream))
                done, _ = await asyncio.wait({pending}, timeout=self._quiet_s(gathered))
                if done:
                    gathered.append(pending.result())
                    self.seen = max(self.seen, gathered[-1].number)
                    pending = None
                last = height is not None and bool(gathered) and gathered[-1].number >= height - 1
                if gathered and (not done or last or _full(gathered)):
                    yield gathered
                    gathered = []
                if last:
                    return
        except StopAsyncIteration:
            if gathered:
                yield gathered
        finally:
            if pending is not None:
                pending.cancel()
                await asyncio.gather(pending, return_exceptions=True)


def _full(gathered: list[LedgerBlock]) -> bool:
    transactions = sum(len(block.transactions) for block in gathered)
    return transactions >= TRANSACTIONS_A_COMMIT or len(gathered) >= BLOCKS_A_COMMIT


async def _next(stream: AsyncIterator[LedgerBlock]) -> LedgerBlock:
    return await anext(stream)
