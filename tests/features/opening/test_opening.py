"""Binds opening.feature."""

import base64
import json
from typing import Any

from pytest_bdd import given, parsers, scenarios, when

from tests.support import opening
from tests.support.registry_world import World

scenarios("opening.feature")

WHOLE = [(1, 60, "owner", "active"), (61, 90, "holder", "retired"), (91, 100, "holder", "cancelled")]


@given("a manifest of 42 points and 100 kg", target_fixture="parts")
def _manifest(world: World) -> dict[str, Any]:
    chunks = [
        opening.lines(world, [("A", "2027-12-31", 30), ("B", "2027-12-31", 10)]),
        opening.lines(world, [("A", "2028-12-31", 2)]),
    ]
    batches = [opening.batch(world, "b1", WHOLE)]
    order = opening.manifest("tianfu", chunks, batches, 42, 100)
    return {"chunks": chunks, "batches": batches, "order": order}


@given("a manifest whose batch leaves out serial 61", target_fixture="parts")
def _gap(world: World) -> dict[str, Any]:
    batches = [opening.batch(world, "b1", [WHOLE[0], (62, 90, "holder", "retired"), WHOLE[2]])]
    return {"chunks": [], "batches": batches, "order": opening.manifest("", [], batches, 0, 100)}


@given("it is announced")
def _announced(world: World, parts: dict[str, Any]) -> None:
    world.by_two("Rui", "Ren", "opening:Announce", **parts["order"])


@when("Rui and Ren announce it")
def _announce(world: World, parts: dict[str, Any]) -> None:
    _by_two(world, parts["order"])


@when("Rui and Ren announce it with")
def _announce_with(world: World, parts: dict[str, Any], docstring: str) -> None:
    _by_two(world, parts["order"] | json.loads(docstring))


def _by_two(world: World, order: dict[str, Any]) -> None:
    request = world.request_id()
    if world.submit("Rui", "opening:Announce", request_id=request, **order).refusal is None:
        world.submit("Ren", "opening:Announce", request_id=request, **order)


@when(parsers.re(r"(?P<who>\w+) imports chunk (?P<chunk>\d)( as number (?P<number>\d))?$"))
def _import_chunk(world: World, parts: dict[str, Any], who: str, chunk: str, number: str | None) -> None:
    lines = base64.b64encode(parts["chunks"][int(chunk)]).decode()
    world.submit(who, "opening:ImportBalances", registry="old", part=int(number or chunk), lines=lines)


@when("Rui imports the batch")
def _import_batch(world: World, parts: dict[str, Any]) -> None:
    world.submit("Rui", "opening:ImportBatch", registry="old", part=0, content=parts["batches"][0])
