"""The recognition queue: what left for other regions and waits for them, and what can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from tanhui.registry_api.portal.desk.common import Desk

BACK = "/desk/recognition"
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transfer under way. `late` once its deadline has passed: the other region may refuse it from then on."""

    transfer: Mapping[str, Any]
    late: bool
    steps: Sequence[tuple[str, str]]


def waiting(agreement: str, transfer: Mapping[str, Any], now: float) -> Waiting:
    """What can follow: by proof of a mint it is finalised, by proof of a tombstone unlocked."""
    fields = urlencode({"agreement": agreement, "transfers": transfer["transfer"], "_back": BACK})
    names = ("recognition:Finalise", "recognition:Unlock")
    steps = [(name, f"/desk/actions/{name}?{fields}") for name in names]
    return Waiting(transfer, int(transfer["deadline"]) < now, steps)


def routes(desk: Desk) -> APIRouter:
    """GET /desk/recognition."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/recognition")
    async def page(request: Request, agreement: str = "", transfer: str = "") -> Response:
        desk.session(request)
        if agreement and transfer:
            return RedirectResponse(
                f"/desk/recognition/{quote(agreement[:200])}/{quote(transfer[:200])}", 303
            )
        found = []
        for agreed in await desk.site.public.all("recognition:Agreements"):
            path = f"/v1/agreements/{agreed['id']}/queue"
            queue = await desk.find(request, path, page_size=SHOWN)
            items = [] if queue is None else queue["items"]
            rows = [waiting(agreed["id"], one, desk.site.now()) for one in items]
            found.append((agreed, rows))
        return desk.render(request, "recognition.html", found=found)

    return router
