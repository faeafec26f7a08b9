"""Five regions in memory, agreed in pairs, with credits that crossed each way under each agreement."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tanhui.cli.reconcile.command import bundles_of, claims
from tanhui.cli.reconcile.drawing import draw, parties_of, prove
from tanhui.network.relay.carrier import Carrier
from tanhui.proofs.statements.document import check, encode
from tanhui.proofs.statements.hub import Hub, gather
from tanhui.proofs.statements.netting import Claim
from tanhui.proofs.statements.periods import period_at
from tests.support import projects
from tests.support.regions import MemorySide, Region, agree, make_terms
from tests.support.registry_world import START_SECONDS, MemoryBackend, World

NAMES = (
    ("sichuan", "510000"),
    ("jilin", "220000"),
    ("shandong", "370000"),
    ("zhejiang", "330000"),
    ("shanghai", "310000"),
)


def region(name: str, code: str) -> Region:
    world = World(MemoryBackend())
    world.found()
    projects.people(world)
    world.organisation("carrier", "auditor", person="Cai")
    projects.issued(world, 200)
    return Region(name, world, code)


def agreement_of(pair: Sequence[Region]) -> str:
    return "-".join(one.name for one in pair)


@dataclass
class Five:
    """The regions, what crossed, what each pair's statements say is owed, and the statements' files."""

    regions: list[Region]
    moved: int = 0
    owed: list[Claim] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """By agreement and source."""


def five_regions() -> Five:
    """All ten agreements, a transfer each way under each, carried home and stated."""
    five = Five([region(*one) for one in NAMES])
    for pair in combinations(five.regions, 2):
        agree(*pair, make_terms(*pair, agreement=agreement_of(pair)))
    sent = dict.fromkeys((one.name for one in five.regions), 1)
    for at, pair in enumerate(combinations(five.regions, 2)):
        for source, other, quantity in ((pair[0], pair[1], 3 + at), (pair[1], pair[0], 1 + at % 4)):
            first = sent[source.name]
            sent[source.name] += quantity
            locked = source.world.submit(
                "Ono",
                "recognition:LockCredits",
                agreement=agreement_of(pair),
                shard=0,
                transfers=[
                    {
                        "transfer": f"{source.name}-1",
                        "receiver": other.world.names["holder"],
                        "pieces": projects.pieces((first, first, first + quantity - 1)),
                    }
                ],
            )
            assert locked.refusal is None, locked.refusal
            five.moved += quantity
        sides = (MemorySide(pair[0]), MemorySide(pair[1]))
        made = asyncio.run(Carrier(agreement_of(pair), sides, clock=lambda: START_SECONDS).settle())
        assert made.waiting == []
        asyncio.run(_state(five, pair, sides))
    return five


async def _state(five: Five, pair: Sequence[Region], sides: tuple[MemorySide, MemorySide]) -> None:
    """The pair's two statements of the running month, and what they say is owed, by the regions' names."""
    parties = await parties_of(sides, agreement_of(pair))
    period = period_at(pair[0].world.seconds, "month")
    drawn = [await draw(parties, period, source) for source in (0, 1)]
    assert not any(one.differences for one in drawn)
    bundles = await prove(parties, drawn)
    names = [side.name for side in parties.sides]
    for one in drawn:
        lines = encode(one.header(parties, period), bundles_of(parties, one, bundles), one.proven)
        five.files[f"{parties.agreement}-from-{names[one.source]}"] = b"".join(lines)
    five.owed += [
        Claim(names[int(one.debtor)], names[int(one.creditor)], one.amount) for one in claims(parties, drawn)
    ]


def hub_of(five: Five, *, by_code: bool = False) -> Hub:
    """The hub that a third party makes of the statements, by anchors of its own; its regions by name or by code."""
    anchors = [one.anchors for one in five.regions]
    checked = [check(file.splitlines(keepends=True), anchors) for file in five.files.values()]
    return gather(checked, {one.genesis: one.region if by_code else one.name for one in five.regions})
