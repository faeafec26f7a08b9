"""Reports as files: chosen, made in the background, followed, and fetched by the organisation that asked."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.access.caller import SUPERVISORS
from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import Desk, new_key, texts_of
from tanhui.registry_api.problems import NOT_FOUND, Problem

SHOWN_MAX: Final = 50
PAGES_MAX: Final = 40
"""Pages of jobs that are looked through for exports."""
UNFINISHED: Final = frozenset({"waiting", "running"})
WHOSE: Final = {"everybody": "", "named": "organisation", "operator": "programme"}
"""By which condition a report's audience is judged: whoever is no supervisor has to fill it in."""
FIELDS: Final = ("since", "as_of", "format")


def order_of(report: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    """What the API is asked for: the fields of this report's form that hold something."""
    names = (*FIELDS, *report["conditions"])
    return {name: values[name].strip() for name in names if values.get(name, "").strip()}


async def _exports(desk: Desk, request: Request) -> list[dict[str, Any]]:
    """The organisation's exports, newest first."""
    found: list[dict[str, Any]] = []
    after = ""
    for _ in range(PAGES_MAX):
        page = await desk.get(request, "/v1/jobs", after=after, limit=500)
        found += [one for one in page["items"] if one["kind"] == "export"]
        after = page["after"]
        if not after:
            break
    return sorted(found, key=lambda one: (-int(one["created"]), one["id"]))[:SHOWN_MAX]


async def _listed(desk: Desk, request: Request) -> dict[str, dict[str, Any]]:
    reports = await desk.get(request, "/v1/reports")
    return {one["name"]: one for one in reports["items"]}


async def _named(desk: Desk, request: Request, name: str) -> dict[str, Any]:
    found = (await _listed(desk, request)).get(name)
    if found is None:
        raise Problem(NOT_FOUND, name="report", value=name[:80])
    return found


async def _form(
    desk: Desk,
    request: Request,
    report: Mapping[str, Any],
    given: Mapping[str, str],
    refused: Mapping[str, Any] | None = None,
) -> Response:
    """A report's form, filled with what was given; of one's own organisation where it must name one."""
    session = desk.session(request)
    own = {WHOSE[report["audience"]]} & set(report["conditions"])
    needed = set(report["needs"]) | (own if SUPERVISORS.isdisjoint(session.roles) else set())
    values = dict.fromkeys((*FIELDS, *report["conditions"]), "") | {"format": "xlsx"}
    if "organisation" in needed:
        values["organisation"] = session.organisation
    values |= {name: given[name] for name in values if name in given}
    return desk.render(
        request,
        "report.html",
        int(refused["status"]) if refused else 200,
        report=report,
        needed=needed,
        values=values,
        said=refused["detail"] if refused else "",
        key=given.get("key") or new_key(),
        programmes=await desk.site.public.all("programmes:List"),
    )


def routes(desk: Desk) -> APIRouter:
    """GET /desk/reports, GET and POST /desk/reports/REPORT, GET /desk/reports/files/JOB."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/reports")
    async def page(request: Request) -> Response:
        jobs = await _exports(desk, request)
        listed = await _listed(desk, request)
        return desk.render(
            request,
            "reports.html",
            jobs=jobs,
            listed=list(listed.values()),
            titles={name: one["title"] for name, one in listed.items()},
            under_way=any(one["state"] in UNFINISHED for one in jobs),
        )

    @router.get("/desk/reports/files/{job}")
    async def file(request: Request, job: str) -> Response:
        """The API's own answer, as it comes: a file may be larger than what a page would hold."""
        session = desk.session(request)
        return desk.api.passed(desk.signed(request, session), f"/v1/jobs/{quote(job, safe='')}/file")

    @router.get("/desk/reports/{report}")
    async def ask(request: Request, report: str) -> Response:
        return await _form(desk, request, await _named(desk, request, report), dict(request.query_params))

    @router.post("/desk/reports/{report}")
    async def make(request: Request, report: str) -> Response:
        form = await desk.form(request)
        values = texts_of(form)
        await form.close()
        known = await _named(desk, request, report)
        signed = desk.signed(request, desk.session(request))
        path = f"/v1/reports/{known['name']}/exports"
        try:
            await desk.api.post(signed, path, values.get("key", ""), order_of(known, values))
        except ApiRefusal as refusal:
            return await _form(desk, request, known, values, refusal.problem)
        return RedirectResponse("/desk/reports", 303)

    return router
