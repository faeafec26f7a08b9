"""Organisations from founding to closing, over the in-memory ledger."""

from tests.support.registry_world import MemoryBackend, World


def test_two_persons_grant_roles_and_the_organisation_then_acts() -> None:
    world = World(MemoryBackend())
    world.found()
    world.organisation("operator", "platform_operator", person="Ouyang")
    found = world.ask("Rui", "organisations:Get", organisation=world.names["operator"])
    assert found["roles"] == ["platform_operator"]
    assert found["status"] == "active"
