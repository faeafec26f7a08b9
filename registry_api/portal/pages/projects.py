"""Projects: all of them, one with its monitoring periods and batches, and one batch with its serials."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.site import Site
from tanhui.registry_api.wording import formats

RANGES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Supply:
    """The supply equation of a batch: issued = active + retired + cancelled + exported, in kilograms."""

    issued: int
    by_state: Sequence[tuple[str, int, str]]
    """State, kilograms, share of the issued."""
    held: int
    """Of the active ones, kilograms under at least one hold."""

    @property
    def balanced(self) -> bool:
        """Whether the ranges add up to what was issued."""
        return sum(kilograms for _, kilograms, _ in self.by_state) == self.issued


def supply(issued: int, ranges: Iterable[Mapping[str, Any]]) -> Supply:
    """Add up a batch's ranges."""
    found: Counter[str] = Counter()
    held = 0
    for one in ranges:
        quantity = int(one["last"]) - int(one["first"]) + 1
        found[one["state"]] += quantity
        held += quantity if one["state"] == "active" and one["holds"] else 0
    states = [
        (state, found[state], formats.share(found[state], issued))
        for state in ("active", "retired", "cancelled", "exported")
        if found[state] or state in {"active", "retired"}
    ]
    return Supply(issued, states, held)


def routes(site: Site) -> APIRouter:
    """GET /projects, /projects/PROJECT and /batches/BATCH."""
    router = APIRouter(include_in_schema=False)

    @router.get("/projects")
    async def listing(request: Request, state: str = "") -> Response:
        items = await site.public.all("projects:All")
        states = sorted({one["status"] for one in items})
        shown = [one for one in items if not state or one["status"] == state]
        names = await site.names(one["owner"] for one in shown)
        return site.render(request, "projects.html", items=shown, names=names, states=states, state=state)

    @router.get("/projects/{project}")
    async def one(request: Request, project: str) -> Response:
        found = await site.public.ask("projects:Get", project=project)
        periods = await site.public.all("projects:Periods", project=project)
        names = await site.names([found["owner"], found["verifier"], found["buffer_holder"]])
        programme = await site.public.find("programmes:Get", programme=found["programme"])
        notice = await site.public.find("notices:Get", kind="project", subject=project)
        comments = (
            []
            if notice is None
            else await site.public.all("notices:Comments", kind="project", subject=project)
        )
        commenters = await site.names(one["organisation"] for one in comments)
        return site.render(
            request,
            "project.html",
            project=found,
            programme=found["programme"] if programme is None else programme["name"],
            periods=periods,
            names=names,
            notice=notice,
            comments=comments,
            commenters=commenters,
        )

    @router.get("/batches/{batch}")
    async def batch(request: Request, batch: str) -> Response:
        found = await site.public.ask("credits:Batch", batch=batch)
        ranges = await site.public.all("credits:Ranges", batch=batch)
        names = await site.names([found["owner"], *(one["holder"] for one in ranges[:RANGES_SHOWN])])
        return site.render(
            request,
            "batch.html",
            batch=found,
            ranges=ranges[:RANGES_SHOWN],
            more=len(ranges) - RANGES_SHOWN,
            supply=supply(int(found["quantity"]), ranges),
            names=names,
        )

    return router
