"""Does jobs one after another. A job that a stop broke off goes on where it stood: its items are safe to repeat."""

import asyncio
from functools import partial
from typing import Final

import structlog

from tanhui.registry_api.jobs.items import BulkOrder, in_flight, write_item
from tanhui.registry_api.jobs.store import Job, JobStore
from tanhui.registry_api.languages import Language
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import INTERNAL, Problem, problem_document

_log = structlog.get_logger(__name__)

IN_FLIGHT_MAX: Final = 4
IDLE_S: Final = 1.0
RETRIED: Final = frozenset({429, 502, 503})
"""An item that met one of these is tried again: the ledger was away, nothing was decided."""
RETRY_S: Final = 1.0
ATTEMPTS_MAX: Final = 60


class JobWorker:
    """Takes jobs from a store and does them."""

    def __init__(self, store: JobStore, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        await asyncio.to_thread(self._store.recover, "bulk")
        while True:
            job = await asyncio.to_thread(self._store.next, "bulk")
            if job is None:
                self._wake.clear()
                try:
                    async with asyncio.timeout(IDLE_S):
                        await self._wake.wait()
                except TimeoutError:
                    continue
                continue
            await self._do(job)

    async def _do(self, job: Job) -> None:
        try:
            await self._bulk(job)
        except Exception:  # noqa: BLE001  logged; see below
            # Whatever it is, it is one job's: the next one must not wait for it for ever.
            _log.exception("jobs.failed", job=job.id)
            document = problem_document(Problem(INTERNAL), "en")
            await asyncio.to_thread(self._store.finish, job.id, "failed", document)
        else:
            await asyncio.to_thread(self._store.finish, job.id, "done")

    async def _bulk(self, job: Job) -> None:
        order = BulkOrder(job.request["function"], tuple(job.request["items"]))
        settled = await asyncio.to_thread(self._store.settled, job.id)
        left = [number for number in range(len(order.items)) if number not in settled]
        language: Language = "en" if job.request.get("language") == "en" else "zh"

        async def one(number: int) -> None:
            current = await asyncio.to_thread(self._store.get, job.id, job.organisation)
            if current is None or current.state == "cancelled":
                return
            for attempt in range(ATTEMPTS_MAX):
                status, told = await write_item(
                    self._ledger, order, job.request["key"], number, identity=job.identity, language=language
                )
                if status not in RETRIED or attempt == ATTEMPTS_MAX - 1:
                    break
                await asyncio.sleep(RETRY_S)
            await asyncio.to_thread(self._store.settle_item, job.id, number, status, told)

        await in_flight([partial(one, number) for number in left], IN_FLIGHT_MAX)
