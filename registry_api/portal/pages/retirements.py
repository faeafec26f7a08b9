"""The retirement register: searched, filtered, newest first, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from tanhui.proofs.effects.retirements import Purpose
from tanhui.registry_api.portal.archive import Happened, Wanted
from tanhui.registry_api.portal.site import Site

PAGE: Final = 25
TEXT_CHARACTERS_MAX: Final = 120
FIELDS: Final = ("q", "purpose", "since", "until")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asked for; empty for everything."""

    q: str = ""
    purpose: str = ""
    since: str = ""
    until: str = ""
    before: int = 0
    unread: tuple[str, ...] = ()
    """Dates that were given and are none: nothing is filtered by them, and the page says so."""

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return any(getattr(self, name) for name in FIELDS)

    def wanted(self, limit: int) -> Wanted:
        """As the archive is asked."""
        mentions = {"purpose": self.purpose} if self.purpose else {}
        return Wanted(("retirements.retired",), mentions, self.q, self.since, self.until, self.before, limit)

    def address(self, before: int = 0) -> str:
        """The page's address with these filters."""
        asked = {name: getattr(self, name) for name in FIELDS if getattr(self, name)}
        if before:
            asked["before"] = str(before)
        return "/retirements" + (f"?{urlencode(asked)}" if asked else "")


def filter_of(query: Mapping[str, str]) -> Filter:
    """The filter in a query string; what cannot be read is left out, and named where it is a date."""
    before = query.get("before", "")
    days = {name: _day(query.get(name, "")) for name in ("since", "until")}
    return Filter(
        q=query.get("q", "").strip()[:TEXT_CHARACTERS_MAX],
        purpose=query.get("purpose", "") if query.get("purpose") in set(Purpose) else "",
        since=days["since"],
        until=days["until"],
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 0,
        unread=tuple(
            query[name][:TEXT_CHARACTERS_MAX] for name in days if query.get(name) and not days[name]
        ),
    )


def _day(text: str) -> str:
    try:
        return text if date.fromisoformat(text).isoformat() == text else ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Register:
    """One page of the register."""

    rows: Sequence[Happened]
    total: int
    older: str
    """Address of the next page; "" on the last."""


def register(found: Sequence[Happened], total: int, asked: Filter) -> Register:
    """`found` has one row more than a page where there is another page."""
    rows = found[:PAGE]
    return Register(rows, total, asked.address(rows[-1].number) if len(found) > PAGE else "")


def routes(site: Site) -> APIRouter:
    """GET /retirements."""
    router = APIRouter(include_in_schema=False)

    @router.get("/retirements")
    async def page(request: Request) -> Response:
        asked = filter_of(request.query_params)
        found = await site.read(site.archive.newest, asked.wanted(PAGE + 1))
        total = await site.read(site.archive.count, asked.wanted(1))
        view = register(found, total, asked)
        names = await site.names(
            one.effect[who].get("organisation", "")
            for one in view.rows
            for who in ("beneficiary", "on_behalf_of")
            if one.effect.get(who)
        )
        return site.render(
            request, "retirements.html", view=view, asked=asked, purposes=list(Purpose), names=names
        )

    return router
