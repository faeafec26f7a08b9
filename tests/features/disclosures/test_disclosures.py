"""Binds the features of this folder."""

from hashlib import sha256

from pytest_bdd import given, parsers, scenarios

from tanhui.chaincode.rules.days import parse_day
from tanhui.chaincode.rules.disclosures import total_text
from tanhui.proofs.effects import commit
from tests.support.registry_world import World

scenarios(".")


@given(parsers.parse("the total of {grams:d} g and {points:d} points from {first} to {last} is committed to"))
def _committed(world: World, grams: int, points: int, first: str, last: str) -> None:
    salt = sha256(b"the bank's").digest()
    text = total_text(grams, points, parse_day(first, "first"), parse_day(last, "last"))
    world.names.update(salt=salt.hex(), commitment=commit(salt, text).hex())
