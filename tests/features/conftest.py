"""Steps that every feature shares: who there is, what is sent, and what came of it.

Arguments, effects and answers stand in the features as JSON, because that is what crosses the ledger. In them
`$name` is the id of the organisation, account or hash known under that name, and `$today` the ledger's day.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from pytest_bdd import given, parsers, then, when

from tanhui.chaincode.rules.days import day_of, day_text, first_second, parse_day
from tests.conftest import NIGHTLY, Counts
from tests.support import points, projects
from tests.support.audits import MemoryAudit, broken
from tests.support.registry_on_node import NodeRegistries, node_registries
from tests.support.registry_world import Backend, MemoryBackend, Outcome, World

STREAM_SHARE = 8

_NAME = re.compile(r"\$([A-Za-z][A-Za-z0-9_-]*)")


@pytest.fixture(scope="session")
def on_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeRegistries]:
    """Empty registries on an embedded node."""
    with node_registries(tmp_path_factory.mktemp("node")) as registries:
        yield registries


@pytest.fixture(scope="session")
def on_stream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeRegistries]:
    """The same, the contract in a service behind Fabric's chaincode stream."""
    with node_registries(tmp_path_factory.mktemp("stream"), stream=True) as registries:
        yield registries


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the scenarios through the stream, one in STREAM_SHARE runs by day; all of them do by night."""
    left_out = [
        item
        for item in items
        if not NIGHTLY
        and isinstance(item, pytest.Function)
        and getattr(getattr(item, "callspec", None), "params", {}).get("ledger") == "stream"
        and crc32(item.name.encode()) % STREAM_SHARE
    ]
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=left_out)


# Autouse, because pytest-bdd asks for `world` only while a scenario runs, when it is too late for parameters.
@pytest.fixture(
    autouse=True,
    params=[
        "memory",
        "node",
        pytest.param("stream", marks=pytest.mark.scales),
        pytest.param("fabric", marks=pytest.mark.fabric),
    ],
)
def ledger(request: pytest.FixtureRequest, tmp_path: Path, counts: Counts) -> Iterator[Backend]:
    """Where transactions run: over the in-memory ledger; on an embedded node, with the contract in process or behind
    the chaincode stream, each one compared with that ledger's; and on a real Fabric network, each one compared with
    an embedded node's."""
    if request.param == "memory":
        yield MemoryBackend()
        return
    if request.param in {"node", "stream"}:
        registries: NodeRegistries = request.getfixturevalue(f"on_{request.param}")
        fresh = registries.fresh()
        yield fresh
        assert fresh.differences() == []
        if fresh.transactions:  # a test beside the scenarios may ask for no world
            where = "on the node" if request.param == "node" else "through the chaincode stream"
            counts.note(f"features {where}", scenarios=1, transactions=fresh.transactions)
        return
    from tests.support.registry_on_fabric import registry_on_fabric  # noqa: PLC0415  most runs do without

    with registry_on_fabric(request.getfixturevalue("real"), tmp_path) as made:
        yield made


@pytest.fixture
def world(ledger: Backend) -> Iterator[World]:
    """A founded registry, where Rui and Ren are the regulator's two persons.

    Whatever a scenario did, every invariant of the ledger holds at its end.
    """
    made = World(ledger)
    made.found()
    yield made
    if isinstance(ledger, MemoryBackend):
        assert broken(MemoryAudit(ledger.ledger).reports()) == {}


def resolve(world: World, text: str) -> Any:
    """JSON with `$name` in its strings replaced; a name that nobody made stands for the SHA-256 of itself."""

    def value(name: re.Match[str]) -> str:
        if name[1] == "today":
            return day_text(day_of(world.seconds))
        return world.names.get(name[1]) or sha256(name[1].encode()).hexdigest()

    return json.loads(_NAME.sub(value, text))


def refused(world: World) -> dict[str, Any]:
    """The four parts of the last refusal."""
    assert world.last is not None
    assert world.last.refusal is not None, world.last.payload
    return world.last.refusal


def require_subset(wanted: Any, found: Any, path: str = "$") -> None:
    """Every part of `wanted` stands in `found`; lists agree in length."""
    if isinstance(wanted, dict):
        assert isinstance(found, dict), f"{path}: {found!r}"
        for key, part in wanted.items():
            assert key in found, f"{path}.{key} is missing in {found}"
            require_subset(part, found[key], f"{path}.{key}")
    elif isinstance(wanted, list):
        assert isinstance(found, list), f"{path}: {found!r}"
        assert len(found) == len(wanted), f"{path}: {len(found)} items in {found}"
        for at, part in enumerate(wanted):
            require_subset(part, found[at], f"{path}[{at}]")
    else:
        assert found == wanted, f"{path}: {found!r}, expected {wanted!r}"


@given(parsers.parse('organisation "{name}" with roles "{roles}", for whom "{person}" acts'))
def _organisation(world: World, name: str, roles: str, person: str) -> None:
    world.organisation(name, *roles.split(","), person=person)


@given(parsers.parse('"{person}" acts for "{organisation}" too'))
def _colleague(world: World, person: str, organisation: str) -> None:
    known = next(one for one in world.persons.values() if one.organisation == world.names[organisation])
    world.person(person, organisation, known.role, known.msp_id)


@given("the people of a project")
def _people(world: World) -> None:
    projects.people(world)


@given(parsers.parse("a batch of {quantity:d} kg held by its owner"))
def _batch(world: World, quantity: int) -> None:
    projects.issued(world, quantity)
    world.names["batch"] = projects.BATCH


@given(parsers.re(r'"(?P<person>\w*)" holds a certificate of "(?P<of>\w+)" for "(?P<role>[\w,]+)"$'))
def _certificate(world: World, person: str, of: str, role: str) -> None:
    made = world.person(person, of, role)
    world.persons[person or "nobody"] = made


@given(
    parsers.re(
        r'"(?P<person>\w*)" holds a certificate of "(?P<of>\w+)" for "(?P<role>\w+)" from MSP "(?P<msp>\w+)"$'
    )
)
def _foreign_certificate(world: World, person: str, of: str, role: str, msp: str) -> None:
    world.person(person, of, role, msp)


@given(parsers.parse("today is {day}"))
@when(parsers.parse("today is {day}"))
def _today(world: World, day: str) -> None:
    world.seconds = first_second(parse_day(day, "today")) + 8 * 3600


@given(parsers.re(r'programme "(?P<programme>\w+)" of "(?P<operator>\w+)" is in force$'))
def _programme_in_force(world: World, programme: str, operator: str) -> None:
    points.put_in_force(world, programme, operator, {})


@given(parsers.re(r'programme "(?P<programme>\w+)" of "(?P<operator>\w+)" is in force with$'))
def _programme_with(world: World, programme: str, operator: str, docstring: str) -> None:
    points.put_in_force(world, programme, operator, resolve(world, docstring))


@given(parsers.parse('programme "{programme}" of "{operator}" is in force under "{parent}"'))
def _local_programme(world: World, programme: str, operator: str, parent: str) -> None:
    points.put_in_force(world, programme, operator, {"scenes": []}, parent)


@given(parsers.re(r'(?P<person>\w+) has opened accounts (?P<names>[\w, ]+) in "(?P<programme>[^"]+)"'))
def _accounts(world: World, person: str, names: str, programme: str) -> None:
    points.open_persons(world, person, programme, names.split(", "))


@given(parsers.parse('{person} has opened unit account {name} for "{organisation}" in "{programme}"'))
def _unit_account(world: World, person: str, name: str, organisation: str, programme: str) -> None:
    points.open_unit(world, person, programme, name, organisation)


@given(parsers.re(r'(?P<name>\w+) earned (?P<amount>\d+) points in "(?P<programme>[^"]+)" on (?P<day>\S+)'))
def _earned(world: World, name: str, amount: str, programme: str, day: str) -> None:
    points.earn(world, name, programme, int(amount), day)


@then(
    parsers.re(
        r"(?P<name>\w+) holds (?P<held>\d+) points in (?P<lots>\d+) lots?"
        r'( and owes (?P<debt>\d+))? in "(?P<programme>[^"]+)"'
    )
)
def _holds(world: World, name: str, held: str, lots: str, debt: str | None, programme: str) -> None:
    account = world.ask("Rui", "accounts:Get", programme=programme, account=world.names[name])
    assert (account["points"], len(account["lots"]), account["debt"]) == (held, int(lots), debt or "0")


@given(parsers.parse("{who} has sent {function}"))
def _has_sent(world: World, who: str, function: str, docstring: str) -> None:
    _send(world, who, function, docstring)
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


@given(parsers.parse("{one} and {other} have sent {function}"))
def _have_sent(world: World, one: str, other: str, function: str, docstring: str) -> None:
    world.by_two(one, other, function, **resolve(world, docstring))


@when(parsers.re(r"(?P<who>\w+) sends (?P<function>\w+:\w+)"))
def _send(world: World, who: str, function: str, docstring: str) -> None:
    world.submit(who, function, **resolve(world, docstring))


@when(parsers.re(r"(?P<one>\w+) and (?P<other>\w+) send (?P<function>\w+:\w+)"))
def _send_by_two(world: World, one: str, other: str, function: str, docstring: str) -> None:
    fields = resolve(world, docstring)
    fields.setdefault("request_id", world.request_id())
    if world.submit(one, function, **fields).refusal is None:
        world.submit(other, function, **fields)


@when(parsers.re(r"(?P<who>\w+) asks (?P<function>\w+:\w+)"))
def _ask(world: World, who: str, function: str, docstring: str) -> None:
    order = json.dumps(
        resolve(world, docstring), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    world.last = world.backend.evaluate(world.persons[who], function, order, world.seconds)


@then(parsers.parse('organisation "{name}" shows'))
def _shows(world: World, name: str, docstring: str) -> None:
    found = world.ask("Rui", "organisations:Get", organisation=world.names[name])
    require_subset(resolve(world, docstring), found)


@then("it is done")
def _done(world: World) -> None:
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


@then(
    parsers.re(
        r"it is refused with (?P<code>[a-z_.]+), field \"(?P<field>[^\"]*)\", "
        r"value \"(?P<value>[^\"]*)\"(, params (?P<params>\{.*\}))?$"
    )
)
def _refused_exactly(world: World, code: str, field: str, value: str, params: str | None) -> None:
    wanted = resolve(world, json.dumps({"code": code, "field": field, "value": value}))
    wanted["params"] = resolve(world, params or "{}")
    assert refused(world) == wanted


@then(parsers.re(r"it is refused with (?P<code>[a-z_.]+)$"))
def _refused(world: World, code: str) -> None:
    assert refused(world)["code"] == code, refused(world)


@then("the effects hold")
def _effects(world: World, docstring: str) -> None:
    assert world.last is not None
    require_subset(resolve(world, docstring), world.last.effects)


@then("the answer holds")
def _answer(world: World, docstring: str) -> None:
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal
    require_subset(resolve(world, docstring), world.last.payload)


def last(world: World) -> Outcome:
    """What came of the last thing sent or asked."""
    assert world.last is not None
    return world.last


@when("the same is sent again")
def _again(world: World) -> None:
    assert world.last is not None
    world.names["before"] = json.dumps(world.last.payload)
    assert world.last_sent is not None
    world.submit(**world.last_sent)


@then("the answer is the one before")
def _as_before(world: World) -> None:
    assert world.last is not None
    assert world.last.payload == json.loads(world.names["before"])
