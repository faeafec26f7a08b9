"""From the queue to the ledger: a few batches under way at once, each sent until its outcome is known.

A batch keeps its request id however often it is sent, and the contract answers a repeat as before, so a lost
answer or a kill between commit and note costs nothing. What the ledger refuses for good is noted as refused.
An identity that the ledger turns away, revoked for example, rests with all its batches and holds up nobody else's.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import structlog

from tanhui.registry_api.intake.queue import Batch, IntakeQueue
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import FORBIDDEN, LEDGER, LedgerRefusal, Problem

_log = structlog.get_logger(__name__)

RETRY_FIRST_S = 0.05
RETRY_LAST_S = 5.0
IDLE_S = 0.05
TURNED_AWAY = frozenset({FORBIDDEN.name, LEDGER.name})
"""Codes of problems that are the sender's own; every other passes, or is everybody's."""


@dataclass(slots=True)
class FeederCounts:
    """What has been done since the start, for metrics."""

    committed_lines: int = 0
    refused_lines: int = 0
    retries: int = 0
    in_flight: int = 0


@dataclass(slots=True)
class Feeder:
    """Drains a queue into one function of the contract.

    Args:
        argument_of: makes the function's argument, canonical JSON with the batch's request id.
        in_flight_max: batches under way at once.
    """

    queue: IntakeQueue
    ledger: Ledger
    function: str
    argument_of: Callable[[Batch], bytes]
    in_flight_max: int
    counts: FeederCounts = field(default_factory=FeederCounts)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _resting: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Identities that were turned away: until when (monotonic, seconds), and how long that pause was."""

    def wake(self) -> None:
        """Something was added."""
        self._wake.set()

    async def run(self) -> None:
        """Feed until cancelled. Batches under way then are sent again after the next start."""
        under_way: dict[asyncio.Task[None], int] = {}
        try:
            while True:
                batches = await self._next(under_way)
                for batch in batches:
                    under_way[asyncio.create_task(self._deliver(batch))] = batch.id
                if under_way:
                    done, _ = await asyncio.wait(
                        under_way, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED
                    )
                    for task in done:
                        del under_way[task]
                        task.result()
                elif not batches:
                    self._wake.clear()
                    await self._wake_or_idle()
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _next(self, under_way: Mapping[asyncio.Task[None], int]) -> list[Batch]:
        free = self.in_flight_max - len(under_way)
        if not free:
            return []
        now = time.monotonic()
        resting = {identity for identity, (until, _) in self._resting.items() if until > now}
        return await asyncio.to_thread(self.queue.next_batches, frozenset(under_way.values()), free, resting)

    def _rest(self, identity: str) -> None:
        _, pause_s = self._resting.get(identity, (0.0, RETRY_FIRST_S / 2))
        pause_s = min(pause_s * 2, RETRY_LAST_S)
        self._resting[identity] = time.monotonic() + pause_s, pause_s

    async def _wake_or_idle(self) -> None:
        try:
            async with asyncio.timeout(IDLE_S * 20):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _deliver(self, batch: Batch) -> None:
        self.counts.in_flight += 1
        try:
            await self._send_until_settled(batch)
        finally:
            self.counts.in_flight -= 1

    async def _send_until_settled(self, batch: Batch) -> None:
        argument = self.argument_of(batch)
        pause_s = RETRY_FIRST_S
        while True:
            try:
                committed = await self.ledger.submit(self.function, argument, batch.identity)
            except LedgerRefusal as refusal:
                outcome = msgspec.json.encode(
                    {
                        "code": refusal.code,
                        "field": refusal.field,
                        "value": refusal.value,
                        "params": refusal.params,
                    }
                )
                await asyncio.to_thread(self.queue.settle, batch.id, "refused", "", -1, outcome)
                self.counts.refused_lines += len(batch.numbers)
                return
            except Problem as problem:
                # Conflict, timeout, unreachable: the outcome may even be good. The request id makes it safe.
                self.counts.retries += 1
                _log.info("intake.retry", batch=batch.id, code=problem.code.name)
                if problem.code.name in TURNED_AWAY:
                    self._rest(batch.identity)
                    return
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, RETRY_LAST_S)
            else:
                await asyncio.to_thread(
                    self.queue.settle,
                    batch.id,
                    "committed",
                    committed.transaction_id,
                    committed.block,
                    committed.answer,
                )
                self.counts.committed_lines += len(batch.numbers)
                self._resting.pop(batch.identity, None)
                return
