"""Recalls: what was announced, how far it is marked and made good, and the step that comes next."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.desk.common import Desk

BACK = "/desk/recalls"


def steps(recall: Mapping[str, Any], roles: frozenset[str]) -> list[tuple[str, str]]:
    """What can follow for the reader: (function, address)."""
    names = []
    if "regulator" in roles and int(recall["marked"]) < int(recall["quantity"]):
        names.append("recalls:Mark")
    if "regulator" in roles and int(recall["held"]):
        names.append("recalls:Cancel")
    if not roles.isdisjoint({"project_owner", "holder", "broker", "exchange"}) and int(recall["marked"]):
        names += ["recalls:Replace", "recalls:Acknowledge"]
    first = recall["scope"][0]
    pieces = {
        "pieces.0.batch": recall["batch"],
        "pieces.0.first": first["first"],
        "pieces.0.last": first["last"],
    }
    found = []
    for name in names:
        fields = {"recall": recall["id"], "_back": BACK} | (pieces if name == "recalls:Mark" else {})
        found.append((name, f"/desk/actions/{name}?{urlencode(fields)}"))
    return found


def routes(desk: Desk) -> APIRouter:
    """GET /desk/recalls."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/recalls")
    async def page(request: Request) -> Response:
        session = desk.session(request)
        found = await desk.site.public.all("recalls:List")
        rows = [(one, steps(one, session.roles)) for one in found]
        return desk.render(request, "recalls.html", rows=rows, back=BACK)

    return router
