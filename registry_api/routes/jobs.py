"""Jobs: POST what is to be done, GET how far it has come and what became of each item, DELETE to give it up."""

import asyncio
import hashlib
import json
import time
from functools import partial
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Path, Query, Request, Response

from tanhui.registry_api.access.authentication import Authenticator, require_scope
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.scopes import READ, WRITE, of_function
from tanhui.registry_api.contract_metadata import IDEMPOTENCY_PARAMETER, ContractMetadata
from tanhui.registry_api.exports.files import ExportFiles
from tanhui.registry_api.jobs.store import PAGE_MAX, WAITING_A_CALLER_MAX, Job, JobKind, JobStore
from tanhui.registry_api.languages import language_of
from tanhui.registry_api.problems import BUSY, NOT_FOUND, Problem
from tanhui.registry_api.routes.answers import json_answer
from tanhui.registry_api.routes.bodies import read_json_object
from tanhui.registry_api.routes.bulk import BODY, bulk_key, bulk_order

ITEMS_MAX = 10_000
JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
AfterJob = Annotated[str, Query(max_length=32, pattern="^[0-9a-f]*$")]
AfterItem = Annotated[int, Query(ge=-1, le=ITEMS_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


class Worker(Protocol):
    """Does jobs in the background."""

    def wake(self) -> None:
        """There is something to do."""


def _described() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(json.dumps(BODY))
    content = described["requestBody"]["content"]["application/json"]
    content["schema"]["properties"]["items"]["maxItems"] = ITEMS_MAX
    described["parameters"] = [dict(IDEMPOTENCY_PARAMETER)]
    return described


def job_routes(
    store: JobStore,
    worker: Worker,
    authenticator: Authenticator,
    metadata: ContractMetadata,
    *,
    body_bytes_max: int,
    files: ExportFiles,
) -> APIRouter:
    """The resource /v1/jobs: an organisation's own."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
    known = partial(job_of, store)

    @router.post(
        "", operation_id="jobs_Create", status_code=202, openapi_extra=_described(), response_class=Response
    )
    async def create(request: Request) -> Response:
        """Write up to 10,000 items by one function in the background."""
        caller = authenticator.authenticate(request)
        document = await read_json_object(request, body_bytes_max * 16)
        order = bulk_order(document, metadata, ITEMS_MAX)
        require_scope(caller, of_function(WRITE, order.function))
        key = bulk_key(request)
        asked = {"function": order.function, "items": list(order.items), "key": key}
        new = new_job(caller, "bulk", key, asked | {"language": language_of(request)}, len(order.items))
        return await taken(store, worker, new, key)

    @router.get("", operation_id="jobs_List", response_class=Response)
    async def listed(request: Request, *, after: AfterJob = "", limit: Limit = 100) -> Response:
        """The organisation's jobs."""
        caller = authenticator.require(request)
        jobs = await asyncio.to_thread(store.of, caller.owner, after, limit)
        following = jobs[-1].id if len(jobs) == limit else None
        return json_answer(request, {"items": [_shown(job) for job in jobs], "after": following})

    @router.get("/{job}", operation_id="jobs_Get", response_class=Response)
    async def get(request: Request, job: JobId) -> Response:
        """How far a job has come."""
        caller = authenticator.require(request)
        return json_answer(request, _shown(await known(caller, job)))

    @router.get("/{job}/items", operation_id="jobs_Items", response_class=Response)
    async def items(request: Request, job: JobId, *, after: AfterItem = -1, limit: Limit = 100) -> Response:
        """What became of each item, by its number in the request, from 0."""
        caller = authenticator.require(request)
        found = await known(caller, job)
        page = await asyncio.to_thread(store.items, found.id, after, limit)
        following = str(page[-1]["number"]) if len(page) == limit else None
        return json_answer(request, {"items": page, "after": following})

    @router.delete("/{job}", operation_id="jobs_Cancel", response_class=Response)
    async def cancel(request: Request, job: JobId) -> Response:
        """Give up what is not done yet; what is written stays, an export's file goes."""
        caller = authenticator.authenticate(request)
        found = await known(caller, job)
        require_scope(caller, READ if found.kind == "export" else WRITE)
        await asyncio.to_thread(store.finish, found.id, "cancelled")
        await asyncio.to_thread(files.remove, found.id)
        return json_answer(request, _shown(await known(caller, job)))

    return router


async def job_of(store: JobStore, caller: Caller, job_id: str) -> Job:
    """A job of the caller's organisation. Raises Problem (404)."""
    job = await asyncio.to_thread(store.get, job_id, caller.owner)
    if job is None:
        raise Problem(NOT_FOUND, name="job", value=job_id)
    return job


def new_job(caller: Caller, kind: JobKind, key: str, request: dict[str, Any], total: int) -> Job:
    """A job that waits; the same caller and key make the same id."""
    return Job(
        id=hashlib.sha256(f"{caller.owner}\n{key}".encode()).hexdigest()[:32],
        organisation=caller.owner,
        identity=caller.identity,
        kind=kind,
        request=request,
        state="waiting",
        total=total,
        done=0,
        failed=0,
        created=int(time.time()),
        finished=0,
        problem=None,
    )


async def taken(store: JobStore, worker: Worker, new: Job, key: str) -> Response:
    """202 with where the job is; the one that is there when it is asked for again. Raises Problem (409, 429)."""
    if await asyncio.to_thread(store.unfinished, new.organisation) >= WAITING_A_CALLER_MAX:
        raise Problem(BUSY, params={"seconds": "5"}, headers={"Retry-After": "5"})
    job, fresh = await asyncio.to_thread(store.add, new, key)
    worker.wake()
    headers = {"Location": f"/v1/jobs/{job.id}"} | ({} if fresh else {"Idempotent-Replayed": "true"})
    return Response(json.dumps(_shown(job), ensure_ascii=False), 202, headers, "application/json")


def _shown(job: Job) -> dict[str, Any]:
    shown = {
        "id": job.id,
        "kind": job.kind,
        "function": job.request.get("function", ""),
        "report": job.request.get("report", ""),
        "format": job.request.get("format", ""),
        "state": job.state,
        "total": job.total,
        "done": job.done,
        "failed": job.failed,
        "created": job.created,
        "finished": job.finished,
        "problem": job.problem,
    }
    place = "file" if job.kind == "export" else "items"
    return shown | {place: f"/v1/jobs/{job.id}/{place}"}
