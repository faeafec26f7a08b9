"""Binds budgets.feature."""

from pytest_bdd import given, parsers, scenarios, then

from tests.support.registry_world import World

scenarios("budgets.feature")


@given("the institute's budget is in force")
def _in_force(world: World) -> None:
    for verb in ("Approve", "PutInForce"):
        world.done(
            "Rui", f"budgets:{verb}", institution=world.names["institute"], year=2026, reason="as planned"
        )


@given(parsers.re(r"(?P<who>\w+) has (?P<how>read|reported) (?P<quantity>\d+) Wh in month (?P<month>\d+)"))
def _read(world: World, who: str, how: str, quantity: str, month: str) -> None:
    world.done(
        who,
        "budgets:Read",
        institution=world.names["institute"],
        year=2026,
        month=int(month),
        meter="main",
        source="metering" if how == "read" else "report",
        quantity=quantity,
        factor=1,
        document="22" * 32,
    )


@then("Rui asks for the institute's year")
def _year(world: World) -> None:
    order = f'{{"institution":"{world.names["institute"]}","year":2026}}'.encode()
    world.last = world.backend.evaluate(world.persons["Rui"], "budgets:Get", order, world.seconds)
