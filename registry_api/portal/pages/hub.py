"""The hub: what crossed in a period among all regions that recognise each other, and who pays whom.

The file is made by `tanhui hub` out of checked statements; without one there is no such page. Whoever doubts it checks
the statements by anchors of his own: the page says so, and names each root.
"""

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from tanhui.proofs.statements import hub as hubs
from tanhui.proofs.statements.hub import Hub
from tanhui.registry_api.portal.site import Site
from tanhui.registry_api.problems import NOT_FOUND, Problem


@dataclass(frozen=True, slots=True)
class Crossing:
    """One cell of the table: kilograms that one region minted of another's, and under which agreements."""

    minted: int
    agreements: tuple[str, ...]


def crossings(hub: Hub) -> dict[tuple[str, str], Crossing]:
    """What went from each region to each other, kilograms only."""
    found: dict[tuple[str, str], Crossing] = {}
    for one in hub.ways:
        if one.lane == "points":
            continue
        before = found.get((one.source, one.destination), Crossing(0, ()))
        found[one.source, one.destination] = Crossing(
            before.minted + one.flow.minted, (*before.agreements, one.agreement)
        )
    return found


def routes(site: Site, file: Path | None) -> APIRouter:
    """GET /hub and /hub.json."""
    router = APIRouter(include_in_schema=False)

    def read() -> bytes:
        try:
            if file is not None:
                return file.read_bytes()
        except FileNotFoundError:
            pass
        raise Problem(NOT_FOUND, name="hub", value="hub")

    @router.get("/hub")
    async def page(request: Request) -> Response:
        hub = hubs.parse(await site.read(read))
        names = [name for name, _ in hub.regions]
        return site.render(request, "hub.html", hub=hub, names=names, crossings=crossings(hub))

    @router.get("/hub.json")
    async def document() -> Response:
        data = await site.read(read)
        hubs.parse(data)
        return Response(data, media_type="application/json", headers={"Cache-Control": "no-cache"})

    return router
