"""Binds bundles.feature."""

from hashlib import sha256

from pytest_bdd import given, parsers, scenarios

from tests.support import projects
from tests.support.registry_world import World

scenarios("bundles.feature")


@given("a registered project")
def _registered(world: World) -> None:
    projects.register(world)


@given(parsers.parse("a bundle of {whole:d} parts"))
def _bundle(world: World, whole: int) -> None:
    world.done("Ono", "bundles:Form", project="grove", whole=whole)


@given(parsers.parse('"{name}" has joined by {person} with {parts:d} parts'))
def _joined(world: World, name: str, person: str, parts: int) -> None:
    world.done(
        "Ono",
        "bundles:Invite",
        project="grove",
        organisation=world.names[name],
        parts=parts,
        boundary=sha256(f"{name}site".encode()).hexdigest(),
    )
    world.done(person, "bundles:Join", project="grove", parts=parts)


@given(parsers.parse("period 1 of 2026 with {grams:d} grams is {end}"))
def _period(world: World, grams: int, end: str) -> None:
    projects.submit(world, 1, "2026-01-01", "2026-06-30", grams)
    if end == "approved":
        projects.approve(world, 1)
