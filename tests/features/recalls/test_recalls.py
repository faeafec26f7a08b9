"""Binds the features of this folder."""

from pytest_bdd import given, parsers, scenarios

from tests.support import projects
from tests.support.registry_world import World

scenarios(".")


@given(parsers.parse("a batch of {quantity:d} kg, a tenth of it in the buffer"))
def _buffered(world: World, quantity: int) -> None:
    projects.register(world, buffer_basis_points=1_000, buffer_holder=world.names["buffer"])
    projects.submit(world, 1, "2026-01-01", "2026-06-30", quantity * 1_000)
    projects.approve(world, 1)
    world.by_two("Rui", "Ren", "credits:Issue", project="grove", number=1, quantity=str(quantity))
    world.names["batch"] = projects.BATCH
