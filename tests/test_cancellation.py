"""What is told to stop stops, also in the turn of the event loop in which something comes for it."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from fabric_protos.common import common_pb2

from tanhui.node.follower import AuditLog, DeliverSource, Follower, FollowerSettings, Replay
from tanhui.registry_api.jobs.store import JobStore
from tanhui.registry_api.jobs.worker import JobWorker
from tanhui.registry_api.ledger import Ledger
from tests.support.asynchronous import asynchronous
from tests.support.told_to_stop import ends_whenever_told

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("chaincode", "cli", "crypto_config", "network", "node", "proofs", "registry_api")


class NoJobs:
    """A store in which there is never anything."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def recover(self, kind: str) -> None:
        del kind

    def next(self, kind: str) -> None:
        del kind
        self._loop.call_soon_threadsafe(self.asked.set)


@asynchronous
async def test_a_worker_stops_though_it_is_woken_at_that_moment() -> None:
    async def begin() -> tuple[asyncio.Task[None], Callable[[], object]]:
        store = NoJobs()
        worker = JobWorker(cast("JobStore", store), cast("Ledger", None))
        task = asyncio.create_task(worker.run())
        await store.asked.wait()
        await asyncio.sleep(0.02)
        return task, worker.wake

    assert await ends_whenever_told(begin)


@asynchronous
async def test_a_follower_stops_though_a_block_comes_at_that_moment() -> None:
    async def begin() -> tuple[asyncio.Task[None], Callable[[], object]]:
        queue: asyncio.Queue[common_pb2.Block | None] = asyncio.Queue()
        follower = Follower(
            cast("Replay", None),
            cast("AuditLog", SimpleNamespace(pending=1)),
            cast("DeliverSource", None),
            evidence=Path(),
            settings=FollowerSettings(publish_interval_s=60),
        )

        async def follow() -> None:
            while True:
                await follower._next(queue)

        task = asyncio.create_task(follow())
        await asyncio.sleep(0.01)
        return task, lambda: queue.put_nowait(common_pb2.Block())

    assert await ends_whenever_told(begin)


def test_nothing_in_the_house_forgets_a_cancellation() -> None:
    """`asyncio.timeout` does what `wait_for` does, and keeps it."""
    using = [
        str(path.relative_to(ROOT))
        for folder in HOUSE
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bwait_for\(", path.read_text("utf-8"))
    ]
    assert using == []
