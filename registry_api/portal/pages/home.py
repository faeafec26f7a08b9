"""The first page: what the registry has come to, and the way to everything else."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from tanhui.registry_api.portal.archive import Happened, Wanted
from tanhui.registry_api.portal.charts import Bar, axis_values, bars
from tanhui.registry_api.portal.site import Site, language_of
from tanhui.registry_api.portal.statistics import Statistics
from tanhui.registry_api.wording import formats
from tanhui.registry_api.wording.catalogue import Wording, wording

LATEST = 5


@dataclass(frozen=True, slots=True)
class Trend:
    """A chart and the figures in it."""

    name: str
    title: str
    unit: str
    chart: Markup
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Home:
    """Totals (label, figure, unit) and trends."""

    figures: Sequence[tuple[str, str, str]]
    trends: Sequence[Trend]


def home(statistics: Statistics, month: str, t: Wording) -> Home:
    """The page's figures up to `month` (YYYY-MM)."""
    totals = statistics.totals
    figures = (
        (t("home.points_issued"), formats.number(totals["points_issued"]), t("unit.points")),
        (t("home.reduction"), formats.tonnes_of_grams(totals["reduction_g"]), t("unit.tonnes")),
        (t("home.credits_issued"), formats.tonnes(totals["credits_issued"]), t("unit.tonnes")),
        (t("home.credits_retired"), formats.tonnes(totals["credits_retired"]), t("unit.tonnes")),
        (t("home.activities"), formats.number(totals["activities"]), t("unit.records")),
        (t("home.people"), formats.number(totals["people"]), t("unit.accounts")),
        (t("home.units"), formats.number(totals["units"]), t("unit.units")),
        (t("home.retirements"), formats.number(totals["retirements"]), t("unit.retirements")),
    )
    months = statistics.recent_months(month)
    trends = (
        _trend(
            "points", months=months, figure="points_issued", t=t, written=formats.number, unit="unit.points"
        ),
        _trend(
            "retired",
            months=months,
            figure="credits_retired",
            t=t,
            written=formats.tonnes,
            unit="unit.tonnes",
        ),
    )
    return Home(figures, trends)


def _trend(
    name: str,
    *,
    months: Sequence[tuple[str, Counter[str]]],
    figure: str,
    t: Wording,
    written: Callable[[int], str],
    unit: str,
) -> Trend:
    found = [Bar(month, figures[figure], written(figures[figure])) for month, figures in months]
    title = t(f"home.trend_{name}")
    total = sum(bar.value for bar in found)
    chart = bars(
        f"trend-{name}",
        found,
        title=title,
        description=t("home.trend_description", count=len(found), total=written(total), unit=t(unit)),
        axis=[written(value) for value in axis_values(found)],
    )
    return Trend(name, title, t(unit), chart, [(bar.label, bar.text) for bar in found])


def routes(site: Site) -> APIRouter:
    """GET /."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page(request: Request) -> Response:
        t = wording(language_of(request))
        month = datetime.fromtimestamp(site.now(), formats.CHINA).strftime("%Y-%m")
        statistics = await site.read(site.archive.statistics)
        latest: list[Happened] = await site.read(
            site.archive.newest, Wanted(("retirements.retired",), limit=LATEST)
        )
        programmes = await site.public.all("programmes:List")
        names = await site.names(
            [one.effect["beneficiary"].get("organisation", "") for one in latest]
            + [one["operator"] for one in programmes]
        )
        return site.render(
            request,
            "home.html",
            view=home(statistics, month, t),
            latest=latest,
            programmes=programmes,
            names=names,
        )

    return router
