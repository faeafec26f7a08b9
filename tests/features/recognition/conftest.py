"""Steps of mutual recognition: the world under test is Sichuan; Jilin is a second one, always in memory.

Names of Jilin's organisations and accounts begin with `jilin-`; `$proof` is the proof of Jilin's last
transaction, `$own-proof` that of Sichuan's.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from tanhui.proofs import notes, rotation, rulings
from tanhui.proofs.keys import KeyType
from tests.features.conftest import require_subset, resolve
from tests.support import points, projects
from tests.support.audits import MemoryAudit, broken
from tests.support.regions import (
    ARBITERS,
    AUTHORITY,
    TIME,
    Region,
    agree,
    binding,
    hash_of,
    make_terms,
    propose,
    ruling,
    signer,
)
from tests.support.registry_world import MemoryBackend, World


class Regions:
    """Sichuan, which is under test, and Jilin."""

    def __init__(self, sichuan: World) -> None:
        self.memory = MemoryBackend()
        jilin = World(self.memory, seconds=sichuan.seconds)
        jilin.names["regulator-of-nobody"] = ""  # so that the two regions' organisations have different ids
        jilin.found()
        self.sichuan = Region("sichuan", sichuan, "510000")
        self.jilin = Region("jilin", jilin, "220000")
        self.named: dict[str, dict[str, Any]] = {}
        names = sichuan.names
        names["identity"] = AUTHORITY.key.vkey
        self.share_names()
        self.share_anchors()

    def share_names(self) -> None:
        names = self.jilin.world.names
        self.sichuan.world.names.update({f"jilin-{name}": value for name, value in names.items()})

    def share_anchors(self) -> None:
        """`$jilin` is its genesis hash; the anchors' files stand as JSON strings."""
        for region in (self.sichuan, self.jilin):
            names = self.sichuan.world.names
            names[region.name] = region.genesis.hex()
            names[f"{region.name}-anchors"] = json.dumps(region.anchors.file().decode(), ensure_ascii=False)

    def name_terms(self, name: str, terms: dict[str, Any]) -> None:
        """`$name` is their JSON, `$name-hash` their hash."""
        self.named[name] = terms
        self.sichuan.world.names |= {
            name: json.dumps(terms, ensure_ascii=False),
            f"{name}-hash": hash_of(terms),
        }

    def agree(self, terms: dict[str, Any]) -> None:
        self.sichuan.world.names["terms"] = agree(self.sichuan, self.jilin, terms)

    def prove(self) -> None:
        """Jilin's last transaction."""
        self.sichuan.world.names["proof"] = self.jilin.prove()


@pytest.fixture
def regions(world: World) -> Iterator[Regions]:
    made = Regions(world)
    yield made
    assert broken(MemoryAudit(made.memory.ledger).reports()) == {}


@given("Jilin beside Sichuan")
def _beside(regions: Regions) -> None:
    regions.jilin.world.organisation("holder", "holder", person="Jia")
    regions.share_names()


@given("an agreement on credits with Jilin")
def _credits(regions: Regions) -> None:
    _credits_with(regions, "{}")


@given("an agreement on credits with Jilin, with")
def _credits_with(regions: Regions, docstring: str) -> None:
    for region in (regions.sichuan, regions.jilin):
        region.world.organisation("carrier", "auditor", person="Cai")
        projects.people(region.world)
    changes = resolve(regions.sichuan.world, docstring)
    regions.agree(make_terms(regions.sichuan, regions.jilin, **changes))
    regions.share_names()


@given("an agreement on points with Jilin")
def _points(regions: Regions) -> None:
    _points_with(regions, "{}")


@given("an agreement on points with Jilin, with")
def _points_with(regions: Regions, docstring: str) -> None:
    for region, programme in ((regions.sichuan, "tianfu"), (regions.jilin, "jilin")):
        region.world.organisation("operator", "platform_operator", person="Ouyang")
        region.world.organisation("carrier", "auditor", person="Cai")
        points.put_in_force(region.world, programme, "operator", {})
        points.open_persons(region.world, "Ouyang", programme, [f"{programme}_A", f"{programme}_B"])
    changes = resolve(regions.sichuan.world, docstring)
    regions.agree(make_terms(regions.sichuan, regions.jilin, ("tianfu", "jilin"), **changes))
    regions.share_names()
    _bind(regions)


def _bind(regions: Regions) -> None:
    """`$binding-A` and `$binding-B` bind accounts of one name; `$binding-AB` lacks the authority's word."""
    names = regions.sichuan.world.names
    for who in ("A", "B"):
        here, there = ("tianfu", names[f"tianfu_{who}"]), ("jilin", regions.jilin.world.names[f"jilin_{who}"])
        names[f"binding-{who}"] = binding(names["terms"], here, there, who).replace("\n", "\\n")
        names[f"back-{who}"] = binding(names["terms"], there, here, who).replace("\n", "\\n")
        names[f"lapsed-{who}"] = binding(names["terms"], here, there, who, "2026-11-20").replace("\n", "\\n")


@given(parsers.parse("a batch of {quantity:d} kg held by its owner in Jilin"))
def _jilin_batch(regions: Regions, quantity: int) -> None:
    projects.issued(regions.jilin.world, quantity)
    regions.sichuan.world.names["batch"] = projects.BATCH


@given(parsers.parse("in Jilin {who} has sent {function}"))
def _jilin_sent(regions: Regions, who: str, function: str, docstring: str) -> None:
    world = regions.jilin.world
    order = resolve(regions.sichuan.world, docstring)
    world.done(who, function, **order)
    regions.prove()


@given(parsers.parse("in Jilin {one} and {other} have sent {function}"))
def _jilin_by_two(regions: Regions, one: str, other: str, function: str, docstring: str) -> None:
    order = resolve(regions.sichuan.world, docstring)
    regions.jilin.world.by_two(one, other, function, **order)
    regions.prove()


@given(parsers.re(r"in Jilin (?P<name>\w+) earned (?P<amount>\d+) points on (?P<day>\S+)"))
def _jilin_earned(regions: Regions, name: str, amount: str, day: str) -> None:
    points.earn(regions.jilin.world, f"jilin_{name}", "jilin", int(amount), day)


@given(parsers.re(r"(?P<name>\w+) earned (?P<amount>\d+) points on (?P<day>\S+)"))
def _own_earned(regions: Regions, name: str, amount: str, day: str) -> None:
    points.earn(regions.sichuan.world, f"tianfu_{name}", "tianfu", int(amount), day)


@given("Sichuan's last transaction is proven")
@when("Sichuan's last transaction is proven")
def _prove_own(regions: Regions) -> None:
    world = regions.sichuan.world
    world.names["own-proof"] = regions.sichuan.prove()


@given(
    parsers.parse(
        'the arbiter rules that "{transfer}" of {region} is never minted, with {signers:d} of its keys'
    )
)
def _ruled(regions: Regions, transfer: str, region: str, signers: int) -> None:
    source = {"Sichuan": regions.sichuan, "Jilin": regions.jilin}[region]
    names = regions.sichuan.world.names
    names["ruling"] = ruling(names["terms"], source.genesis, transfer, ARBITERS[:signers]).replace(
        "\n", "\\n"
    )


@when(parsers.parse("{hours:d} hours pass"))
@given(parsers.parse("{hours:d} hours pass"))
def _hours(regions: Regions, hours: int) -> None:
    regions.sichuan.world.seconds += hours * 3600
    regions.jilin.world.seconds += hours * 3600


@then(parsers.parse("Jilin's {function} holds for"))
def _jilin_shows(regions: Regions, function: str, docstring: str) -> None:
    asked, wanted = resolve(regions.sichuan.world, docstring)
    require_subset(wanted, regions.jilin.world.ask("Rui", function, **asked))


@given(parsers.re(r'terms on credits as "(?P<name>\w+)"$'))
def _terms(regions: Regions, name: str) -> None:
    _terms_with(regions, name, "{}")


@given(parsers.re(r'terms on credits as "(?P<name>\w+)" with$'))
def _terms_with(regions: Regions, name: str, docstring: str) -> None:
    regions.name_terms(
        name, make_terms(regions.sichuan, regions.jilin, **resolve(regions.sichuan.world, docstring))
    )


@given(parsers.parse('terms on credits as "{name}" where each side\'s proofs need {needed:d} auditors'))
def _strict(regions: Regions, name: str, needed: int) -> None:
    made = make_terms(regions.sichuan, regions.jilin)
    for party in made["parties"]:
        party["auditors"] = needed
    regions.name_terms(name, made)


@given(parsers.parse('{region} has agreed to "{name}"'))
def _agreed(regions: Regions, region: str, name: str) -> None:
    one, other = regions.sichuan, regions.jilin
    if region == "Sichuan":
        propose(one, other, 0, regions.named[name])
    else:
        propose(other, one, 1, regions.named[name])
        regions.prove()


@given(parsers.parse('the agreement "{name}" is in force'))
def _in_force(regions: Regions, name: str) -> None:
    regions.agree(regions.named[name])


@given(parsers.parse("Jilin's keepers replace its anchors, with {signatures:d} signatures"))
def _rotated(regions: Regions, signatures: int) -> None:
    jilin = regions.jilin
    old = jilin.anchors
    jilin.anchors_number += 1
    jilin.auditors = [signer(f"auditor.jilin.example/{n}", KeyType.COSIGNATURE) for n in (2, 3, 4)]
    note = rotation.approve(old, jilin.anchors, jilin.keepers[:signatures])
    names = regions.sichuan.world.names
    names["approval"] = json.dumps(note.encode().decode(), ensure_ascii=False)
    regions.share_anchors()


@given(parsers.parse('the lock\'s proof is kept as "{name}"'))
def _keep_proof(regions: Regions, name: str) -> None:
    names = regions.sichuan.world.names
    names[name] = names["proof"]


@then(parsers.parse('the recall\'s id is kept as "{name}"'))
def _keep_recall(regions: Regions, name: str) -> None:
    last = regions.sichuan.world.last
    assert last is not None
    regions.sichuan.world.names[name] = last.effects[0]["recall"]


@given(
    parsers.parse(
        'the arbiter rules dispute "{dispute}" on "{transfer}" of Jilin {outcome}, {region} owing {quantity:d}'
    )
)
def _dispute_ruled(
    regions: Regions, dispute: str, transfer: str, outcome: str, region: str, quantity: int
) -> None:
    owes = {"Sichuan": regions.sichuan, "Jilin": regions.jilin}[region]
    source = regions.jilin.genesis
    names = regions.sichuan.world.names
    said = rulings.DisputeRuling(
        bytes.fromhex(names["terms"]),
        source,
        transfer,
        dispute,
        outcome,
        owes.genesis,
        quantity,
        TIME,
        "heard both",
    ).text()
    note = notes.Note(said, tuple(notes.signature(said, one) for one in ARBITERS[:2]))
    names["ruling"] = note.encode().decode().replace("\n", "\\n")
