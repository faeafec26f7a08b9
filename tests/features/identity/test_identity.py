"""Binds the features of identity."""

import base64
from hashlib import sha256

import msgspec
from pytest_bdd import given, parsers, scenarios, then, when

from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.rules.days import month_of, parse_day
from tanhui.chaincode.rules.slots import Crediting, SlotClock
from tests.support import activities, methodologies
from tests.support.registry_world import World

scenarios(".")

PROGRAMME = r'"(?P<programme>\w+)"'


@given(parsers.parse('two programmes whose bus trips share the identity authority "{name}"'))
def _two_programmes(world: World, name: str, identity: str = "buckets") -> None:
    world.organisation(name, "identity_authority", person="Pan")
    shared = methodologies.crediting() | {"authority": world.names[name], "identity": identity}
    activities.prepare(world, "A", crediting=shared)
    world.organisation("jilin-operator", "platform_operator", person="Jin")
    world.done(
        "Rui",
        "programmes:Draft",
        programme="jilin",
        name="碳惠吉林",
        region="220000",
        parent="",
        operator=world.names["jilin-operator"],
        rules=activities.RULES,
    )
    world.by_two("Rui", "Ren", "programmes:PutInForce", programme="jilin", version=1)
    account = {"account": activities.account_id("B"), "holder": "person", "organisation": "", "unit": ""}
    world.done("Jin", "accounts:Open", programme="jilin", accounts=[account])
    world.names |= {one: activities.account_id(one) for one in ("A", "B")}


def binding(account: str, bucket: str) -> bytes:
    return bytes.fromhex(activities.account_id(account)) + sha256(bucket.encode()).digest()[:16]


def bind(
    world: World, who: str, programme: str, month: str, *bindings: bytes, group: str = "commute"
) -> None:
    packed = base64.b64encode(b"".join(bindings)).decode()
    world.submit(who, "identity:Bind", programme=programme, group=group, month=month, bindings=packed)


def accepted(world: World) -> None:
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


@given(parsers.parse('Pan has bound A in "tianfu" and B in "jilin" to the same bucket for {month}'))
def _bound_together(world: World, month: str) -> None:
    bind(world, "Pan", "tianfu", month, binding("A", "one person"))
    accepted(world)
    bind(world, "Pan", "jilin", month, binding("B", "one person"))
    accepted(world)


@given(parsers.re(rf"Pan has bound (?P<account>\w+) in {PROGRAMME} for (?P<month>\d{{4}}-\d\d)$"))
def _bound(world: World, account: str, programme: str, month: str) -> None:
    bind(world, "Pan", programme, month, binding(account, account))
    accepted(world)


@when(parsers.re(rf"(?P<who>\w+) binds (?P<account>\w+) in {PROGRAMME} for (?P<month>\d{{4}}-\d\d)$"))
def _binds(world: World, who: str, account: str, programme: str, month: str) -> None:
    bind(world, who, programme, month, binding(account, account))


@when(parsers.parse('Pan binds A in "tianfu" for {month} to another bucket'))
def _binds_otherwise(world: World, month: str) -> None:
    bind(world, "Pan", "tianfu", month, binding("A", "another"))


@when(parsers.parse('Pan binds A twice in "tianfu" for {month}'))
def _binds_twice(world: World, month: str) -> None:
    bind(world, "Pan", "tianfu", month, binding("A", "A"), binding("A", "A"))


@when(parsers.parse('Pan binds A in group "{group}"'))
def _binds_in_group(world: World, group: str) -> None:
    bind(world, "Pan", "tianfu", "2026-11", binding("A", "A"), group=group)


@given(parsers.parse('a filed methodology "{name}" of the group "{group}"'))
def _filed(world: World, name: str, group: str) -> None:
    methodologies.file(world, "Mei", "Fan", name, crediting=methodologies.crediting(group))


@when("a methodology that names the operator as authority is filed")
def _wrong_authority(world: World) -> None:
    wrong = methodologies.crediting("parking") | {"authority": world.names["operator"]}
    methodologies.draft(world, "Mei", "parking", crediting=wrong)
    methodologies.change(world, "Fan", "methodologies:Assess", "parking")
    methodologies.change(world, "Rui", "methodologies:File", "parking")


def record(world: World, programme: str, account: str, day: str, time: str) -> None:
    claim = activities.claim(account, activities.moment(day, time), 10_000)
    order = activities.order(claim, batch=f"b-{world.request_id()}", programme=programme)
    world.submit("Ouyang" if programme == "tianfu" else "Jin", "activities:RecordBatch", **order)


@given(parsers.re(rf"{PROGRAMME} has recorded (?P<account>\w+) at (?P<day>\S+) (?P<time>\S+)"))
def _has_recorded(world: World, programme: str, account: str, day: str, time: str) -> None:
    record(world, programme, account, day, time)
    accepted(world)


@when(parsers.re(rf"{PROGRAMME} records (?P<account>\w+) at (?P<day>\S+) (?P<time>\S+)"))
def _records(world: World, programme: str, account: str, day: str, time: str) -> None:
    record(world, programme, account, day, time)


@then(parsers.parse("the bucket holds {count:d} slots"))
def _bucket(world: World, count: int) -> None:
    assert world.last is not None
    assert len(world.last.payload["slots"]) == count


@given(parsers.parse('two programmes whose bus trips claim with nullifiers of "{name}"'))
def _two_with_nullifiers(world: World, name: str) -> None:
    _two_programmes(world, name, "nullifiers")


def slot_at(day: str, time: str, group: str = "commute") -> bytes:
    terms = msgspec.convert(methodologies.crediting(group), Crediting)
    return SlotClock(terms).slot(activities.moment(day, time))[0]


def nullifier(account: str, slot: bytes, name: str) -> bytes:
    return bytes.fromhex(activities.account_id(account)) + slot + sha256(name.encode() + slot).digest()[:16]


def bind_slot(world: World, who: str, programme: str, *bound: bytes, verb: str = "BindNullifiers") -> None:
    packed = base64.b64encode(b"".join(bound)).decode()
    world.submit(who, f"identity:{verb}", programme=programme, group="commute", bindings=packed)


@given(parsers.parse('Pan has bound A in "tianfu" and B in "jilin" to one nullifier for {day} {time}'))
def _one_nullifier(world: World, day: str, time: str) -> None:
    for programme, account in (("tianfu", "A"), ("jilin", "B")):
        bind_slot(world, "Pan", programme, nullifier(account, slot_at(day, time), "one person"))
        accepted(world)


SLOT = r"the slot of (?P<day>\S+) (?P<time>\S+)"


@given(parsers.re(rf"Pan has bound (?P<account>\w+) in {PROGRAMME} for {SLOT}$"))
def _bound_slot(world: World, account: str, programme: str, day: str, time: str) -> None:
    bind_slot(world, "Pan", programme, nullifier(account, slot_at(day, time), account))
    accepted(world)


@when(
    parsers.re(
        rf"(?P<who>\w+) binds (?P<account>\w+) in {PROGRAMME} for {SLOT}(?P<other> to another nullifier)?$"
    )
)
def _binds_slot(
    world: World, who: str, account: str, programme: str, day: str, time: str, other: str | None
) -> None:
    bind_slot(world, who, programme, nullifier(account, slot_at(day, time), other or account))


@when(parsers.re(rf"(?P<who>\w+) prunes (?P<account>\w+) in {PROGRAMME} for {SLOT}$"))
def _prunes(world: World, who: str, account: str, programme: str, day: str, time: str) -> None:
    bound = nullifier(account, slot_at(day, time), account)
    bind_slot(world, who, programme, bound, verb="PruneNullifiers")


@when('Pan binds A in "tianfu" for a slot of the group "metro"')
def _binds_other_group(world: World) -> None:
    bind_slot(world, "Pan", "tianfu", nullifier("A", slot_at("2026-11-20", "08:00", "metro"), "A"))


@when(parsers.re(rf"Rui asks for the nullifier of A in {PROGRAMME} for (?P<day>\S+) (?P<time>\S+)$"))
def _asks_nullifier(world: World, programme: str, day: str, time: str) -> None:
    order = {"programme": programme, "account": activities.account_id("A"), "group": "commute"}
    order["slot"] = slot_at(day, time).hex()
    world.last = world.backend.evaluate(
        world.persons["Rui"], "identity:Nullifier", canonical_json(order), world.seconds
    )


@given('"tianfu" accepts nullifiers only')
def _nullifiers_only(world: World) -> None:
    rules = activities.RULES | {"identity": "nullifiers"}
    world.done("Rui", "programmes:Revise", programme="tianfu", rules=rules)
    world.by_two("Rui", "Ren", "programmes:PutInForce", programme="tianfu", version=2)


@given(parsers.parse('a filed methodology "{name}" of the group "{group}" with buckets of "{authority}"'))
def _filed_with_buckets(world: World, name: str, group: str, authority: str) -> None:
    shared = methodologies.crediting(group) | {"authority": world.names[authority]}
    methodologies.file(world, "Mei", "Fan", name, crediting=shared)


@when(parsers.parse('"tianfu" records A by "{methodology}" at {day} {time}'))
def _records_by(world: World, methodology: str, day: str, time: str) -> None:
    claim = activities.claim("A", activities.moment(day, time), 10_000)
    world.submit("Ouyang", "activities:RecordBatch", **activities.order(claim, methodology=methodology))


def test_a_binding_stands_under_group_and_month(world: World) -> None:
    _two_programmes(world, "police")
    bind(world, "Pan", "tianfu", "2026-11", binding("A", "A"))
    accepted(world)
    view = world.ask(
        "Rui",
        "identity:Bucket",
        programme="tianfu",
        account=activities.account_id("A"),
        group="commute",
        month="2026-11",
    )
    assert view == {"bucket": binding("A", "A")[16:].hex(), "slots": []}
    assert month_of(parse_day("2026-11-01", "month")) == 24322
