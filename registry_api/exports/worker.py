"""Makes reports into files, one after another; a job that a stop broke off is made again from its beginning."""

import asyncio
import time
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO, Final

import structlog

from tanhui.registry_api.exports.files import ExportFiles
from tanhui.registry_api.exports.progress import Progress, Stopped
from tanhui.registry_api.jobs.store import Job, JobStore
from tanhui.registry_api.languages import Language
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import (
    INTERNAL,
    ApiCode,
    LedgerRefusal,
    Problem,
    problem_document,
    refusal_document,
)
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.reports.asking import answered
from tanhui.registry_api.reports.catalogue import REPORTS
from tanhui.registry_api.reports.forms import FORMS, notes
from tanhui.registry_api.reports.reading import effects_up_to
from tanhui.registry_api.reports.report import Report, Row, Wish
from tanhui.registry_api.reports.tables import TOO_MANY_ROWS, Sheet

_log = structlog.get_logger(__name__)

KIND: Final = "export"
IDLE_S: Final = 1.0
TOLD_S: Final = 0.3
"""How often progress is noted, and a cancelled job noticed."""
SWEPT_S: Final = 600.0
SECONDS_MAX: Final = 6 * 3_600.0
"""How long one report may ask the ledger."""
FILE_BYTES_MAX: Final = 2 << 30
TOO_LARGE_FILE: Final = ApiCode(
    "api.export_bytes",
    413,
    "报表文件超过 {limit} 字节,请缩小范围",
    "The report's file exceeds {limit} bytes; narrow it",
)


def wish_of(request: dict[str, Any]) -> Wish:
    """The wish as a job keeps it."""
    as_of, since = (
        date.fromisoformat(text) if text else None for text in (request["as_of"], request["since"])
    )
    return Wish(as_of, since, request["of"], language=_language(request))


def _language(request: dict[str, Any]) -> Language:
    return "en" if request["language"] == "en" else "zh"


class ExportWorker:
    """Takes exports from the jobs and makes their files."""

    def __init__(
        self, jobs: JobStore, files: ExportFiles, ledger: Ledger, store: ReadStore, projector: Projector
    ) -> None:
        self._jobs = jobs
        self._files = files
        self._ledger = ledger
        self._store = store
        self._projector = projector
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        await asyncio.to_thread(self._jobs.recover, KIND)
        swept = 0.0
        while True:
            if time.monotonic() - swept > SWEPT_S or not swept:
                await asyncio.to_thread(self._files.sweep)
                swept = time.monotonic()
            job = await asyncio.to_thread(self._jobs.next, KIND)
            if job is not None:
                await self._do(job)
                continue
            self._wake.clear()
            try:
                async with asyncio.timeout(IDLE_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _do(self, job: Job) -> None:
        """One job to its end; whatever it is, the next one must not wait for it for ever."""
        progress, language = Progress(), _language(job.request)
        watching = asyncio.create_task(self._watch(job, progress))
        try:
            await self._make(job, progress)
        except Stopped:
            return
        except Problem as problem:
            await self._failed(job, problem_document(problem, language))
        except LedgerRefusal as refusal:
            await self._failed(job, refusal_document(refusal, language))
        except Exception:  # noqa: BLE001  logged
            _log.exception("exports.failed", job=job.id)
            await self._failed(job, problem_document(Problem(INTERNAL), language))
        else:
            whole = max(progress.done, progress.total)
            if await asyncio.to_thread(self._jobs.progress, job.id, whole, whole):
                await asyncio.to_thread(self._jobs.finish, job.id, "done")
            else:
                await asyncio.to_thread(self._files.remove, job.id)
        finally:
            progress.stop()
            watching.cancel()

    async def _watch(self, job: Job, progress: Progress) -> None:
        while True:
            if not await asyncio.to_thread(self._jobs.progress, job.id, progress.done, progress.total):
                progress.stop()
                return
            await asyncio.sleep(TOLD_S)

    async def _failed(self, job: Job, document: dict[str, Any]) -> None:
        await asyncio.to_thread(self._jobs.finish, job.id, "failed", document)

    async def _make(self, job: Job, progress: Progress) -> None:
        report = REPORTS[job.request["report"]]
        wish = await answered(
            report,
            wish_of(job.request),
            self._ledger,
            job.identity,
            seconds_max=SECONDS_MAX,
            told=progress,
        )
        await asyncio.to_thread(self._write, job, report, wish, progress)

    def _write(self, job: Job, report: Report, wish: Wish, progress: Progress) -> None:
        form = FORMS[job.request["format"]]
        told = notes(wish, self._projector.block, wish.language)

        def write(out: BinaryIO) -> None:
            rows = report.rows(effects_up_to(connection, wish, progress), wish)
            bounded = _bounded(rows, form.rows_max, out, progress)
            form.write(Sheet(report.title(wish.language), told, report.columns, bounded, wish.language), out)

        with self._store.engine.connect() as connection:
            if self._files.write(job.id, write) > FILE_BYTES_MAX:
                self._files.remove(job.id)
                raise Problem(TOO_LARGE_FILE, params={"limit": str(FILE_BYTES_MAX)})


def _bounded(rows: Iterator[Row], rows_max: int, out: BinaryIO, progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == rows_max:
            raise Problem(TOO_MANY_ROWS, params={"limit": str(rows_max)})
        if out.tell() > FILE_BYTES_MAX:
            raise Problem(TOO_LARGE_FILE, params={"limit": str(FILE_BYTES_MAX)})
        progress(0, 0)
        yield row
