"""Binds conflicts.feature."""

from pytest_bdd import given, parsers, scenarios, then

from tests.features.conftest import resolve
from tests.support import projects
from tests.support.registry_world import World

scenarios("conflicts.feature")

OWNERS: dict[str, str] = {"grove": "Ono", "copse": "Rex"}


@given(parsers.parse('{who}\'s project "{project}" at "{site}" from {first} to {last}'))
def _project(world: World, who: str, project: str, site: str, first: str, last: str) -> None:
    assert OWNERS[project] == who
    projects.draft(world, project, who=who, first_day=first, last_day=last)
    sites = [resolve(world, f'"{site}"')]
    world.done(who, "conflicts:DeclareSites", project=project, activity="solar-power", sites=sites)


@given(parsers.parse('"{project}" is {end}'))
@then(parsers.parse('"{project}" is {end}'))
def _brought(world: World, project: str, end: str) -> None:
    world.done(OWNERS[project], "projects:List", project=project, reason="notice")
    world.done("Fan", "projects:Validate", project=project, reason="sound", report="66" * 32)
    if end == "registered":
        world.done("Rui", "projects:Register", project=project, reason="approved")


@given(parsers.parse("period 1 from {first} to {last} is {end}"))
def _period(world: World, first: str, last: str, end: str) -> None:
    projects.submit(world, 1, first, last, 5_000)
    fields = {"project": "grove", "number": 1}
    opinion = {"evidence": projects.EVIDENCE, "verdict": "verified", "report": "77" * 32}
    world.done("Fan", "projects:VerifyPeriod", **fields, **opinion)
    if end == "approved":
        world.done("Rui", "projects:ApprovePeriod", **fields, verdict="approved")
