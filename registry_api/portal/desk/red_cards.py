"""亮红牌: institutions over their quota, and the step that comes next for each."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.desk.common import Desk

BACK = "/desk/red-cards"
_NEXT = {
    "shown": ("budgets:PlanRectification",),
    "planned": ("budgets:SubmitRectification",),
    "evidenced": ("budgets:ClearRedCard", "budgets:ReturnRectification"),
}


def steps(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What can follow: (function, address)."""
    fields = {"institution": card["institution"], "year": card["year"], "_back": BACK}
    return [(name, f"/desk/actions/{name}?{urlencode(fields)}") for name in _NEXT.get(card["status"], ())]


def routes(desk: Desk) -> APIRouter:
    """GET /desk/red-cards."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/red-cards")
    async def page(request: Request) -> Response:
        desk.session(request)
        found = await desk.site.public.all("budgets:RedCards")
        rows = [(one, steps(one)) for one in found]
        names = await desk.site.names(one["institution"] for one in found)
        return desk.render(request, "red_cards.html", rows=rows, names=names, back=BACK)

    return router
