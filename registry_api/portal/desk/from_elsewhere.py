"""A person's points from another province: what came to an account from other regions, and what left it.

Persons have no key here: their platform's operator shows them this, with the proof of each line to keep.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.desk.common import Desk

KINDS: Final = {
    "recognition.points_minted": "came",
    "recognition.points_locked": "left",
    "recognition.points_unlocked": "returned",
}
LINES_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer as the account saw it. `here` are this programme's points, `there` the other region's."""

    what: str
    agreement: str
    transfer: str
    at: int | None
    here: int
    there: int
    expires: str
    transaction: str


def lines_of(effects: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Newest first."""
    found = []
    for one in effects:
        effect = one["effect"]
        what = KINDS[effect["kind"]]
        quantity = int(effect["quantity"])
        target = int(effect.get("target_quantity", 0))
        expiries = sorted(lot["expires"] for lot in effect.get("lots", ()))
        found.append(
            Line(
                what,
                effect["agreement"],
                effect["transfer"],
                int(effect.get("seconds", 0)) or None,
                target if what == "came" else quantity,
                quantity if what == "came" else target,
                expiries[0] if expiries else "",
                one["transaction"],
            )
        )
    return found[::-1]


def routes(desk: Desk) -> APIRouter:
    """GET /desk/points-from-elsewhere."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/points-from-elsewhere")
    async def page(request: Request, programme: str = "", account: str = "") -> Response:
        desk.session(request)
        lines: list[Line] = []
        if programme and account:
            found = await desk.get(
                request,
                "/v1/effects",
                kind=list(KINDS),
                programme=programme[:128],
                account=account[:64],
                limit=LINES_MAX,
            )
            lines = lines_of(found["items"])
        return desk.render(
            request,
            "from_elsewhere.html",
            programme=programme[:128],
            account=account[:64],
            lines=lines,
            asked=bool(programme and account),
            came=sum(one.here for one in lines if one.what == "came"),
        )

    return router
