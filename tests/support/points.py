"""Programmes, accounts and points for features and tests, by the ledger's own functions."""

from hashlib import sha256
from typing import Any

from tanhui.chaincode.rules.days import first_second, parse_day
from tests.support.registry_world import World

MORNING_SECONDS = 8 * 3600

RULES: dict[str, Any] = {
    "scenes": [
        {"scene": "quiz", "award": "flat", "points": 1},
        {"scene": "metro", "award": "per_gram", "numerator": 1, "denominator": 100},
    ],
    "expiry": {"kind": "month_end", "after": 1},
    "transfer": {"kind": "open"},
}
"""One point a quiz, to the end of the month after the one in which it was earned."""


def account_id(name: str) -> str:
    """A well-formed account id, always the same for a name."""
    return sha256(name.encode()).hexdigest()[:32]


def draft(world: World, programme: str, operator: str, rules: dict[str, Any], parent: str = "") -> None:
    world.done(
        "Rui",
        "programmes:Draft",
        programme=programme,
        name=programme,
        region="510100",
        parent=parent,
        operator=world.names[operator],
        rules={**RULES, **rules},
    )


def put_in_force(
    world: World, programme: str, operator: str, rules: dict[str, Any], parent: str = ""
) -> None:
    draft(world, programme, operator, rules, parent)
    world.by_two("Rui", "Ren", "programmes:PutInForce", programme=programme, version=1)


def open_persons(world: World, person: str, programme: str, names: list[str]) -> None:
    world.names.update({name: account_id(name) for name in names})
    accounts = [{"account": world.names[name], "holder": "person"} for name in names]
    world.done(person, "accounts:Open", programme=programme, accounts=accounts)


def open_unit(world: World, person: str, programme: str, name: str, organisation: str) -> None:
    world.names[name] = account_id(name)
    new = {"account": world.names[name], "holder": "unit", "organisation": world.names[organisation]}
    world.done(person, "accounts:Open", programme=programme, accounts=[new])


def earn(world: World, name: str, programme: str, amount: int, day: str) -> str:
    """Award `amount` (1000 at most) points as if on `day`; the request id of the award."""
    operator = world.ask("Rui", "programmes:Get", programme=programme)["operator"]
    person = next(who for who, one in world.persons.items() if one.organisation == operator)
    now, world.seconds = world.seconds, first_second(parse_day(day, "day")) + MORNING_SECONDS
    request_id = world.request_id()
    world.done(
        person,
        "points:Issue",
        request_id=request_id,
        programme=programme,
        account=world.names[name],
        scene="quiz",
        times=amount,
        tranche=0,
    )
    world.seconds = now
    world.names[f"award_{name}"] = request_id
    return request_id
