"""Public registers as files: the same reports as the API's, for who has no account."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from tanhui.registry_api.languages import Language
from tanhui.registry_api.portal.site import Site, language_of
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.read_model.store import ReadStore
from tanhui.registry_api.reports.asking import answered
from tanhui.registry_api.reports.forms import FORMS, Format
from tanhui.registry_api.reports.rankings import DISTRICTS, UNITS
from tanhui.registry_api.reports.reading import effects_up_to
from tanhui.registry_api.reports.registers import EVENTS, RED_CARDS, RETIREMENTS
from tanhui.registry_api.reports.report import Report, Row, Wish
from tanhui.registry_api.reports.tables import TOO_MANY_ROWS, Sheet
from tanhui.registry_api.wording.catalogue import wording

ROWS_MAX: Final = 50_000
"""Rows of one file; who wants more asks the API, page by page."""
PUBLIC: Final = {
    "retirements": RETIREMENTS,
    "events": EVENTS,
    "red-cards": RED_CARDS,
    "unit-ranking": UNITS,
    "district-ranking": DISTRICTS,
}
Day = Annotated[date | None, Query()]


def routes(site: Site, store: ReadStore, reader: str) -> APIRouter:
    """GET /downloads/REGISTER.FORMAT. `reader` is the identity as which the ledger is asked."""
    router = APIRouter(include_in_schema=False)

    def made(report: Report, wish: Wish, form: Format, language: Language) -> bytes:
        note = wording(language)("site.as_of", block=site.projector.block)
        with store.engine.connect() as connection:
            rows = _bounded(report.rows(effects_up_to(connection, wish), wish))
            sheet = Sheet(report.title(language), (note,), report.columns, rows, language)
            return FORMS[form].render(sheet)

    @router.get("/downloads/{register}.{form}")
    async def file(
        request: Request,
        register: str,
        form: Format,
        *,
        programme: Annotated[str, Query(max_length=128)] = "",
        since: Day = None,
        as_of: Day = None,
    ) -> Response:
        report = PUBLIC.get(register)
        if report is None:
            raise Problem(NOT_FOUND, name="register", value=register[:80])
        language = language_of(request)
        of = {"programme": programme} if programme and "programme" in report.of else {}
        if not set(report.needs) <= set(of):
            raise Problem(NOT_FOUND, name="programme", value=register)
        wish = Wish(as_of, since, of, language=language)
        wish = await answered(report, wish, site.ledger, reader)
        content = await site.read(made, report, wish, form, language)
        return Response(
            content,
            media_type=FORMS[form].media,
            headers={"Content-Disposition": f'attachment; filename="{register}.{form}"'},
        )

    return router


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == ROWS_MAX:
            raise Problem(TOO_MANY_ROWS, params={"limit": str(ROWS_MAX)})
        yield row
