"""Binds the features of this folder."""

from pytest_bdd import given, parsers, scenarios, then

from tests.support.registry_world import World

scenarios(".")


@given(parsers.parse('the last proposal is known as "{name}"'))
def _known(world: World, name: str) -> None:
    assert world.last is not None
    world.names[name] = world.last.effects[0]["proposal"]


@then(parsers.parse('the proposal "{name}" is listed as rejected by "{person}"'))
def _listed(world: World, name: str, person: str) -> None:
    assert world.last is not None
    listed = {one["id"]: one for one in world.last.payload["items"]}
    assert listed[world.names[name]]["state"] == "rejected"
    assert listed[world.names[name]]["closed_by_person"] == person
