"""Mutual recognition: the agreements with other regions, their terms, and the statements of what crossed.

Transfers name accounts, so the public sees sums: what each side filed for a period, and whether both filed the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.site import Site
from tanhui.registry_api.wording import formats

CAPS = ("per_transfer", "per_person", "per_day", "per_year", "total")


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: what left a party in a period. Whole points, or kilograms CO2e."""

    source: str
    statement: Mapping[str, Any]

    @property
    def balanced(self) -> bool:
        """Opening and out are minted, aborted, or still under way: the invariant of a statement."""
        one = self.statement
        came = int(one["opening"]) + int(one["out"])
        return came == int(one["minted"]) + int(one["aborted"]) + int(one["closing"])


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement with the terms in force, or else the proposed ones; None where there are none yet."""

    agreement: Mapping[str, Any]
    terms: Mapping[str, Any] | None
    lines: Sequence[Line] = ()

    @property
    def partner(self) -> Mapping[str, Any] | None:
        """The other party."""
        return None if self.terms is None else self.terms["parties"][1 - self.agreement["own"]]

    @property
    def caps(self) -> Sequence[tuple[str, str]]:
        """The caps that are set: name and amount."""
        if self.terms is None:
            return ()
        found = self.terms["caps"]
        return [(name, formats.number(found[name])) for name in CAPS if int(found[name])]


def lines_of(terms: Mapping[str, Any] | None, statements: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Statements with the name of the side that the units left, newest period first."""
    parties = ("", "") if terms is None else tuple(one["region"] for one in terms["parties"])
    ordered = sorted(statements, key=lambda one: (one["period"], one["source"]), reverse=True)
    return [Line(parties[one["source"]], one) for one in ordered]


async def agreed(site: Site, agreement: Mapping[str, Any], *, statements: bool = False) -> Agreed:
    """An agreement with its terms, and where asked for with its statements."""
    name = agreement["terms"] or agreement["proposed_terms"]
    found = None
    if name:
        found = await site.public.find("recognition:Terms", agreement=agreement["id"], terms=name)
    terms = None if found is None else found["terms"]
    filed = await site.public.all("recognition:Statements", agreement=agreement["id"]) if statements else []
    return Agreed(agreement, terms, lines_of(terms, filed))


def routes(site: Site) -> APIRouter:
    """GET /recognition and /recognition/AGREEMENT."""
    router = APIRouter(include_in_schema=False)

    @router.get("/recognition")
    async def listing(request: Request) -> Response:
        found = [await agreed(site, one) for one in await site.public.all("recognition:Agreements")]
        return site.render(request, "agreements.html", items=found)

    @router.get("/recognition/{agreement}")
    async def one(request: Request, agreement: str) -> Response:
        found = await site.public.ask("recognition:Agreement", agreement=agreement)
        return site.render(request, "agreement.html", view=await agreed(site, found, statements=True))

    return router
