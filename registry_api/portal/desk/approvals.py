"""Approvals: what one person proposed and a second one has to agree to, with the whole order to read."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.contract_metadata import FunctionMetadata
from tanhui.registry_api.portal.api_calls import ApiRefusal
from tanhui.registry_api.portal.desk.common import UTC8_S, Desk, new_key, text_of
from tanhui.registry_api.portal.desk.naming import refusal_words
from tanhui.registry_api.portal.forms import REQUEST_ID
from tanhui.registry_api.portal.site import language_of
from tanhui.registry_api.problems import NOT_FOUND, Problem
from tanhui.registry_api.wording.catalogue import wording

DAYS_BACK = 7
NAMED_MAX = 20
_USCC = re.compile(r"[0-9A-Z]{18}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal as the page shows it."""

    id: str
    day: str
    function: str
    organisation: str
    person: str
    order: Mapping[str, Any]
    about: FunctionMetadata
    own: bool
    """Made by the very person who looks at it: a second one must agree."""
    named: tuple[str, ...] = ()
    """What looks like organisations' ids in the order, at most NAMED_MAX, in its order."""


def ids_in(order: Any) -> list[str]:
    """What looks like organisations' ids (GB 32100) in an order, each once."""
    found: dict[str, None] = {}
    waiting_for = [order]
    while waiting_for:
        one = waiting_for.pop(0)
        if isinstance(one, str) and _USCC.fullmatch(one):
            found[one] = None
        elif isinstance(one, Mapping):
            waiting_for += one.values()
        elif isinstance(one, list):
            waiting_for += one
    return list(found)[:NAMED_MAX]


def request_days(now: float, back: int = DAYS_BACK) -> list[str]:
    """Today and the days before it, YYYYMMDD in UTC+8, newest first."""
    return [time.strftime("%Y%m%d", time.gmtime(now + UTC8_S - day * 86_400)) for day in range(back)]


def waiting(
    proposal: Mapping[str, Any], day: str, person: tuple[str, str], about: FunctionMetadata
) -> Waiting:
    """One proposal; `person` is (organisation, person) of the reader."""
    order = {name: value for name, value in json.loads(proposal["argument"]).items() if name != REQUEST_ID}
    made_by = (proposal["proposed_by_organisation"], proposal["proposed_by_person"])
    return Waiting(
        proposal["id"],
        day,
        proposal["function"],
        *made_by,
        order,
        about,
        made_by == person,
        tuple(ids_in(order)),
    )


async def open_proposals(desk: Desk, request: Request) -> list[Waiting]:
    """Open proposals of the last days, newest first."""
    session = desk.session(request)
    person = (session.organisation, str(session.who["person"]))
    found: list[Waiting] = []
    for day in request_days(desk.site.now()):
        page = await desk.find(request, "/v1/proposals", day=day, page_size=500)
        items = page["items"] if page else []
        found += [
            waiting(one, day, person, desk.actions.known[one["function"]].function)
            for one in items
            if one["state"] == "open"
        ]
    return found


def routes(desk: Desk) -> APIRouter:
    """GET /desk/approvals, POST to agree or to turn down."""
    router = APIRouter(include_in_schema=False)

    async def show(request: Request, status: int = 200, problem: str = "", done: str = "") -> Response:
        found = await open_proposals(desk, request)
        wanted = {id_ for one in found for id_ in (one.organisation, *one.named)}
        organisations = await desk.site.organisations(wanted)
        return desk.render(
            request,
            "approvals.html",
            status,
            found=found,
            organisations=organisations,
            failure=problem,
            done=done,
            reject_key=new_key(),
        )

    @router.get("/desk/approvals")
    async def page(request: Request, done: str = "") -> Response:
        return await show(request, done=done if done in {"approved", "rejected"} else "")

    @router.post("/desk/approvals/{day}/{proposal}/{verdict}")
    async def decide(request: Request, day: str, proposal: str, verdict: str) -> Response:
        form = await desk.form(request)
        page = await desk.get(request, "/v1/proposals", day=day, page_size=500)
        found = next((one for one in page["items"] if one["id"] == proposal), None)
        if found is None or verdict not in {"approve", "reject"}:
            raise Problem(NOT_FOUND, name="proposal", value=proposal[:80])
        try:
            if verdict == "approve":
                order = json.loads(found["argument"])
                action = desk.actions.known[found["function"]]
                await desk.send(request, action, order, order[REQUEST_ID])
            else:
                order = {"day": day, "proposal": proposal, "reason": text_of(form, "reason")}
                await desk.send(request, desk.actions.known["proposals:Reject"], order, text_of(form, "key"))
        except ApiRefusal as refusal:
            return await show(
                request,
                refusal.problem["status"],
                refusal_words(wording(language_of(request)), refusal.problem),
            )
        done = "approved" if verdict == "approve" else "rejected"
        return RedirectResponse(f"/desk/approvals?done={done}", 303)

    return router
