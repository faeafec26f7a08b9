"""Jobs and their items in the API's own database. Calls block on the disk: use them from a thread."""

import json
import time
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tanhui.registry_api.problems import IDEMPOTENCY_REUSED, Problem
from tanhui.registry_api.service.tables import JOB_ITEMS, JOBS

PAGE_MAX: Final = 500
WAITING_A_CALLER_MAX: Final = 20
"""Jobs of one organisation that are not finished; past it the answer is 429."""
KEPT_S: Final = 30 * 86_400
"""How long a finished job is kept: as long as the ledger remembers request ids."""

JobKind = Literal["bulk", "export"]
"""Orders to be written one by one; a report to be made into a file."""
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
UNFINISHED: Final = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was asked for, and how far it has come."""

    id: str
    organisation: str
    identity: str
    kind: JobKind
    request: dict[str, Any]
    state: JobState
    total: int
    done: int
    failed: int
    created: int
    finished: int
    problem: dict[str, Any] | None


class JobStore:
    """The tables of jobs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recover(self, kind: JobKind) -> None:
        """After a start: what was under way waits again, from its beginning; what is long finished goes."""
        running = (JOBS.c.state == "running") & (JOBS.c.kind == kind)
        with self._engine.begin() as connection:
            connection.execute(update(JOBS).where(running).values(state="waiting"))
            old = select(JOBS.c.id).where(
                (JOBS.c.finished > 0) & (JOBS.c.finished < int(time.time()) - KEPT_S)
            )
            connection.execute(delete(JOB_ITEMS).where(JOB_ITEMS.c.job.in_(old)))
            connection.execute(
                delete(JOBS).where((JOBS.c.finished > 0) & (JOBS.c.finished < int(time.time()) - KEPT_S))
            )

    def add(self, job: Job, key: str) -> tuple[Job, bool]:
        """Keep a job; the one that is there when it is asked for again, and False.

        Raises:
            Problem: 409, the id stands for another request.
        """
        text = json.dumps(job.request, ensure_ascii=False, sort_keys=True)
        values = {
            "id": job.id,
            "organisation": job.organisation,
            "identity": job.identity,
            "kind": job.kind,
            "request": text,
            "state": job.state,
            "total": job.total,
            "done": 0,
            "failed": 0,
            "created": job.created,
            "finished": 0,
            "problem": "",
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(JOBS).values(values))
        except IntegrityError:
            with self._engine.connect() as connection:
                row = connection.execute(select(JOBS).where(JOBS.c.id == job.id)).mappings().one()
        else:
            return job, True
        known = _job(dict(row))
        if _asked(known) != _asked(job):
            raise Problem(IDEMPOTENCY_REUSED, name="Idempotency-Key", value=key)
        return known, False

    def unfinished(self, organisation: str) -> int:
        """How many jobs of an organisation are not finished."""
        query = select(func.count()).where(
            (JOBS.c.organisation == organisation) & JOBS.c.state.in_(UNFINISHED)
        )
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def next(self, kind: JobKind) -> Job | None:
        """The oldest of a kind that waits, now running."""
        waiting = (JOBS.c.state == "waiting") & (JOBS.c.kind == kind)
        with self._engine.begin() as connection:
            query = select(JOBS).where(waiting).order_by(JOBS.c.created, JOBS.c.id).limit(1)
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            connection.execute(update(JOBS).where(JOBS.c.id == row["id"]).values(state="running"))
        return _job(dict(row))

    def get(self, job_id: str, organisation: str) -> Job | None:
        """One job of an organisation."""
        query = select(JOBS).where((JOBS.c.id == job_id) & (JOBS.c.organisation == organisation))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _job(dict(row))

    def of(self, organisation: str, after: str, limit: int) -> list[Job]:
        """Jobs of an organisation, by id."""
        query = (
            select(JOBS)
            .where((JOBS.c.organisation == organisation) & (JOBS.c.id > after))
            .order_by(JOBS.c.id)
            .limit(min(limit, PAGE_MAX))
        )
        with self._engine.connect() as connection:
            return [_job(dict(row)) for row in connection.execute(query).mappings()]

    def settled(self, job_id: str) -> set[int]:
        """Numbers of the items that have their outcome."""
        with self._engine.connect() as connection:
            return set(connection.scalars(select(JOB_ITEMS.c.number).where(JOB_ITEMS.c.job == job_id)))

    def settle_item(self, job_id: str, number: int, status: int, document: dict[str, Any]) -> None:
        """Note an item's outcome and count it, at once."""
        row = {
            "job": job_id,
            "number": number,
            "status": status,
            "document": json.dumps(document, ensure_ascii=False),
        }
        counted = {"done": JOBS.c.done + 1, "failed": JOBS.c.failed + (0 if status < 300 else 1)}
        with self._engine.begin() as connection:
            connection.execute(insert(JOB_ITEMS).values(row))
            connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(counted))

    def progress(self, job_id: str, done: int, total: int) -> bool:
        """Note how far a job without items has come; False once it is not under way any more."""
        running = (JOBS.c.id == job_id) & (JOBS.c.state == "running")
        with self._engine.begin() as connection:
            noted = connection.execute(update(JOBS).where(running).values(done=done, total=total))
            return bool(noted.rowcount)

    def finished(self, kind: JobKind, limit: int) -> list[Job]:
        """What has ended of a kind, newest first."""
        query = select(JOBS).where((JOBS.c.kind == kind) & (JOBS.c.finished > 0))
        with self._engine.connect() as connection:
            newest = query.order_by(JOBS.c.finished.desc(), JOBS.c.id).limit(limit)
            return [_job(dict(row)) for row in connection.execute(newest).mappings()]

    def items(self, job_id: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Outcomes of items with a number over `after`."""
        query = (
            select(JOB_ITEMS)
            .where((JOB_ITEMS.c.job == job_id) & (JOB_ITEMS.c.number > after))
            .order_by(JOB_ITEMS.c.number)
            .limit(min(limit, PAGE_MAX))
        )
        with self._engine.connect() as connection:
            return [
                {"number": row["number"], "status": row["status"], **json.loads(row["document"])}
                for row in connection.execute(query).mappings()
            ]

    def finish(self, job_id: str, state: JobState, problem: dict[str, Any] | None = None) -> None:
        """The job ends in `state`, unless it was cancelled meanwhile."""
        values = {
            "state": state,
            "finished": int(time.time()),
            "problem": json.dumps(problem, ensure_ascii=False) if problem else "",
        }
        with self._engine.begin() as connection:
            unfinished = (JOBS.c.id == job_id) & JOBS.c.state.in_(UNFINISHED)
            connection.execute(update(JOBS).where(unfinished).values(values))


def _asked(job: Job) -> tuple[str, dict[str, Any]]:
    """What was asked for, in whatever language the refusals are told."""
    return job.kind, {name: value for name, value in job.request.items() if name != "language"}


def _job(row: dict[str, Any]) -> Job:
    return Job(
        id=row["id"],
        organisation=row["organisation"],
        identity=row["identity"],
        kind=row["kind"],
        request=json.loads(row["request"]),
        state=row["state"],
        total=row["total"],
        done=row["done"],
        failed=row["failed"],
        created=row["created"],
        finished=row["finished"],
        problem=json.loads(row["problem"]) if row["problem"] else None,
    )
