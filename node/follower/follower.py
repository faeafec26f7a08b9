"""Following: blocks from a source through the replay into ledger and log, until told to stop or lied to.

A task reads ahead by a few blocks; one worker thread judges and commits. Publishing a checkpoint and asking
for cosignatures happens when the source has nothing more, or an interval has passed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog
from fabric_protos.common import common_pb2

from tanhui.network.protocol.blocks import block_hash
from tanhui.network.protocol.requests import BLOCK_NUMBER_MAX
from tanhui.network.protocol.transport import TransportError
from tanhui.node.follower.audit_log import AuditLog
from tanhui.node.follower.deliver_source import DeliverSource, SourceError
from tanhui.node.follower.evidence import LieFound
from tanhui.node.follower.replay import Replay
from tanhui.proofs.notes import Note

R = TypeVar("R")

_log = structlog.get_logger(__name__)

OnPublished = Callable[[Note], Awaitable[None]]
"""Called after each checkpoint: to collect cosignatures. It must not raise."""


@dataclass(frozen=True, slots=True)
class FollowerSettings:
    """Limits and waits.

    Attributes:
        read_ahead_max: blocks held between the source and the replay.
        publish_interval_s: at most so long a leaf waits for its checkpoint while the source is quiet.
        reconnect_first_s, reconnect_max_s: waits between attempts, doubling.
        give_up_after: attempts without a block in between until the error is raised; None: never.
    """

    read_ahead_max: int = 16
    publish_interval_s: float = 1.0
    reconnect_first_s: float = 0.5
    reconnect_max_s: float = 30.0
    give_up_after: int | None = None


class Follower:
    """One source followed into one replay and one log."""

    def __init__(
        self,
        replay: Replay,
        log: AuditLog,
        source: DeliverSource,
        *,
        evidence: Path,
        settings: FollowerSettings | None = None,
        on_published: OnPublished | None = None,
    ) -> None:
        """`evidence` is the folder where the files about lies go."""
        self._replay = replay
        self._auditing = log
        self._source = source
        self._evidence = evidence
        self._settings = settings or FollowerSettings()
        self._on_published = on_published
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tanhui-replay")

    async def run(self, *, once: bool = False) -> None:
        """Follow for ever, or with `once` to the source's newest block at the time of the call.

        Raises:
            LieFound: the evidence is written; its path stands in the log and its name in the error's notes.
            TransportError, SourceError: the source is gone or refuses, and patience ended.
        """
        await self._in_thread(self._auditing.catch_up, self._replay)
        try:
            await self._keep_following(once)
        except LieFound as lie:
            path = await self._in_thread(lie.evidence.write, self._evidence)
            lie.add_note(f"evidence: {path}")
            _log.critical(
                "follower.lie", kind=lie.evidence.kind, block=lie.evidence.block, evidence=str(path)
            )
            raise
        finally:
            try:
                # What was accepted before is true, whatever ended the run.
                if self._auditing.pending:
                    await self._publish()
                elif once and self._on_published is not None and self._auditing.checkpoint is not None:
                    await self._on_published(self._auditing.checkpoint)
            finally:
                # Whoever cancels twice must wait, too: ledger and log are closed next, and LevelDB does not survive
                # a thread that still reads or writes it.
                self._thread.shutdown(wait=True)

    async def _keep_following(self, once: bool) -> None:
        settings, attempts, wait_s = self._settings, 0, self._settings.reconnect_first_s
        while True:
            height = self._replay.height
            try:
                await self._check_source()
                stop = await self._newest() if once else BLOCK_NUMBER_MAX
                if stop >= self._replay.height:
                    await self._follow(stop)
                if once:
                    return
            except (TransportError, SourceError) as error:
                if self._replay.height > height:
                    attempts, wait_s = 0, settings.reconnect_first_s
                attempts += 1
                if settings.give_up_after is not None and attempts > settings.give_up_after:
                    raise
                _log.warning("follower.disconnected", source=self._source.name, reason=str(error))
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, settings.reconnect_max_s)

    async def _newest(self) -> int:
        newest = await self._source.block("newest")
        if newest is None:
            raise SourceError(self._source.name, common_pb2.NOT_FOUND, "has no block at all")
        return newest.header.number

    async def _check_source(self) -> None:
        """The source must still hold the auditor's last block: otherwise it forked or was rolled back."""
        if not self._replay.height:
            return
        last = self._replay.height - 1
        found = await self._source.block(last)
        if found is None:
            raise self._replay.rollback(self._source.name, f"the source no longer has block {last}")
        if found.header.number != last or block_hash(found.header) != self._replay.ledger.header_hash:
            raise self._replay.fork(found, self._source.name)

    async def _follow(self, stop: int) -> None:
        queue: asyncio.Queue[common_pb2.Block | None] = asyncio.Queue(self._settings.read_ahead_max)

        async def read() -> None:
            try:
                async for block in self._source.blocks(self._replay.height, stop):
                    await queue.put(block)
            except (TransportError, SourceError):
                await queue.put(None)
                raise
            await queue.put(None)

        reading = asyncio.create_task(read(), name="follow")
        try:
            while (block := await self._next(queue)) is not None:
                accepted = await self._in_thread(self._replay.accept, block, self._source.name)
                self._auditing.append(accepted.leaves)
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _next(self, queue: asyncio.Queue[common_pb2.Block | None]) -> common_pb2.Block | None:
        """The next block; what is pending is published when none comes for a while."""
        if self._auditing.pending and queue.empty():
            try:
                async with asyncio.timeout(self._settings.publish_interval_s):
                    return await queue.get()
            except TimeoutError:
                await self._publish()
        return await queue.get()

    async def _publish(self) -> None:
        note = await self._in_thread(self._auditing.publish)
        _log.info("follower.published", size=self._auditing.size, height=self._replay.height)
        if self._on_published is not None:
            await self._on_published(note)

    async def _in_thread(self, work: Callable[..., R], *args: object) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
