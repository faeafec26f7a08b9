"""What the features' node backend compares, it does compare: a difference on either side fails the scenario."""

from collections.abc import Iterator

import pytest

from tanhui.chaincode.rules.days import SECONDS_PER_DAY
from tests.support.registry_on_node import NodeAndMemory, NodeRegistries, node_registries
from tests.support.registry_world import World


@pytest.fixture(scope="module")
def registries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeRegistries]:
    with node_registries(tmp_path_factory.mktemp("node")) as made:
        yield made


@pytest.fixture
def backend(registries: NodeRegistries) -> NodeAndMemory:
    return registries.fresh()


@pytest.fixture
def world(backend: NodeAndMemory) -> World:
    made = World(backend)
    made.found()
    return made


def test_every_scenario_begins_with_an_empty_state(registries: NodeRegistries) -> None:
    for _ in range(2):
        backend = registries.fresh()
        assert backend.differences() == []
        assert backend.memory.state == {}
        World(backend).found()
        assert backend.differences() == []
        assert backend.memory.state != {}
        assert backend.transactions == 1


def test_a_year_later_certificates_and_clock_still_agree(world: World, backend: NodeAndMemory) -> None:
    world.seconds += 368 * SECONDS_PER_DAY
    world.organisation("metro", "identity_authority", person="Mei")
    assert backend.differences() == []


def test_another_state_is_seen(world: World, backend: NodeAndMemory) -> None:
    key, (value, version) = next(iter(backend.memory.state.items()))
    backend.memory.state[key] = (value + b" ", version)
    assert backend.differences() == [key]


def test_another_answer_is_seen(world: World, backend: NodeAndMemory) -> None:
    backend.memory.state.clear()
    with pytest.raises(AssertionError, match="memory"):
        world.organisation("metro", "identity_authority", person="Mei")
    with pytest.raises(AssertionError, match="memory"):
        world.ask("Rui", "organisations:Get", organisation=world.names["regulator"])
