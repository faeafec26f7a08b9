"""Binds activities.feature."""

from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, when

from tanhui.chaincode.transactions.activities.record import ACTIVITY_RECORDS
from tanhui.proofs import merkle
from tanhui.proofs.ed25519 import MemorySigner
from tanhui.proofs.effects import salt_at
from tests.support import activities, methodologies
from tests.support.registry_world import MemoryBackend, World

scenarios("activities.feature")


@given("a programme with accounts A and B")
def _programme(world: World) -> None:
    activities.prepare(world, "A", "B")
    world.names |= {"A": activities.account_id("A"), "B": activities.account_id("B")}
    world.names["newkey"] = MemorySigner(b"\x09" * 32).public_key.hex()


def claims(datatable: list[list[str]]) -> bytes:
    return b"".join(
        activities.claim(account, activities.moment(day, time), int(metres))
        for account, day, time, metres in datatable[1:]
    )


def send(world: World, batch: str, datatable: list[list[str]], **changes: Any) -> None:
    activities.record(world, claims(datatable), batch=batch, **changes)


@when(parsers.parse('the operator records "{batch}"'))
def _records(world: World, batch: str, datatable: list[list[str]]) -> None:
    send(world, batch, datatable)


@given(parsers.parse('the operator has recorded "{batch}"'))
def _has_recorded(world: World, batch: str, datatable: list[list[str]]) -> None:
    send(world, batch, datatable)
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


@when(parsers.parse('the operator records "{batch}" for scene "{scene}"'))
def _records_scene(world: World, batch: str, scene: str, datatable: list[list[str]]) -> None:
    send(world, batch, datatable, scene=scene)


@when(parsers.parse('the operator records "{batch}" signed by another key'))
def _records_signed_by_another(world: World, batch: str, datatable: list[list[str]]) -> None:
    send(world, batch, datatable, key=MemorySigner(b"\x09" * 32))


@when(parsers.parse('the operator records "{batch}" with {size:d} bytes'))
def _records_bytes(world: World, batch: str, size: int) -> None:
    activities.record(world, bytes(size), batch=batch)


@given(parsers.parse('methodology "{name}" is suspended'))
def _suspended(world: World, name: str) -> None:
    assert methodologies.change(world, "Rui", "methodologies:Suspend", name).refusal is None


@pytest.mark.parametrize("ledger", ["memory"], indirect=True)
def test_a_records_salt_is_the_half_of_the_hmac_that_the_effects_use(world: World) -> None:
    activities.prepare(world, "A")
    moment = activities.moment("2026-11-20", "08:00")
    done = activities.record(world, *(activities.claim("A", moment + 3600 * at, 1) for at in range(3)))
    assert done.refusal is None
    assert isinstance(world.backend, MemoryBackend)
    blob = world.backend.ledger.state[ACTIVITY_RECORDS.key("tianfu", "b-1")][0][1:]
    for at in range(3):
        record = blob[at * 89 : at * 89 + 89]
        assert record[-16:] == salt_at(activities.SALT, at)[:16]
    assert done.effects[0]["records_root"] == merkle.packed_root(blob, 89).hex()
