"""Binds aggregates.feature."""

import base64

from pytest_bdd import given, parsers, scenarios, when

from tanhui.chaincode.rules.days import first_second, parse_day
from tests.support import activities, methodologies, projects
from tests.support.registry_world import World

scenarios("aggregates.feature")

EVIDENCE = "55" * 32


@given("the people of an aggregate")
def _people(world: World) -> None:
    a_gram_a_metre = methodologies.distance_formula(10_000, 10_000)
    activities.prepare(world, "A", "B", "C", formula=a_gram_a_metre)
    world.names |= {name: activities.account_id(name) for name in ("A", "B", "C", "nobody")}
    world.organisation("holder", "holder", person="Hu")
    operator = world.persons["Ouyang"].organisation
    roles = ["platform_operator", "project_owner"]
    world.by_two(
        "Rui", "Ren", "organisations:SetRoles", organisation=operator, roles=roles, reason="licensed"
    )
    for who in ("Ouyang", "Ota"):
        world.person(who, "operator", ",".join(roles))
    lane = {"lane": "projects", "crediting": None, "formula": a_gram_a_metre}
    methodologies.file(world, "Mei", "Fan", "restored", **lane)
    projects.draft(world, "commons", who="Ouyang")
    world.done("Ouyang", "aggregates:Open", project="commons", programme="tianfu")
    world.done("Ouyang", "projects:List", project="commons", reason="notice")
    world.done("Fan", "projects:Validate", project="commons", reason="sound", report="66" * 32)
    world.done("Rui", "projects:Register", project="commons", reason="approved")


@given("accounts A, B and C, of which A and B consent on 2026-11-21")
def _consents(world: World) -> None:
    _send(world, "aggregates:Consent", "A", "B")
    assert world.last is not None
    assert world.last.refusal is None
    _batch(world, "b-0", "2026-11-20", {"C": 1_000})


@given(parsers.re(r'batch "b-1" credits .* on (?P<day>\S+)$'))
def _credited(world: World, day: str) -> None:
    world.seconds = first_second(parse_day(day, "day")) + 20 * 3_600
    _batch(world, "b-1", day, {"A": 40_000, "B": 30_000, "C": 20_000})


def _batch(world: World, batch: str, day: str, grams: dict[str, int]) -> None:
    moment = activities.moment(day, "09:00")
    claims = [activities.claim(name, moment, metres) for name, metres in grams.items()]
    done = activities.record(world, *claims, batch=batch)
    assert done.effects[0]["reduction_g"] == str(sum(grams.values()))


@when(parsers.re(r"Ouyang records the (?P<what>consent|withdrawal) of (?P<names>[\w ]+)$"))
def _records(world: World, what: str, names: str) -> None:
    function = "aggregates:Consent" if what == "consent" else "aggregates:WithdrawConsent"
    _send(world, function, *names.split(" and "))


@given(parsers.re(r"Ouyang has recorded the (?P<what>consent|withdrawal) of (?P<names>[\w ]+)$"))
def _has_recorded(world: World, what: str, names: str) -> None:
    _records(world, what, names)
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


def _send(world: World, function: str, *names: str) -> None:
    packed = b"".join(bytes.fromhex(world.names[name]) for name in names)
    accounts = base64.b64encode(packed).decode()
    world.submit("Ouyang", function, programme="tianfu", accounts=accounts, evidence=EVIDENCE)


@given(parsers.parse('Ouyang has drafted project "{project}"'))
def _drafted(world: World, project: str) -> None:
    projects.draft(world, project, who="Ouyang")


@given(parsers.parse('"{batch}" is assigned to period {number:d}'))
def _assigned(world: World, batch: str, number: int) -> None:
    world.done(
        "Ouyang", "aggregates:Assign", project="commons", number=number, programme="tianfu", batch=batch
    )


@given(parsers.re(r'period 1 of (?P<grams>\d+) g is submitted, with "b-1" assigned to it$'))
def _submitted_with(world: World, grams: str) -> None:
    _assigned(world, "b-1", 1)
    _submitted(world, grams, "2026-11-30")
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


@when(parsers.re(r"period 1 of (?P<grams>\d+) g is submitted( until (?P<last>\S+))?$"))
def _submitted(world: World, grams: str, last: str | None) -> None:
    world.seconds = first_second(parse_day("2026-12-01", "day"))
    projects.submit(world, 1, "2026-11-01", last or "2026-11-30", int(grams), "commons", "Ouyang")


@given("period 1 is approved")
def _approved(world: World) -> None:
    projects.approve(world, 1, "commons")
