"""A hub of five regions: pairwise agreements, one relay each, and netting among all of them at once."""

import asyncio
from collections.abc import Sequence
from itertools import combinations

import pytest

from tanhui.cli.reconcile.command import claims
from tanhui.cli.reconcile.drawing import draw, parties_of
from tanhui.network.relay.carrier import Carrier
from tanhui.proofs.statements.netting import Claim, net, positions
from tanhui.proofs.statements.periods import period_at
from tests.conftest import Counts
from tests.support import projects
from tests.support.audits import MemoryAudit, broken
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


@pytest.fixture(scope="module")
def regions() -> list[Region]:
    made = [region(*one) for one in NAMES]
    for pair in combinations(made, 2):
        agree(*pair, make_terms(*pair, agreement=agreement_of(pair)))
    return made


def test_five_regions_net_in_fewer_payments_than_there_are_regions(
    regions: list[Region], counts: Counts
) -> None:
    sent = dict.fromkeys((one.name for one in regions), 1)
    owed: list[Claim] = []
    moved = 0
    for at, pair in enumerate(combinations(regions, 2)):
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
            moved += quantity
        sides = (MemorySide(pair[0]), MemorySide(pair[1]))
        made = asyncio.run(Carrier(agreement_of(pair), sides, clock=lambda: START_SECONDS).settle())
        assert made.waiting == []
        owed += asyncio.run(claims_of(pair, sides))
    paid = net(owed)
    assert positions(paid) == {name: amount for name, amount in positions(owed).items() if amount}
    assert 0 < len(paid) < len(regions)
    assert sum(claim.amount for claim in owed) == moved
    for one in regions:
        backend = one.world.backend
        assert isinstance(backend, MemoryBackend)
        assert broken(MemoryAudit(backend.ledger).reports()) == {}
    counts.note(
        "five regions", agreements=10, transfers=20, kilograms=moved, claims=len(owed), payments=len(paid)
    )


async def claims_of(pair: Sequence[Region], sides: tuple[MemorySide, MemorySide]) -> list[Claim]:
    """What the pair's two statements of the running month say is owed, by the regions' names."""
    parties = await parties_of(sides, agreement_of(pair))
    period = period_at(pair[0].world.seconds, "month")
    drawn = [await draw(parties, period, source) for source in (0, 1)]
    assert not any(one.differences for one in drawn)
    names = [side.name for side in parties.sides]
    return [
        Claim(names[int(one.debtor)], names[int(one.creditor)], one.amount) for one in claims(parties, drawn)
    ]
