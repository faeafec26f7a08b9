"""The registry as a whole: its catalogue, its metadata, and that nobody waits for anybody else's key."""

import json
import re
from pathlib import Path

import pytest

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.metadata import METADATA_FUNCTION
from tanhui.chaincode.rules.errors.catalogue import CATALOGUE
from tanhui.chaincode.transactions.registry import registry_contract, status_of
from tests.support import points
from tests.support.callers import creator
from tests.support.memory_ledger import MemoryStub
from tests.support.registry_world import MemoryBackend, World

FEATURES = Path(__file__).parents[2] / "features"
MINE = ("accounts", "governance", "organisations", "points", "programmes", "proposals", "requests")


def test_every_code_of_the_contract_layer_has_its_sentences() -> None:
    assert set(codes.ALL) == {name for name in CATALOGUE if name.startswith("contract.")}
    assert status_of(codes.CALLER_ROLE) == 403
    assert status_of(codes.RECORD_ABSENT) == 404


def test_every_writing_function_of_these_lanes_stands_in_a_feature() -> None:
    text = "".join(path.read_text("utf-8") for path in FEATURES.rglob("*.feature"))
    named = set(re.findall(r"\w+:\w+", text))
    wanted = {
        function.name
        for function in registry_contract().functions.values()
        if not function.is_query and function.lane in MINE
    }
    assert wanted
    assert wanted <= named


def test_the_registry_describes_itself() -> None:
    world = World(MemoryBackend())
    world.found()
    backend = world.backend
    assert isinstance(backend, MemoryBackend)
    rui = world.persons["Rui"]
    caller = creator(rui.msp_id, rui.organisation, rui.role, rui.person)
    _, response = backend.ledger.simulate(
        backend.contract, caller, (METADATA_FUNCTION.encode(),), world.seconds
    )
    found = json.loads(response.payload)
    assert {"accounts", "organisations", "points", "programmes"} <= set(found["contracts"])


@pytest.fixture
def world() -> World:
    world = World(MemoryBackend())
    world.found()
    world.organisation("operator", "platform_operator", person="Ouyang")
    world.organisation("rival", "platform_operator", person="Ri")
    budget = {"budget": {"points": 1_000, "tranches": 2}}
    points.put_in_force(world, "tianfu", "operator", budget)
    points.put_in_force(world, "rongcheng", "rival", budget)
    points.open_persons(world, "Ouyang", "tianfu", ["A", "B", "C", "D"])
    points.open_persons(world, "Ri", "rongcheng", ["R"])
    for name in ("A", "C"):
        points.earn(world, name, "tianfu", 50, "2026-11-20")
    return world


def simulated(world: World, who: str, function: str, **fields: object) -> MemoryStub:
    backend = world.backend
    assert isinstance(backend, MemoryBackend)
    person = world.persons[who]
    caller = creator(person.msp_id, person.organisation, person.role, person.person)
    order = canonical_json({"request_id": world.request_id(), **fields})
    stub, response = backend.ledger.simulate(
        backend.contract, caller, (function.encode(), order), world.seconds
    )
    assert response.status == 200, response.message
    return stub


def issue(world: World, who: str, programme: str, account: str, tranche: int) -> MemoryStub:
    return simulated(
        world,
        who,
        "points:Issue",
        programme=programme,
        account=world.names[account],
        scene="quiz",
        times=1,
        tranche=tranche,
    )


def transfer(world: World, sender: str, receiver: str) -> MemoryStub:
    return simulated(
        world,
        "Ouyang",
        "points:Transfer",
        programme="tianfu",
        sender=world.names[sender],
        receiver=world.names[receiver],
        points="1",
    )


def test_two_operators_issues_two_tranches_and_two_pairs_never_conflict(world: World) -> None:
    stubs = [
        issue(world, "Ouyang", "tianfu", "A", 0),
        issue(world, "Ouyang", "tianfu", "B", 1),
        issue(world, "Ri", "rongcheng", "R", 0),
        transfer(world, "C", "D"),
    ]
    backend = world.backend
    assert isinstance(backend, MemoryBackend)
    assert [backend.ledger.commit(stub) for stub in stubs] == ["VALID"] * 4


def test_one_account_twice_at_once_is_one_too_many(world: World) -> None:
    stubs = [transfer(world, "A", "B"), transfer(world, "A", "D")]
    backend = world.backend
    assert isinstance(backend, MemoryBackend)
    assert [backend.ledger.commit(stub) for stub in stubs] == ["VALID", "MVCC_READ_CONFLICT"]


def test_a_transfer_reads_in_two_multi_gets_and_writes_three_keys(world: World) -> None:
    stub = transfer(world, "A", "B")
    assert stub.multi_gets == 2  # the version of the rules is known only from the programme
    assert len(stub.writes) == 3  # two accounts and the request
