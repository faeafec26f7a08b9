"""The desk's first page: who is signed in, what waits, and the way to each task."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.desk.approvals import open_proposals
from tanhui.registry_api.portal.desk.common import Desk

TASKS: Sequence[tuple[str, str, Collection[str]]] = (
    ("/desk/intake", "intake", ("platform_operator", "data_source")),
    ("/desk/approvals", "approvals", ()),
    ("/desk/holdings", "holdings", ("holder", "exchange", "broker", "project_owner", "event_organiser",
                                    "public_institution", "merchant", "platform_operator")),
    ("/desk/dossiers", "dossiers", ("event_organiser", "public_institution", "exchange", "verifier", "regulator")),
    ("/desk/holds", "holds", ("regulator", "lienholder", "holder", "exchange", "platform_operator")),
    ("/desk/notices", "notices", ()),
    ("/desk/red-cards", "red_cards", ("regulator", "public_institution")),
    ("/desk/recalls", "recalls", ("regulator", "project_owner", "holder")),
    ("/desk/recognition", "recognition", ("regulator", "platform_operator", "exchange")),
    ("/desk/review", "review", ("verifier", "platform_operator", "regulator")),
    ("/desk/reports", "reports", ()),
    ("/desk/look", "look", ()),
    ("/desk/actions", "actions", ()),
)  # fmt: skip
"""Address, name, and roles for which it is the daily task; none: for everybody."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as the page shows it."""

    address: str
    name: str
    mine: bool


def tasks(roles: Collection[str]) -> list[Task]:
    """The tasks, those of one's own roles first."""
    found = [
        Task(address, name, not needed or not frozenset(needed).isdisjoint(roles))
        for address, name, needed in TASKS
    ]
    return sorted(found, key=lambda task: not task.mine)


def routes(desk: Desk) -> APIRouter:
    """GET /desk."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk")
    async def page(request: Request) -> Response:
        session = desk.session(request)
        names = await desk.site.names([session.organisation])
        organisation = await desk.site.public.find("organisations:Get", organisation=session.organisation)
        waiting = await open_proposals(desk, request)
        roles = set(organisation["roles"]) if organisation else set(session.roles)
        return desk.render(
            request,
            "overview.html",
            tasks=tasks(roles),
            roles=sorted(roles),
            names=names,
            waiting=len(waiting),
        )

    return router
