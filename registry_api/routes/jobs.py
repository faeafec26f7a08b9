"""Jobs: POST what is to be done, GET how far it has come and what became of each item, DELETE to give it up."""

import asyncio
import hashlib
import json
import time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from tanhui.registry_api.access.authentication import Authenticator, require_scope
from tanhui.registry_api.access.caller import Caller
from tanhui.registry_api.access.scopes import WRITE, of_function
from tanhui.registry_api.contract_metadata import IDEMPOTENCY_PARAMETER, ContractMetadata
from tanhui.registry_api.jobs.items import BulkOrder
from tanhui.registry_api.jobs.store import PAGE_MAX, WAITING_A_CALLER_MAX, Job, JobStore
from tanhui.registry_api.jobs.worker import JobWorker
from tanhui.registry_api.languages import Language, language_of
from tanhui.registry_api.problems import BUSY, NOT_FOUND, Problem
from tanhui.registry_api.routes.answers import json_answer
from tanhui.registry_api.routes.bodies import read_json_object
from tanhui.registry_api.routes.bulk import BODY, bulk_key, bulk_order

ITEMS_MAX = 10_000
JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
AfterJob = Annotated[str, Query(max_length=32, pattern="^[0-9a-f]*$")]
AfterItem = Annotated[int, Query(ge=-1, le=ITEMS_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


def _described() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(json.dumps(BODY))
    content = described["requestBody"]["content"]["application/json"]
    content["schema"]["properties"]["items"]["maxItems"] = ITEMS_MAX
    described["parameters"] = [dict(IDEMPOTENCY_PARAMETER)]
    return described


def job_routes(
    store: JobStore,
    worker: JobWorker,
    authenticator: Authenticator,
    metadata: ContractMetadata,
    body_bytes_max: int,
) -> APIRouter:
    """The resource /v1/jobs: an organisation's own."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    async def known(caller: Caller, job_id: str) -> Job:
        job = await asyncio.to_thread(store.get, job_id, caller.owner)
        if job is None:
            raise Problem(NOT_FOUND, name="job", value=job_id)
        return job

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
        if await asyncio.to_thread(store.unfinished, caller.owner) >= WAITING_A_CALLER_MAX:
            raise Problem(BUSY, params={"seconds": "5"}, headers={"Retry-After": "5"})
        new = _new_job(caller, order, key, language_of(request))
        job, fresh = await asyncio.to_thread(store.add, new, key)
        worker.wake()
        headers = {"Location": f"/v1/jobs/{job.id}"} | ({} if fresh else {"Idempotent-Replayed": "true"})
        return Response(json.dumps(_shown(job), ensure_ascii=False), 202, headers, "application/json")

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
        """Give up what is not written yet; what is written stays."""
        caller = authenticator.require(request, WRITE)
        found = await known(caller, job)
        await asyncio.to_thread(store.finish, found.id, "cancelled")
        return json_answer(request, _shown(await known(caller, job)))

    return router


def _new_job(caller: Caller, order: BulkOrder, key: str, language: Language) -> Job:
    """A job that waits; the same caller and key make the same id."""
    return Job(
        id=hashlib.sha256(f"{caller.owner}\n{key}".encode()).hexdigest()[:32],
        organisation=caller.owner,
        identity=caller.identity,
        kind="bulk",
        request={"function": order.function, "items": list(order.items), "key": key, "language": language},
        state="waiting",
        total=len(order.items),
        done=0,
        failed=0,
        created=int(time.time()),
        finished=0,
        problem=None,
    )


def _shown(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "function": job.request["function"],
        "state": job.state,
        "total": job.total,
        "done": job.done,
        "failed": job.failed,
        "created": job.created,
        "finished": job.finished,
        "problem": job.problem,
        "items": f"/v1/jobs/{job.id}/items",
    }
