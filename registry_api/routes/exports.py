"""Exports: POST what is wanted of a report, follow the job, GET its file while it is kept."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.contract_metadata import IDEMPOTENCY_PARAMETER
from tanhui.registry_api.exports.files import ExportFiles
from tanhui.registry_api.exports.worker import KIND, ExportWorker, wish_of
from tanhui.registry_api.jobs.store import JobStore
from tanhui.registry_api.languages import language_of
from tanhui.registry_api.problems import MALFORMED, NOT_FOUND, ApiCode, Problem
from tanhui.registry_api.reports.catalogue import REPORTS
from tanhui.registry_api.reports.forms import FORMS, Format
from tanhui.registry_api.routes.bodies import body_description, read_body, request_id_of
from tanhui.registry_api.routes.jobs import JobId, job_of, new_job, taken
from tanhui.registry_api.routes.report_wishes import judge, report_named, wish_for

DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Day = Annotated[str | None, Field(pattern=DAY, description="YYYY-MM-DD in UTC+8.")]
Condition = Annotated[str | None, Field(max_length=200)]
NOT_READY: Final = ApiCode(
    "api.export_not_ready",
    409,
    "文件尚未生成:任务状态为 {value}",
    "There is no file yet: the job is {value}",
)
GONE: Final = ApiCode(
    "api.export_gone",
    410,
    "文件已过保存期或已删除,请重新提交:{value}",
    "The file is not kept any more; ask for it again: {value}",
)


class ExportOrder(BaseModel):
    """What the file is to hold: its form, the days, and the report's conditions."""

    model_config = ConfigDict(extra="forbid")

    format: Format
    as_of: Day = None
    since: Day = None
    organisation: Condition = None
    beneficiary: Condition = None
    programme: Condition = None
    project: Condition = None
    methodology: Condition = None
    batch: Condition = None
    event: Condition = None
    agreement: Condition = None
    purpose: Condition = None
    year: Condition = None


_POST: Final = body_description(
    ExportOrder, {"format": "csv", "as_of": "2026-11-21"}, dict(IDEMPOTENCY_PARAMETER)
)
_FILE: Final[dict[str, Any]] = {
    "responses": {
        status: {
            "description": told,
            "content": {
                form.media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                for form in FORMS.values()
            },
        }
        for status, told in (("200", "The file"), ("206", "The asked part of it"))
    }
}


def export_routes(
    store: JobStore,
    worker: ExportWorker,
    files: ExportFiles,
    authenticator: Authenticator,
    *,
    programmes: ProgrammeOperators,
    body_bytes_max: int,
) -> APIRouter:
    """POST /v1/reports/{report}/exports and GET /v1/jobs/{job}/file."""
    router = APIRouter(prefix="/v1")

    @router.post(
        "/reports/{report}/exports",
        operation_id="reports_Export",
        status_code=202,
        openapi_extra=_POST,
        response_class=Response,
        tags=["reports"],
    )
    async def create(request: Request, report: Annotated[str, Path(max_length=80)]) -> Response:
        """Have a whole report made into a file in the background; the job says how far it is."""
        caller = authenticator.require(request)
        found = report_named(report)
        order = await read_body(request, ExportOrder, body_bytes_max)
        key = request_id_of(request)
        given = order.model_dump(exclude_none=True, exclude={"format", "as_of", "since"})
        as_of, since = _day("as_of", order.as_of), _day("since", order.since)
        wish = wish_for(found, as_of, since, given)
        request.state.supervised = await judge(found, wish, caller, programmes)
        asked = {
            "report": found.name,
            "format": order.format,
            "as_of": order.as_of,
            "since": order.since,
            "of": dict(wish.of),
            "key": key,
            "language": language_of(request),
        }
        return await taken(store, worker, new_job(caller, KIND, key, asked, 0), key)

    @router.get(
        "/jobs/{job}/file",
        operation_id="jobs_File",
        response_class=Response,
        openapi_extra=_FILE,
        tags=["jobs"],
    )
    async def file(request: Request, job: JobId) -> Response:
        """An export's file, for who may still read its report. It is kept for three days."""
        caller = authenticator.require(request)
        found = await job_of(store, caller, job)
        if found.kind != KIND:
            raise Problem(NOT_FOUND, name="job", value=job)
        report = REPORTS[found.request["report"]]
        request.state.supervised = await judge(report, wish_of(found.request), caller, programmes)
        if found.state != "done":
            raise Problem(NOT_READY, name="job", value=found.state)
        path = files.path(found.id)
        if not await asyncio.to_thread(path.is_file):
            raise Problem(GONE, name="job", value=job)
        return FileResponse(
            path, media_type=FORMS[found.request["format"]].media, headers=_saved_as(found.request)
        )

    return router


def _saved_as(request: Mapping[str, Any]) -> dict[str, str]:
    name = f"{request['report']}.{request['format']}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(MALFORMED, name=f"body.{name}", value=text, params={"reason": str(error)}) from error
