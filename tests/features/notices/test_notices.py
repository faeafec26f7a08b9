"""Binds notices.feature."""

from pytest_bdd import given, parsers, scenarios, when

from tests.support import projects
from tests.support.registry_world import World

scenarios(".")


@given("a validated project")
def _validated(world: World) -> None:
    projects.draft(world)
    world.done("Ono", "projects:List", project="grove", reason="ready")
    world.done("Fan", "projects:Validate", project="grove", reason="sound", report="66" * 32)


@when(parsers.parse("{days:d} days go by"))
def _go_by(world: World, days: int) -> None:
    world.seconds += days * 86_400
