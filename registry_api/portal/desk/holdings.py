"""Holdings: the ranges that one's organisation holds, and what can be done with each."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.desk.common import Desk

ACTIONS: Sequence[str] = ("retirements:Retire", "credits:Offer", "pledges:Pledge", "credits:Cancel")


def piece_query(one: Mapping[str, Any], **more: str) -> str:
    """A range as the fields of a form that wants pieces."""
    piece = {"batch": one["batch"], "range": one["first"], "first": one["first"], "last": one["last"]}
    return urlencode({f"pieces.0.{name}": value for name, value in piece.items()} | more)


def links(one: Mapping[str, Any], back: str) -> list[tuple[str, str]]:
    """What a free range can be used for: (function, address of its form)."""
    if one["state"] != "active" or one["holds"]:
        return []
    return [(name, f"/desk/actions/{name}?{piece_query(one, _back=back)}") for name in ACTIONS]


def routes(desk: Desk) -> APIRouter:
    """GET /desk/holdings."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/holdings")
    async def page(request: Request, bookmark: str = "") -> Response:
        session = desk.session(request)
        found = await desk.get(
            request, f"/v1/credits/holders/{session.organisation}", page_size=100, bookmark=bookmark
        )
        rows = [(one, links(one, "/desk/holdings")) for one in found["items"]]
        total = sum(
            int(one["last"]) - int(one["first"]) + 1 for one in found["items"] if one["state"] == "active"
        )
        return desk.render(request, "holdings.html", rows=rows, total=total, bookmark=found["bookmark"])

    return router
