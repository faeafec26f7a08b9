"""Reports: what there is, and each one as JSON page by page, or whole as CSV, XLSX or PDF."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response

from tanhui.registry_api.access.authentication import Authenticator
from tanhui.registry_api.access.programmes import ProgrammeOperators
from tanhui.registry_api.languages import Language, language_of
from tanhui.registry_api.ledger import Ledger
from tanhui.registry_api.problems import Problem
from tanhui.registry_api.read_model.projector import Projector
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.reports.asking import answered
from tanhui.registry_api.reports.catalogue import REPORTS
from tanhui.registry_api.reports.forms import FORMS, notes
from tanhui.registry_api.reports.reading import effects_up_to
from tanhui.registry_api.reports.report import Report, Row, Wish
from tanhui.registry_api.reports.tables import TOO_MANY_ROWS, Sheet
from tanhui.registry_api.routes.answers import json_answer
from tanhui.registry_api.routes.known_queries import known_queries
from tanhui.registry_api.routes.report_wishes import judge, report_named, wish_for

T = TypeVar("T")

PAGE_MAX: Final = 500
ROWS_MAX: Final = 200_000
"""Rows of one file."""
AFTER_MAX: Final = 2**31
_CONTENT: Final[dict[str, Any]] = {
    "responses": {
        "200": {
            "description": "The report",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                **{
                    form.media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                    for form in FORMS.values()
                },
            },
        },
        "304": {"description": "Unchanged"},
    }
}
Condition = Annotated[str | None, Query(max_length=200)]
Day = Annotated[date | None, Query(description="YYYY-MM-DD in UTC+8.", examples=["2026-11-21"])]


class ReportRoutes:
    """Handlers: a report is judged, computed from effects in a thread, and shown by pages or as a file."""

    def __init__(
        self,
        store: ReadStore,
        projector: Projector,
        ledger: Ledger,
        authenticator: Authenticator,
        programmes: ProgrammeOperators,
    ) -> None:
        self._store = store
        self._projector = projector
        self._ledger = ledger
        self._authenticator = authenticator
        self._programmes = programmes

    async def listed(self, request: Request) -> Response:
        """Every report: its name, columns and conditions."""
        self._authenticator.require(request)
        language = language_of(request)
        items = [_described(report, language) for report in REPORTS.values()]
        return json_answer(request, {"items": items, "after": None})

    async def get(
        self,
        request: Request,
        report: str,
        *,
        format: Literal["json", "csv", "xlsx", "pdf"] = "json",  # noqa: A002  the parameter's name
        as_of: Day = None,
        since: Day = None,
        organisation: Condition = None,
        beneficiary: Condition = None,
        programme: Condition = None,
        project: Condition = None,
        methodology: Condition = None,
        batch: Condition = None,
        event: Condition = None,
        agreement: Condition = None,
        purpose: Condition = None,
        year: Condition = None,
        after: Annotated[int, Query(ge=0, le=AFTER_MAX)] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> Response:
        """A report as of the end of a day, JSON by pages; a file holds all rows. `after` counts rows."""
        caller = self._authenticator.require(request)
        found = report_named(report)
        given = {
            "organisation": organisation,
            "beneficiary": beneficiary,
            "programme": programme,
            "project": project,
            "methodology": methodology,
            "batch": batch,
            "event": event,
            "agreement": agreement,
            "purpose": purpose,
            "year": year,
        }
        wish = wish_for(
            found, as_of, since, {name: value for name, value in given.items() if value is not None}
        )
        request.state.supervised = await judge(found, wish, caller, self._programmes)
        wish = await answered(
            found, replace(wish, language=language_of(request)), self._ledger, caller.identity
        )
        if format == "json":
            return await self._page(request, found, wish, after, limit)
        return await self._file(found, wish, format, language_of(request))

    async def _page(self, request: Request, report: Report, wish: Wish, after: int, limit: int) -> Response:
        """One row more than a page is computed, to know whether there is a next one."""

        def read(rows: Iterator[Row]) -> list[Row]:
            return list(islice(rows, after, after + limit + 1))

        page = await asyncio.to_thread(self._computed, report, wish, read)
        shown = _json(report, wish, page, after=after, limit=limit, block=self._projector.block)
        return json_answer(request, shown)

    async def _file(self, report: Report, wish: Wish, kind: str, language: Language) -> Response:
        form = FORMS[kind]
        told = notes(wish, self._projector.block, language)

        def write(rows: Iterator[Row]) -> bytes:
            return form.render(Sheet(report.title(language), told, report.columns, _bounded(rows), language))

        body = await asyncio.to_thread(self._computed, report, wish, write)
        name = f'attachment; filename="{report.name}.{kind}"'
        return Response(body, media_type=form.media, headers={"Content-Disposition": name})

    def _computed(self, report: Report, wish: Wish, use: Callable[[Iterator[Row]], T]) -> T:
        """What `use` makes of a report's rows, which are there only while the connection is open."""
        with self._store.engine.connect() as connection:
            return use(report.rows(effects_up_to(connection, wish), wish))


def report_routes(
    store: ReadStore,
    projector: Projector,
    ledger: Ledger,
    authenticator: Authenticator,
    programmes: ProgrammeOperators,
) -> APIRouter:
    """GET /v1/reports and /v1/reports/{report}."""
    reports = ReportRoutes(store, projector, ledger, authenticator, programmes)
    router = APIRouter(prefix="/v1/reports", tags=["reports"], dependencies=[Depends(known_queries)])
    router.add_api_route("", reports.listed, operation_id="reports_List", response_class=Response)
    router.add_api_route(
        "/{report}", reports.get, operation_id="reports_Get", response_class=Response, openapi_extra=_CONTENT
    )
    return router


def _described(report: Report, language: Language) -> dict[str, Any]:
    return {
        "name": report.name,
        "title": report.title(language),
        "columns": [
            {"name": column.name, "title": column.title(language), "kind": column.kind}
            for column in report.columns
        ],
        "conditions": list(report.of),
        "needs": list(report.needs),
        "audience": report.audience,
    }


def _json(
    report: Report, wish: Wish, page: list[Row], *, after: int, limit: int, block: int
) -> dict[str, Any]:
    names = [column.name for column in report.columns]
    shown = [{name: str(cell) for name, cell in zip(names, row, strict=True)} for row in page[:limit]]
    return {
        "report": report.name,
        "as_of": wish.as_of.isoformat() if wish.as_of else None,
        "since": wish.since.isoformat() if wish.since else None,
        "as_of_block": str(block),
        "items": shown,
        "after": str(after + limit) if len(page) > limit else None,
    }


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == ROWS_MAX:
            raise Problem(TOO_MANY_ROWS, params={"limit": str(ROWS_MAX)})
        yield row
