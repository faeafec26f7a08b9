"""The relay between two regions in memory: every transfer ends, whatever the relay loses or repeats."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tanhui.network.relay import ledger_side
from tanhui.network.relay.carrier import Carrier, Round
from tanhui.network.relay.journal import FileJournal, unfinished
from tanhui.network.relay.side import Order, Unavailable
from tests.support import projects
from tests.support.audits import MemoryAudit, broken
from tests.support.recognising import Two, two_regions
from tests.support.regions import MemorySide
from tests.support.registry_world import MemoryBackend


@pytest.fixture
def two() -> Two:
    return two_regions()


def carrier(two: Two, agreement: str = "sc-jl", **options: Any) -> Carrier:
    return Carrier(agreement, two.sides, clock=lambda: two.sichuan.world.seconds, **options)


def settle(two: Two, agreement: str = "sc-jl") -> Round:
    return asyncio.run(carrier(two, agreement).settle())


def require_clean(two: Two) -> None:
    for region in two.regions:
        backend = region.world.backend
        assert isinstance(backend, MemoryBackend)
        assert broken(MemoryAudit(backend.ledger).reports()) == {}


def status(two: Two, transfer: str, agreement: str = "sc-jl") -> tuple[str, str]:
    """What the source (Sichuan) and the destination say."""
    sent = two.sichuan.world.ask("Cai", "recognition:Transfer", agreement=agreement, transfer=transfer)
    received = two.jilin.world.ask("Cai", "recognition:Transfer", agreement=agreement, transfer=transfer)
    incoming = received["incoming"]
    return sent["outgoing"]["status"], incoming["status"] if incoming else "open"


def test_a_transfer_is_minted_and_finalised(two: Two) -> None:
    two.lock_credits(two.sichuan, [("t-1", "holder", projects.pieces((1, 1, 30)))])
    made = settle(two)
    assert made.waiting == []
    assert status(two, "t-1") == ("finalised", "minted")
    require_clean(two)


def test_many_transfers_of_one_lock_cross_under_one_proof(two: Two) -> None:
    transfers = [(f"t-{n}", "holder", projects.pieces((1, n + 1, n + 1))) for n in range(100)]
    two.lock_credits(two.sichuan, transfers)
    backend = two.jilin.world.backend
    assert isinstance(backend, MemoryBackend)
    before = len(backend.ledger.transactions)
    settle(two)
    assert len(backend.ledger.transactions) == before + 1
    assert all(status(two, f"t-{n}") == ("finalised", "minted") for n in range(100))
    require_clean(two)


def test_points_cross_both_ways(two: Two) -> None:
    two.lock_points(two.sichuan, [("t-1", "A", 50), ("t-2", "B", 10)])
    two.lock_points(two.jilin, [("j-1", "C", 20)])
    settle(two, "sc-jl-p")
    account = two.jilin.world.ask(
        "Cai", "accounts:Get", programme="jilin", account=two.jilin.world.names["jilin_A"]
    )
    assert account["points"] == "520"
    back = two.sichuan.world.ask(
        "Cai", "accounts:Get", programme="tianfu", account=two.sichuan.world.names["tianfu_C"]
    )
    assert back["points"] == "550"
    require_clean(two)


def test_units_come_home_in_the_pieces_in_which_they_lie(two: Two) -> None:
    two.lock_credits(two.sichuan, [("t-1", "holder", projects.pieces((1, 1, 30)))])
    two.lock_credits(two.sichuan, [("t-2", "holder", projects.pieces((31, 31, 60)))])
    settle(two)
    mirror = f"m.sc-jl.{projects.BATCH}.t-1"
    home = [("home", "owner", projects.pieces((1, 10, 20), batch=mirror))]
    assert two.lock_credits(two.jilin, home, who="Hu").refusal is None
    settle(two)
    one = two.sichuan.world.ask("Cai", "credits:Range", batch=projects.BATCH, range="10")
    assert (one["state"], one["holder"]) == ("active", two.sichuan.world.names["owner"])
    require_clean(two)


def test_one_that_cannot_be_minted_does_not_hold_up_the_others_and_is_aborted_in_the_end(two: Two) -> None:
    two.lock_credits(
        two.sichuan,
        [
            ("t-1", "holder", projects.pieces((1, 1, 10))),
            ("t-2", "regulator", projects.pieces((1, 11, 20))),
            ("t-3", "holder", projects.pieces((1, 21, 30))),
        ],
    )
    first = carrier(two)
    made = asyncio.run(first.settle())
    assert [(one.transfer, one.state, one.refusal) for one in made.waiting] == [
        ("t-2", "open", "credits.receiver")
    ]
    assert made.waiting[0].deadline - made.waiting[0].seconds == 72 * 3600
    two.pass_hours(73)
    settle(two)
    assert status(two, "t-1") == ("finalised", "minted")
    assert status(two, "t-2") == ("unlocked", "aborted")
    require_clean(two)


class Away:
    """A side that cannot be reached."""

    name = "jilin"

    async def ask(self, function: str, order: Order) -> Any:
        raise Unavailable("jilin is away")

    async def send(self, function: str, order: Order) -> None:
        raise Unavailable("jilin is away")

    async def prove(self, transaction: str) -> bytes | None:
        raise Unavailable("jilin is away")


def test_a_side_that_is_away_loses_nothing(two: Two) -> None:
    two.lock_credits(two.sichuan, [("t-1", "holder", projects.pieces((1, 1, 30)))])
    relay = Carrier("sc-jl", (MemorySide(two.sichuan), Away()), clock=lambda: 0)
    made = asyncio.run(relay.once())
    assert made.acted == 0
    assert "away" in made.unavailable[0]
    two.pass_hours(24 * 60)
    settle(two)
    assert status(two, "t-1") == ("finalised", "minted")
    require_clean(two)


def test_several_relays_at_once_have_one_effect(two: Two) -> None:
    for n in range(6):
        two.lock_credits(
            two.sichuan, [(f"t-{n}", "holder", projects.pieces((n * 5 + 1, n * 5 + 1, n * 5 + 5)))]
        )

    async def all_of_them() -> None:
        await asyncio.gather(*(carrier(two).settle() for _ in range(3)))

    asyncio.run(all_of_them())
    assert all(status(two, f"t-{n}") == ("finalised", "minted") for n in range(6))
    require_clean(two)


def test_later_terms_are_concluded_by_the_relay(two: Two) -> None:
    from tests.support.regions import make_terms, propose  # noqa: PLC0415

    terms = make_terms(two.sichuan, two.jilin, version=2, lock_hours=24)
    propose(two.sichuan, two.jilin, 0, terms)
    assert settle(two).concluded == 0
    propose(two.jilin, two.sichuan, 1, terms)
    assert asyncio.run(carrier(two).once()).concluded == 2
    for region in two.regions:
        assert region.world.ask("Cai", "recognition:Agreement", agreement="sc-jl")["version"] == 2


def test_the_journal_has_each_intent_before_its_outcome(two: Two, tmp_path: Path) -> None:
    two.lock_credits(two.sichuan, [("t-1", "holder", projects.pieces((1, 1, 30)))])
    path = tmp_path / "relay" / "journal.jsonl"
    journal = FileJournal(path, bytes_max=10_000)
    asyncio.run(carrier(two, journal=journal).settle())
    journal.close()
    lines = path.read_text("utf-8").splitlines()
    assert [line.count('"what": "intent"') for line in lines] == [1, 0, 1, 0]
    assert unfinished(path) == {}
    path.write_text("\n".join(lines[:3]) + '\n{"what": "do', "utf-8")
    assert [one["function"] for one in unfinished(path).values()] == ["recognition:Finalise"]


def test_the_journal_begins_anew_when_it_is_long(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "journal.jsonl", bytes_max=100)
    for n in range(20):
        journal.note({"what": "intent", "request": str(n)})
    journal.close()
    assert (tmp_path / "journal.jsonl").stat().st_size < 200
    assert (tmp_path / "journal.jsonl.1").is_file()


class Liar:
    """A side whose peer answers one question with whatever it likes."""

    def __init__(self, side: MemorySide, function: str, answer: Any) -> None:
        self._side, self._function, self._answer = side, function, answer

    @property
    def name(self) -> str:
        return self._side.name

    async def ask(self, function: str, order: Order) -> Any:
        return self._answer if function == self._function else await self._side.ask(function, order)

    async def send(self, function: str, order: Order) -> None:
        await self._side.send(function, order)

    async def prove(self, transaction: str) -> bytes | None:
        return await self._side.prove(transaction)


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("recognition:Queue", {"items": [], "bookmark": "again"}),
        ("recognition:Queue", {"items": [{}], "bookmark": ""}),
        ("recognition:Received", []),
        ("recognition:Received", [None] * 7),
        ("recognition:Received", None),
        ("recognition:Agreement", []),
        ("recognition:Sent", [None]),
        ("credits:Ranges", {"items": [], "bookmark": "again"}),
    ],
)
def test_a_peer_that_answers_nonsense_stops_no_relay(two: Two, function: str, answer: Any) -> None:
    """A round ends, says which side, and the next one, with an honest peer, does the work."""
    assert two.lock_credits(two.sichuan, [("t-1", "holder", projects.pieces((1, 1, 10)))]).refusal is None
    for lying in (0, 1):
        sides: list[Any] = list(two.sides)
        sides[lying] = Liar(sides[lying], function, answer)
        asyncio.run(asyncio.wait_for(Carrier("sc-jl", (sides[0], sides[1]), clock=lambda: 0).once(), 60))
    asyncio.run(Carrier("sc-jl", two.sides, clock=lambda: two.sichuan.world.seconds).settle())
    queue = two.sichuan.world.ask("Rui", "recognition:Queue", agreement="sc-jl")
    assert queue["items"] == []


def test_a_log_that_is_served_byte_by_byte_or_without_end_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow:
        url = "http://log.example/checkpoint"

        def read1(self, size: int) -> bytes:
            return b"x" * min(size, 1)

    monkeypatch.setattr(ledger_side, "HTTP_S_MAX", 0.0)
    with pytest.raises(OSError, match="not whole"):
        ledger_side._whole(Slow())  # type: ignore[arg-type]  # what it reads of an answer
    monkeypatch.setattr(ledger_side, "HTTP_S_MAX", 60.0)
    monkeypatch.setattr(ledger_side, "HTTP_BYTES_MAX", 1_000)
    with pytest.raises(OSError, match="not whole"):
        ledger_side._whole(Slow())  # type: ignore[arg-type]
