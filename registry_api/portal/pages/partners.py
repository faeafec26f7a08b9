"""What partners recognise: every methodology and scene that stands in an agreement, as a page and as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.pages.recognition import Agreed, agreed
from tanhui.registry_api.portal.site import Site
from tanhui.registry_api.routes.answers import json_answer


@dataclass(frozen=True, slots=True)
class Recognised:
    """One methodology version, or one scene of points, that a partner and this region recognise of each other."""

    name: str
    version: str
    """Of a methodology; "" for a scene."""
    agreement: str
    status: str
    partner: Mapping[str, Any]
    terms: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For machines; numbers as decimal strings."""
        terms = self.terms
        return {
            "name": self.name,
            "version": self.version,
            "lane": terms["lane"],
            "agreement": self.agreement,
            "status": self.status,
            "partner": {
                "region": self.partner["region"],
                "name": self.partner["name"],
                "genesis": self.partner["genesis"],
            },
            "direction": terms["direction"],
            "ratio": {"numerator": str(terms["numerator"]), "denominator": str(terms["denominator"])},
            "vintage_since": str(terms["vintage_since"]),
            "first_day": terms["first_day"],
            "last_day": terms["last_day"],
            "uses": list(terms["uses"]),
        }


def recognised(agreements: Iterable[Agreed]) -> list[Recognised]:
    """Of agreements that were not ended, by name, version and partner."""
    found = []
    for one in agreements:
        partner = one.partner
        if one.terms is None or partner is None or one.agreement["status"] == "ended":
            continue
        for each in one.terms["methodologies"]:
            name, _, version = each.partition("@")
            found.append(
                Recognised(name, version, one.agreement["id"], one.agreement["status"], partner, one.terms)
            )
    return sorted(found, key=lambda one: (one.name, one.version, one.partner["region"], one.agreement))


def routes(site: Site) -> APIRouter:
    """GET /recognised-methodologies and the same as .json."""
    router = APIRouter(include_in_schema=False)

    async def found() -> list[Recognised]:
        agreements = await site.public.all("recognition:Agreements")
        return recognised([await agreed(site, one) for one in agreements])

    @router.get("/recognised-methodologies")
    async def page(request: Request) -> Response:
        return site.render(request, "partners.html", items=await found())

    @router.get("/recognised-methodologies.json")
    async def document(request: Request) -> Response:
        return json_answer(request, {"items": [one.as_json() for one in await found()]})

    return router
