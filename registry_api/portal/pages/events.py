"""Event disclosure pages: the dossier from its plan to its declaration, and what offsets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.site import Site

STAGES = ("planned", "held", "accounted", "offset", "declared", "archived")


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as the page shows it. Quantities are kilograms CO2e."""

    event: Mapping[str, Any]
    emissions: int
    offset: int
    stages: Sequence[tuple[str, str]]
    """Each stage with `done`, `now` or ``."""

    @property
    def missing(self) -> int:
        """What is not offset yet."""
        return max(self.emissions - self.offset, 0)

    @property
    def permille(self) -> int:
        """Offset of emissions, in thousandths, at most 1,000."""
        return min(self.offset * 1_000 // self.emissions, 1_000) if self.emissions else 0


def dossier(event: Mapping[str, Any]) -> Dossier:
    """Add up a dossier, and say which stage it has reached."""
    reached = STAGES.index(event["status"]) if event["status"] in STAGES else -1
    stages = [
        (stage, "done" if place <= reached else "now" if place == reached + 1 else "")
        for place, stage in enumerate(STAGES)
    ]
    return Dossier(
        event,
        sum(int(line["kg"]) for line in event["lines"]),
        sum(int(one["kg"]) for one in event["offsets"]),
        stages,
    )


def routes(site: Site) -> APIRouter:
    """GET /events and /events/EVENT."""
    router = APIRouter(include_in_schema=False)

    @router.get("/events")
    async def listing(request: Request) -> Response:
        items = [dossier(one) for one in await site.public.all("events:List")]
        items.sort(key=lambda one: one.event["plan"]["first_day"], reverse=True)
        names = await site.names(one.event["organiser"] for one in items)
        return site.render(request, "events.html", items=items, names=names)

    @router.get("/events/{event}")
    async def one(request: Request, event: str) -> Response:
        found = await site.public.ask("events:Get", event=event)
        names = await site.names([found["organiser"], found["verifier"]])
        return site.render(request, "event.html", view=dossier(found), names=names)

    return router
