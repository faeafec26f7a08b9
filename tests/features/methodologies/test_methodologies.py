"""Binds methodologies.feature."""

from pytest_bdd import given, parsers, scenarios, when

from tests.support import methodologies
from tests.support.registry_world import World

scenarios("methodologies.feature")

DRAFTS = (
    r'(?P<who>\w+) drafts version (?P<version>\d+) of "(?P<name>[^"]+)" with (?P<grams>\d+) grams for 10 km'
)


@when(parsers.re(DRAFTS))
def _drafts(world: World, who: str, version: str, name: str, grams: str) -> None:
    formula = methodologies.distance_formula(int(grams))
    methodologies.draft(world, who, name, int(version), formula=formula)


@given(parsers.re(DRAFTS.replace("drafts", "has drafted")))
def _has_drafted(world: World, who: str, version: str, name: str, grams: str) -> None:
    _drafts(world, who, version, name, grams)
    assert world.last is not None
    assert world.last.refusal is None, world.last.refusal


@given(
    parsers.parse(
        '{who} has drafted version 1 of "{name}" with group "{group}", '
        'slot "{slot}" and {days:d} days to claim'
    )
)
def _has_drafted_in_group(world: World, who: str, name: str, group: str, slot: str, days: int) -> None:
    terms = methodologies.crediting(group, slot, days)
    assert methodologies.draft(world, who, name, crediting=terms).refusal is None


@given(parsers.parse('version {version:d} of "{name}" is assessed'))
def _assessed(world: World, version: int, name: str) -> None:
    assert methodologies.change(world, "Fan", "methodologies:Assess", name, version).refusal is None


@given(parsers.parse('version {version:d} of "{name}" is filed'))
def _filed(world: World, version: int, name: str) -> None:
    _assessed(world, version, name)
    assert methodologies.change(world, "Rui", "methodologies:File", name, version).refusal is None


@when(parsers.parse('{who} sends {function} for version {version:d} of "{name}"'))
def _change(world: World, who: str, function: str, version: int, name: str) -> None:
    methodologies.change(world, who, function, name, version)
