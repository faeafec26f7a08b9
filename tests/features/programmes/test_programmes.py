"""Binds the features of this folder."""

import json

from pytest_bdd import given, parsers, scenarios, when

from tests.support.points import RULES
from tests.support.registry_world import World

scenarios(".")

DRAFTS = r'(?P<who>\w+) drafts programme "(?P<programme>\w+)" for "(?P<operator>\w+)"'


@when(parsers.re(DRAFTS + " with$"))
def _drafts(world: World, who: str, programme: str, operator: str, docstring: str) -> None:
    _send(world, who, programme, operator, ("", "510100"), docstring)


@given(parsers.re(DRAFTS + r' under "(?P<parent>\w+)" in (?P<region>\d+) with$'))
@when(parsers.re(DRAFTS + r' under "(?P<parent>\w+)" in (?P<region>\d+) with$'))
def _drafts_under(
    world: World, who: str, programme: str, operator: str, parent: str, region: str, docstring: str
) -> None:
    _send(world, who, programme, operator, (parent, region), docstring)


@given(parsers.re(r'(?P<who>\w+) revises programme "(?P<programme>\w+)" with$'))
@when(parsers.re(r'(?P<who>\w+) revises programme "(?P<programme>\w+)" with$'))
def _revises(world: World, who: str, programme: str, docstring: str) -> None:
    rules = {**RULES, **json.loads(docstring)}
    world.submit(who, "programmes:Revise", programme=programme, rules=rules)


def _send(
    world: World, who: str, programme: str, operator: str, place: tuple[str, str], docstring: str
) -> None:
    world.submit(
        who,
        "programmes:Draft",
        programme=programme,
        name=programme,
        region=place[1],
        parent=place[0],
        operator=world.names[operator],
        rules={**RULES, **json.loads(docstring)},
    )
