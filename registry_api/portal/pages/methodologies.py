"""Methodologies: all of them, and one with its versions, inputs, factors, formula and test vectors."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from tanhui.registry_api.portal.site import Site
from tanhui.registry_api.wording import formats


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor with where it is from."""

    name: str
    value: str
    unit: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as a reader checks it."""

    inputs: Sequence[Mapping[str, str]]
    factors: Sequence[Factor]
    grams: str
    vectors: Sequence[tuple[str, str]]
    text: str


def formula_view(canonical: str) -> Formula:
    """Inputs, factors, the expression in one line, and the test vectors of a formula's canonical text."""
    document = json.loads(canonical)
    names = [one["name"] for one in document["inputs"]]
    return Formula(
        inputs=document["inputs"],
        factors=[
            Factor(name, f"{one['numerator']}/{one['denominator']}", one["unit"], one["source"], one["date"])
            for name, one in sorted(document["factors"].items())
        ],
        grams=expression(document["grams"]),
        vectors=[
            (
                ", ".join(f"{n} = {formats.number(v)}" for n, v in zip(names, one["inputs"], strict=False)),
                formats.number(one["grams"]),
            )
            for one in document["vectors"]
        ],
        text=json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True),
    )


_SIGNS = {"add": " + ", "subtract": " − ", "multiply": " × ", "scale": " × ", "divide": " ÷ "}


def expression(node: Any) -> str:
    """An expression tree in one line; an operator that has no sign is written as a function."""
    if not isinstance(node, dict):
        return str(node)
    (operator, operands), *rest = node.items()
    if rest:
        return f"{operator}({', '.join(f'{name}: {expression(one)}' for name, one in node.items())})"
    if operator in {"input", "constant", "factor"}:
        return str(operands)
    listed = [expression(one) for one in operands] if isinstance(operands, list) else [expression(operands)]
    if operator in _SIGNS and len(listed) > 1:
        return f"({_SIGNS[operator].join(listed)})"
    return f"{operator}({', '.join(listed)})"


def routes(site: Site) -> APIRouter:
    """GET /methodologies and /methodologies/METHODOLOGY."""
    router = APIRouter(include_in_schema=False)

    @router.get("/methodologies")
    async def listing(request: Request) -> Response:
        items = await site.public.all("methodologies:List")
        names = await site.names(one["developer"] for one in items)
        heads = []
        for one in items:
            version = one["filed"] or one["versions"]
            found = await site.public.find("methodologies:Version", methodology=one["id"], version=version)
            heads.append((one, found["version"] if found else None))
        return site.render(request, "methodologies.html", heads=heads, names=names)

    @router.get("/methodologies/{methodology}")
    async def one(request: Request, methodology: str, version: int = 0) -> Response:
        versions = await site.public.all("methodologies:Versions", methodology=methodology)
        newest = max((one["version"] for one in versions), default=1)
        filed = next((one["version"] for one in versions if one["status"] == "filed"), newest)
        shown = version or filed
        found = await site.public.ask("methodologies:Version", methodology=methodology, version=shown)
        notice = await site.public.find("notices:Get", kind="methodology", subject=f"{methodology}@{shown}")
        return site.render(
            request,
            "methodology.html",
            methodology=found["version"],
            formula=formula_view(found["formula"]),
            versions=versions,
            notice=notice,
        )

    return router
