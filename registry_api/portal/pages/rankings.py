"""先锋榜: units and districts by what their members earned, in a month or a year; and how one's own unit stands."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.board import Board, Standing
from tanhui.registry_api.portal.site import Site
from tanhui.registry_api.wording.formats import CHINA

SHOWN: Final = 100
TEXT_CHARACTERS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it."""

    standing: Standing
    label: str
    organisation: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The first lines, and those that the reader looked for, wherever they stand."""

    rows: Sequence[Row]
    found: Sequence[Row]
    total: int


def period_of(text: str, today: str) -> str:
    """A year (YYYY) or month (YYYY-MM) that the reader chose; this year for anything else."""
    parts = text.split("-")
    shape = [len(part) for part in parts]
    good = shape in ([4], [4, 2]) and all(part.isascii() and part.isdigit() for part in parts)
    good = good and int(parts[0]) >= 1 and (len(parts) == 1 or 1 <= int(parts[1]) <= 12)
    return text if good else today[:4]


def days_of(period: str) -> tuple[str, str]:
    """First and last day of a year or month, YYYY-MM-DD."""
    if len(period) == 4:
        return f"{period}-01-01", f"{period}-12-31"
    year, month = int(period[:4]), int(period[5:])
    return f"{period}-01", f"{period}-{monthrange(year, month)[1]}"


def leaderboard(
    standings: Sequence[Standing], organisations: Mapping[str, str], names: Mapping[str, str], q: str
) -> Leaderboard:
    """Names put to unit accounts; `q` finds a part of a name or of an organisation's code."""
    rows = []
    for one in standings:
        organisation = organisations.get(one.name, "")
        label = names.get(organisation) or organisation or one.name
        mine = bool(q) and (q.lower() in label.lower() or q.upper() in organisation)
        rows.append(Row(one, label, organisation, mine))
    return Leaderboard(rows[:SHOWN], [row for row in rows if row.mine][:SHOWN], len(rows))


def routes(site: Site, board: Board) -> APIRouter:
    """GET /rankings."""
    router = APIRouter(include_in_schema=False)

    @router.get("/rankings")
    async def page(
        request: Request, of: Literal["units", "districts"] = "units", period: str = "", q: str = ""
    ) -> Response:
        await board.refresh()
        chosen = period_of(period, datetime.fromtimestamp(site.now(), CHINA).strftime("%Y-%m"))
        q = q.strip()[:TEXT_CHARACTERS_MAX]
        registered = await site.organisations(board.organisations.values())
        regions = {organisation: one["region"] for organisation, one in registered.items()}
        standings = board.units(chosen) if of == "units" else board.districts(chosen, regions)
        names = {organisation: one["name"] for organisation, one in registered.items()}
        view = leaderboard(standings, board.organisations if of == "units" else {}, names, q)
        months = board.months()
        years = sorted({month[:4] for month in months} | {chosen[:4]}, reverse=True)
        return site.render(
            request,
            "rankings.html",
            view=view,
            of=of,
            chosen=chosen,
            periods=[*years, *months],
            q=q,
            waiting=board.waiting,
            programmes=[one for one in await site.public.all("programmes:List") if one["in_force"]],
            days=days_of(chosen),
        )

    return router
