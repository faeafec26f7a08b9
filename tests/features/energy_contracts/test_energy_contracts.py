"""Binds energy_contracts.feature."""

from pytest_bdd import given, parsers, scenarios

from tests.support.registry_world import World

scenarios("energy_contracts.feature")


@given(parsers.parse("Dan has read {quantity:d} Wh in each month of 2025 up to {last:d}"))
def _read(world: World, quantity: int, last: int) -> None:
    for month in range(1, last + 1):
        world.done(
            "Dan",
            "budgets:Read",
            institution=world.names["institute"],
            year=2025,
            month=month,
            meter="main",
            source="metering",
            quantity=str(quantity),
            factor=1,
            document="22" * 32,
        )
