"""`tanhui conflicts`: who counts the same activity at the same site, in any of the regions that recognise each other.

A site's id is the hash of what anybody reads off it (chaincode/rules/conflicts.py), so every region finds it under
the same id. The file of regions has the relay's sides:

    sides:
      - {name: sichuan, connection: sichuan/connection.json, msp: ExchangeMSP, identity: verifier}
      - {name: jilin, connection: jilin/connection.json}
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tanhui.chaincode.rules.conflicts import SiteKind, site_of
from tanhui.cli.options import AsJson
from tanhui.cli.output import EXIT_FAILED, fail, print_json, print_table
from tanhui.cli.relay import Reached, opened_side
from tanhui.network.relay.side import Refused, Side, Unavailable

REGIONS_MAX = 64


class RegionsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which regions are asked."""

    sides: Annotated[tuple[Reached, ...], msgspec.Meta(min_length=1, max_length=REGIONS_MAX)]


class Question(msgspec.Struct, frozen=True):
    """An activity at sites, on any of these days."""

    activity: str
    sites: tuple[str, ...]
    first_day: str
    last_day: str


def conflicts(  # noqa: PLR0917 - typer gives options by name
    config: Annotated[Path, typer.Option("--config", help="The file of regions.", exists=True)],
    project: Annotated[
        str,
        typer.Option("--project", help="A project of the first region: its declared sites are looked for."),
    ] = "",
    site: Annotated[
        str, typer.Option("--site", help="REGION:KIND:NUMBER, for example 510100:meter:0042-17.")
    ] = "",
    activity: Annotated[str, typer.Option("--activity", help="With --site: the activity.")] = "",
    days: Annotated[
        str, typer.Option("--days", help="With --site: FIRST..LAST, for example 2026-01-01..2026-12-31.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Ask every region. Exit status 0: nobody else counts it; 1: somebody does, or a region was away."""
    if bool(project) == bool(site):
        fail("name either a --project or a --site")
    try:
        found = msgspec.yaml.decode(config.read_bytes(), type=RegionsFile)
    except msgspec.DecodeError as error:
        fail(f"{config}: {error}")
    try:
        asked = None if project else asked_of(site, activity, days)
        claims, away = asyncio.run(_ask(found, config.parent, asked, project))
    except (msgspec.DecodeError, Refused, ValueError) as error:
        fail(str(error))
    if as_json:
        print_json({"claims": claims, "unavailable": away})
    else:
        columns = ("registry", "region", "scheme", "reference", "site", "first_day", "last_day")
        rows = [tuple(one[name] for name in columns) for one in claims]
        print_table("who counts it", columns, rows)
        for reason in away:
            print_table("not asked", ("reason",), [(reason,)])
    if claims or away:
        raise typer.Exit(EXIT_FAILED)


def asked_of(site: str, activity: str, days: str) -> Question:
    """The question that the options ask. Raises ValueError: they do not say what is needed."""
    region, _, rest = site.partition(":")
    kind, _, number = rest.partition(":")
    first, _, last = days.partition("..")
    if not (number and activity and last):
        raise ValueError("--site REGION:KIND:NUMBER needs --activity and --days FIRST..LAST")
    known = msgspec.convert(kind, SiteKind)
    return Question(activity, (site_of(region, known, number),), first, last)


async def claims_in(
    sides: list[Side], asked: Question, own: str = ""
) -> tuple[list[dict[str, Any]], list[str]]:
    """Every claim of any region, and who was away. `own` is the first region's project, which does not conflict."""
    claims: list[dict[str, Any]] = []
    away: list[str] = []
    for number, side in enumerate(sides):
        for site in asked.sites:
            order = {
                "site": site,
                "activity": asked.activity,
                "first_day": asked.first_day,
                "last_day": asked.last_day,
            }
            try:
                found = await side.ask("conflicts:AtSite", order)
            except Unavailable as reason:
                away.append(str(reason))
                break
            claims += [
                {"registry": side.name, **one}
                for one in found["claims"]
                if not (number == 0 and own and (one["scheme"], one["reference"]) == ("here", own))
            ]
    return claims, away


async def declared_by(side: Side, project: str) -> Question:
    """What a project of this region declared. Raises Refused, Unavailable."""
    declared = (await side.ask("conflicts:OfProject", {"project": project}))["declared"]
    return Question(
        declared["activity"], tuple(declared["sites"]), declared["first_day"], declared["last_day"]
    )


async def _ask(
    found: RegionsFile, base: Path, asked: Question | None, project: str
) -> tuple[list[dict[str, Any]], list[str]]:
    async with AsyncExitStack() as stack:
        sides: list[Side] = [await stack.enter_async_context(opened_side(one, base)) for one in found.sides]
        question = asked or await declared_by(sides[0], project)
        return await claims_in(sides, question, project)
