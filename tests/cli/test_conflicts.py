"""The conflict query across regions: a site that one counts is found by all, under the same id."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tanhui.chaincode.rules.conflicts import site_of
from tanhui.cli.conflicts import Question, asked_of, claims_in, declared_by
from tanhui.cli.main import app
from tests.support import projects
from tests.support.recognition_life import CrashingSide
from tests.support.regions import MemorySide, Region
from tests.support.registry_world import MemoryBackend, World

METER = ("510100", "meter", "0042-17")
SITE = site_of("510100", "meter", "004217")


def region(name: str, code: str, *sites: str) -> Region:
    """A region with one registered project that declared these sites."""
    world = World(MemoryBackend())
    world.found()
    projects.people(world)
    world.organisation("carrier", "auditor", person="Cai")
    projects.draft(world)
    if sites:
        world.done(
            "Ono", "conflicts:DeclareSites", project="grove", activity="solar-power", sites=list(sites)
        )
    return Region(name, world, code)


@pytest.fixture(scope="module")
def regions() -> list[Region]:
    return [region("sichuan", "510000", SITE), region("jilin", "220000", SITE), region("zhejiang", "330000")]


def test_a_projects_sites_are_found_in_the_partners_registries(regions: list[Region]) -> None:
    sides = [MemorySide(one) for one in regions]
    asked = asyncio.run(declared_by(sides[0], "grove"))
    claims, away = asyncio.run(claims_in(list(sides), asked, "grove"))
    assert away == []
    assert [(one["registry"], one["scheme"], one["reference"]) for one in claims] == [
        ("jilin", "here", "grove")
    ]


def test_a_site_is_found_wherever_it_is_counted_and_only_on_these_days(regions: list[Region]) -> None:
    sides = [MemorySide(one) for one in regions]
    asked = asked_of(":".join(METER), "solar-power", "2026-01-01..2026-12-31")
    claims, _ = asyncio.run(claims_in(list(sides), asked))
    assert [one["registry"] for one in claims] == ["sichuan", "jilin"]
    before = Question("solar-power", asked.sites, "2024-01-01", "2024-12-31")
    assert asyncio.run(claims_in(list(sides), before)) == ([], [])


def test_a_region_that_is_away_is_named(regions: list[Region]) -> None:
    away = {"jilin"}
    sides = [CrashingSide(one, 1, sent=False, away=away) for one in regions]
    asked = asked_of(":".join(METER), "solar-power", "2026-01-01..2026-12-31")
    claims, missing = asyncio.run(claims_in(list(sides), asked))
    assert [one["registry"] for one in claims] == ["sichuan"]
    assert missing == ["jilin is away"]


@pytest.mark.parametrize(
    "options", [[], ["--project", "p", "--site", "a:meter:1"], ["--site", "510100:meter"]]
)
def test_a_question_that_says_too_little_or_too_much(options: list[str], tmp_path: Path) -> None:
    config = tmp_path / "regions.yaml"
    config.write_text("sides: [{name: a, connection: a.json}]\n", "utf-8")
    done = CliRunner().invoke(app, ["conflicts", "--config", str(config), *options])
    assert done.exit_code == 1
