"""Dossiers at the desk: one's own events with the step that comes next, and others' to look at or to attest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.desk.common import Desk
from tanhui.registry_api.portal.pages.events import Dossier, dossier

BACK = "/desk/dossiers"
_NEXT = {
    "planned": ("events:Hold",),
    "held": ("events:Account",),
    "accounted": ("events:OffsetByRetirement", "events:OffsetOutside"),
    "offset": ("events:Declare", "events:OffsetByRetirement"),
    "declared": ("events:Archive",),
}
"""What the organiser does at each stage."""


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier, and what this reader can do with it: (function, address)."""

    dossier: Dossier
    steps: list[tuple[str, str]]


def row(event: Mapping[str, Any], organisation: str, roles: frozenset[str]) -> Row:
    """The steps that fit the reader's roles."""
    names: list[str] = []
    if event["organiser"] == organisation:
        names += _NEXT.get(event["status"], ())
    more = {"event": event["id"], "_back": BACK}
    if "verifier" in roles and event["status"] == "accounted" and not event["verifier"]:
        names.append("events:Attest")
        more["accounts"] = event["report"]
    steps = [(name, f"/desk/actions/{name}?{urlencode(more)}") for name in names]
    return Row(dossier(event), steps)


def routes(desk: Desk) -> APIRouter:
    """GET /desk/dossiers."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/dossiers")
    async def page(request: Request) -> Response:
        session = desk.session(request)
        found = await desk.site.public.all("events:List")
        rows = [row(one, session.organisation, session.roles) for one in found]
        rows.sort(key=lambda one: (not one.steps, one.dossier.event["plan"]["first_day"]))
        names = await desk.site.names(one["organiser"] for one in found)
        return desk.render(request, "dossiers.html", rows=rows, names=names, back=BACK)

    return router
