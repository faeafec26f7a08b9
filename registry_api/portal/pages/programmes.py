"""Programmes: all of them, and one with its rules, its scenes, its rewards and its figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.site import Site, language_of
from tanhui.registry_api.portal.statistics import Statistics
from tanhui.registry_api.wording import formats
from tanhui.registry_api.wording.catalogue import Wording, wording


@dataclass(frozen=True, slots=True)
class SceneRow:
    """One scene of a programme's rules: what earns points, and how many."""

    scene: str
    award: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of the rules as sentences."""

    version: int
    scenes: Sequence[SceneRow]
    expiry: str
    transfer: str


def rules_view(version: int, rules: Mapping[str, Any], t: Wording) -> Rules:
    """The rules in words; what this page does not know yet is shown by its name."""
    scenes = [SceneRow(t.term("scene", one["scene"]), _award(one, t)) for one in rules["scenes"]]
    expiry = rules.get("expiry") or {}
    transfer = rules.get("transfer") or {}
    return Rules(
        version,
        scenes,
        t(f"expiry.{expiry['kind']}", after=expiry.get("after", "")) if expiry else formats.DASH,
        _transfer(transfer, t),
    )


def _award(scene: Mapping[str, Any], t: Wording) -> str:
    if scene["award"] == "flat":
        return t("award.flat", points=formats.number(scene["points"]))
    return t("award.per_gram", numerator=scene["numerator"], denominator=scene["denominator"])


def _transfer(rule: Mapping[str, Any], t: Wording) -> str:
    if not rule:
        return formats.DASH
    said = t.term("transfer", rule["kind"])
    cap = int(rule.get("cap") or 0)
    return said + (t("programme.transfer_cap", points=formats.number(cap)) if cap else "")


def figures(statistics: Statistics, programme: str, t: Wording) -> Sequence[tuple[str, str, str]]:
    """What the programme has come to: label, figure, unit."""
    found = statistics.programmes.get(programme, Counter())
    return (
        (t("home.points_issued"), formats.number(found["points_issued"]), t("unit.points")),
        (t("home.points_used"), formats.number(found["points_used"]), t("unit.points")),
        (t("home.reduction"), formats.tonnes_of_grams(found["reduction_g"]), t("unit.tonnes")),
        (t("home.activities"), formats.number(found["activities"]), t("unit.records")),
    )


def routes(site: Site) -> APIRouter:
    """GET /programmes and /programmes/PROGRAMME."""
    router = APIRouter(include_in_schema=False)

    @router.get("/programmes")
    async def listing(request: Request) -> Response:
        items = await site.public.all("programmes:List")
        names = await site.names(one["operator"] for one in items)
        statistics = await site.read(site.archive.statistics)
        return site.render(
            request, "programmes.html", items=items, names=names, figures=statistics.programmes
        )

    @router.get("/programmes/{programme}")
    async def one(request: Request, programme: str) -> Response:
        t = wording(language_of(request))
        found = await site.public.ask("programmes:Get", programme=programme)
        version = found["in_force"] or found["drafted"]
        rules = await site.public.ask("programmes:Rules", programme=programme, version=version)
        rewards = await site.public.all("rewards:List", programme=programme)
        batches = await site.public.ask("activities:Batches", programme=programme, page_size=20)
        names = await site.names([found["operator"], *(one["funder"] for one in rewards)])
        statistics = await site.read(site.archive.statistics)
        return site.render(
            request,
            "programme.html",
            programme=found,
            rules=rules_view(version, rules["rules"], t),
            figures=figures(statistics, programme, t),
            rewards=rewards,
            batches=batches["items"],
            names=names,
        )

    return router
