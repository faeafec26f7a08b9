"""Either side down for long, and clocks wrong by an hour: every transfer ends minted or unlocked, and once."""

import asyncio

import pytest

from tanhui.chaincode.transactions.recognition.record import TRANSFER_IN, TRANSFER_OUT
from tanhui.network.relay.carrier import Carrier, Round
from tests.conftest import Counts
from tests.support import projects
from tests.support.audits import MemoryAudit, broken
from tests.support.recognising import Two, two_regions
from tests.support.recognition_life import CrashingSide, backend_of, transfers

HOUR_S = 3_600
WEEK_H = 7 * 24
AGREEMENTS = ("sc-jl", "sc-jl-p")
ENDS = {"finalised": "minted", "unlocked": "aborted"}


@pytest.fixture(scope="module")
def template() -> Two:
    return two_regions()


@pytest.fixture
def two(template: Two) -> Two:
    return template.copy()


def carry(two: Two, away: set[str]) -> list[Round]:
    """One relay settles both agreements, as far as it reaches the regions; its clock is the first one's."""
    sides = tuple(CrashingSide(region, 10_000, sent=False, away=away) for region in two.regions)
    return [
        asyncio.run(Carrier(name, (sides[0], sides[1]), clock=lambda: two.sichuan.world.seconds).settle())
        for name in AGREEMENTS
    ]


def lock_some(two: Two) -> int:
    """Credits and points, both ways, and one transfer each that nobody can mint: its receiver may hold nothing."""
    for region in two.regions:
        name = region.name[0]
        locked = [
            (f"{name}-c", "holder", projects.pieces((1, 1, 5))),
            (f"{name}-r", "regulator", projects.pieces((1, 6, 7))),
        ]
        for one in locked:
            one[2][0]["range"] = one[2][0]["first"]
            assert two.lock_credits(region, [one]).refusal is None
        points = [(f"{name}-p{at}", person, 10) for at, person in enumerate("ABC")]
        assert two.lock_points(region, points).refusal is None
    return 10


def ended(two: Two) -> dict[str, str]:
    """How each transfer ended, by both halves of it, which must say the same."""
    found: dict[str, str] = {}
    for source, destination in (two.regions, two.regions[::-1]):
        for agreement in AGREEMENTS:
            there = {one["id"]: one["status"] for one in transfers(destination, TRANSFER_IN, agreement)}
            for one in transfers(source, TRANSFER_OUT, agreement):
                assert ENDS[one["status"]] == there[one["id"]], one["id"]
                found[one["id"]] = there[one["id"]]
    for region in two.regions:
        assert broken(MemoryAudit(backend_of(region).ledger).reports()) == {}
    return found


@pytest.mark.parametrize("ahead", [-HOUR_S, 0, HOUR_S])
@pytest.mark.parametrize("down", ["sichuan", "jilin"])
@pytest.mark.parametrize("when", ["before the mint", "after the mint"])
def test_every_transfer_ends_minted_or_unlocked(
    two: Two, when: str, down: str, ahead: int, counts: Counts
) -> None:
    """One region is down for a week, past every deadline, while the other's clock is an hour off."""
    two.jilin.world.seconds += ahead
    sent = lock_some(two)
    if when == "after the mint":
        # Each destination has heard of the locks, and no source has heard back.
        for region, other in (two.regions, two.regions[::-1]):
            sides = (
                CrashingSide(other, 1, sent=False, away=set()),
                CrashingSide(region, 0, sent=False, away=set()),
            )
            for name in AGREEMENTS:
                asyncio.run(Carrier(name, sides, clock=lambda: two.sichuan.world.seconds).once())
    for _ in range(3):
        waiting = [one for made in carry(two, {down}) for one in made.unavailable]
        assert waiting, "one region is away, and the relay says so"
        two.pass_hours(WEEK_H // 3)
    carry(two, set())
    found = ended(two)
    assert len(found) == sent
    counts.note("outages of a week, clocks an hour apart", transfers=sent, stuck=0, doubled=0)
    given_back = {name for name, end in found.items() if end == "aborted"}
    assert given_back == {"s-r", "j-r"}, "after their deadline, and nothing else"


def test_a_mint_dated_before_its_lock_is_settled_like_any_other(two: Two) -> None:
    """The destination's clock is an hour behind: its mint bears a time before the lock's."""
    two.jilin.world.seconds -= HOUR_S
    assert two.lock_credits(two.sichuan, [("c-1", "holder", projects.pieces((1, 1, 5)))]).refusal is None
    carry(two, set())
    (sent,) = transfers(two.sichuan, TRANSFER_OUT, "sc-jl")
    (came,) = transfers(two.jilin, TRANSFER_IN, "sc-jl")
    assert came["seconds"] < sent["seconds"]
    assert (sent["status"], came["status"]) == ("finalised", "minted")
