"""Binds the features of this folder."""

from pytest_bdd import given, parsers, scenarios, when

from tests.support import projects
from tests.support.registry_world import World

scenarios(".")

PERIOD = r"period (?P<number>\d+) from (?P<first>[\d-]+) to (?P<last>[\d-]+) with (?P<grams>\d+) grams"


@given("a drafted project")
@when("Ono drafts a project")
def _drafted(world: World) -> None:
    projects.draft(world)


@when("Ono drafts a project with a buffer of 500 basis points held by nobody")
def _buffer_of_nobody(world: World) -> None:
    projects.draft(world, buffer_basis_points=500)


@given("a registered project")
def _registered(world: World) -> None:
    projects.register(world)


@given(parsers.parse("a registered project with a buffer of {rate:d} basis points"))
def _registered_with_buffer(world: World, rate: int) -> None:
    projects.register(world, buffer_basis_points=rate, buffer_holder=world.names["buffer"])


@when(parsers.re(PERIOD + " is submitted"))
def _submitted(world: World, number: str, first: str, last: str, grams: str) -> None:
    projects.submit(world, int(number), first, last, int(grams))


@given(parsers.re(PERIOD + r" is (?P<end>approved|returned|issued as (?P<kg>\d+) kg)"))
def _brought_to(
    world: World, number: str, first: str, last: str, grams: str, end: str, kg: str | None
) -> None:
    projects.submit(world, int(number), first, last, int(grams))
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal
    if end == "returned":
        world.done(
            "Fan",
            "projects:VerifyPeriod",
            project="grove",
            number=int(number),
            evidence=projects.EVIDENCE,
            verdict="returned",
            report="77" * 32,
        )
        return
    projects.approve(world, int(number))
    if kg is not None:
        world.by_two("Rui", "Ren", "credits:Issue", project="grove", number=int(number), quantity=kg)
