"""Two regions, several relays, and everything that goes wrong between them; the invariant after every step.

locked + burned = minted + in flight, for each agreement, methodology and vintage, taken from both chains alone.
Messages are the proofs of whatever either ledger ever committed: they may be lost (never brought), brought again,
brought late and in any order, by relays that crash before or after any order they send.
"""

import asyncio
from random import Random
from typing import Any

import hypothesis.strategies as st
import msgspec
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.rules.serials import Range
from tanhui.chaincode.transactions.credits.record import RANGE
from tanhui.chaincode.transactions.recognition.record import TRANSFER_IN, TRANSFER_OUT
from tanhui.cli.recognition.balance import Equation, equations
from tanhui.network.relay.carrier import Carrier
from tanhui.network.relay.orders import mint_item, proof_text
from tanhui.network.relay.side import Order, Unavailable
from tests.support.audits import MemoryAudit, MemoryState, broken
from tests.support.recognising import Two, two_regions
from tests.support.regions import MemorySide, Region, follow
from tests.support.registry_world import MemoryBackend

CHOICES = st.randoms(use_true_random=False)
AGREEMENTS = ("sc-jl", "sc-jl-p")
PEOPLE = ("A", "B", "C")
TEMPLATE: list[Two] = []


class CrashingSide(MemorySide):
    """A side whose relay dies at the n-th order: before it is sent, or after it took effect."""

    def __init__(self, region: Region, after: int, *, sent: bool, away: set[str]) -> None:
        super().__init__(region)
        self._left = after
        self._sent = sent
        self._away = away

    async def ask(self, function: str, order: Order) -> Any:
        self._reach()
        return await super().ask(function, order)

    async def prove(self, transaction: str) -> bytes | None:
        self._reach()
        return await super().prove(transaction)

    async def send(self, function: str, order: Order) -> None:
        self._reach()
        self._left -= 1
        if self._left < 0 and not self._sent:
            raise Unavailable("crashed before")
        await super().send(function, order)
        if self._left < 0:
            raise Unavailable("crashed after")

    def _reach(self) -> None:
        if self.region.name in self._away:
            raise Unavailable(f"{self.region.name} is away")


class Life(RuleBasedStateMachine):
    """One pair of regions."""

    steps = 0
    transactions = 0
    refused = 0
    settled = 0

    def __init__(self) -> None:
        super().__init__()
        if not TEMPLATE:
            made = two_regions(per_transfer=60, per_person=150, per_day=200, shards=2, further=True)
            TEMPLATE.append(made)
        self.two = TEMPLATE[0].copy()
        self.ledgers = [backend_of(region).ledger for region in self.two.regions]
        self.audits = [MemoryAudit(ledger) for ledger in self.ledgers]
        self.away: set[str] = set()
        self.silent = ""
        """The region that takes no order until it comes back."""
        self.made = 0

    @initialize()
    def begin(self) -> None:
        type(self).steps += 1

    def _region(self, random: Random) -> Region:
        """One that takes orders."""
        type(self).steps += 1
        return random.choice([one for one in self.two.regions if one.name != self.silent])

    def _other(self, region: Region) -> Region:
        return self.two.jilin if region is self.two.sichuan else self.two.sichuan

    def _name(self) -> str:
        self.made += 1
        return f"t-{self.made}"

    def _refused(self, outcome: Any) -> None:
        type(self).refused += outcome.refusal is not None

    @rule(random=CHOICES)
    def lock_credits(self, random: Random) -> None:
        """Own units leave, or mirrors go home; sometimes several under one lock."""
        region = self._region(random)
        ranges = [one for one in ranges_of(region) if not one.holds]
        if not ranges:
            return
        one = random.choice(ranges)
        who = next(
            (name for name, person in region.world.persons.items() if person.organisation == one.holder),
            "Ono",
        )
        first = random.randint(one.first, one.last)
        last = min(one.last, first + random.choice((0, 3, 20, 70)))
        piece = {"batch": one.batch, "range": str(one.first), "first": str(first), "last": str(last)}
        receiver = random.choice(("holder", "broker", "regulator"))
        self._refused(
            self.two.lock_credits(region, [(self._name(), receiver, [piece])], who, random.choice((0, 1)))
        )

    @rule(random=CHOICES)
    def lock_points(self, random: Random) -> None:
        region = self._region(random)
        transfers = [
            (self._name(), random.choice(PEOPLE), random.choice((2, 5, 10, 20, 50, 100)))
            for _ in range(random.choice((1, 1, 3)))
        ]
        self._refused(self.two.lock_points(region, transfers, random.choice((0, 1))))

    @rule(random=CHOICES)
    def bring(self, random: Random) -> None:
        """Any proof that there ever was, as any message, to anybody: late, again, or wrong."""
        region = self._region(random)
        other = self._other(region)
        follow(other)
        if not other.leaves:
            return
        agreement = random.choice(AGREEMENTS)
        names = [ids[1] for ids, _ in records(other).all(TRANSFER_OUT, agreement)]
        names += [ids[1] for ids, _ in records(region).all(TRANSFER_OUT, agreement)]
        if not names:
            return
        name = random.choice(names[-10:])
        function = random.choice(("Mint", "Abort", "Finalise", "Unlock"))
        transaction = random.choice(other.leaves[-40:]).txid
        if random.random() < 0.8:  # the proof that belongs to it, however often it was brought before
            transaction = self._proof_for(other, function, agreement, name) or transaction
        order: dict[str, Any] = {
            "agreement": agreement,
            "proof": proof_text(other.bundle(transaction)),
        }
        if function == "Mint":
            order["items"] = [self._item(region, other, agreement, name)]
        else:
            order["transfers"] = [name]
        if function == "Abort":
            order["reason"] = "brought"
        who = random.choice(("Cai", "Hu", "Ouyang"))
        self._refused(region.world.submit(who, f"recognition:{function}", **order))

    def _proof_for(self, other: Region, function: str, agreement: str, name: str) -> str:
        ledger = records(other)
        if function in {"Mint", "Abort"}:
            sent = ledger.find(TRANSFER_OUT, agreement, name)
            return "" if sent is None else sent.transaction
        received = ledger.find(TRANSFER_IN, agreement, name)
        return "" if received is None else received.transaction

    def _item(self, region: Region, other: Region, agreement: str, name: str) -> dict[str, Any]:
        sent = other.world.ask("Cai", "recognition:Sent", agreement=agreement, transfers=[name])[0]
        if sent is None:
            return {"transfer": name}
        home = {one["origin_batch"] for one in sent["parcels"] if one["origin"] == region.genesis.hex()}
        ranges = {
            batch: region.world.ask("Cai", "credits:Ranges", batch=batch, page_size=500)["items"]
            for batch in home
        }
        item = mint_item(sent, region.genesis.hex(), ranges)
        if item.get("pieces") == []:
            del item["pieces"]
        return item

    @rule(random=CHOICES)
    def relay(self, random: Random) -> None:
        """One of several relays makes a round, and perhaps dies in it."""
        type(self).steps += 1
        after = random.choice((0, 1, 2, 3, 99))
        sides = tuple(
            CrashingSide(region, after, sent=random.random() < 0.5, away=self.away | {self.silent})
            for region in self.two.regions
        )
        carrier = Carrier(
            random.choice(AGREEMENTS), (sides[0], sides[1]), clock=lambda: self.two.sichuan.world.seconds
        )
        asyncio.run(carrier.once())

    @rule(random=CHOICES)
    def use_what_came(self, random: Random) -> None:
        """Retire, or freeze, whatever there is: mirrors and locked units too."""
        region = self._region(random)
        ranges = ranges_of(region)
        if not ranges:
            return
        one = random.choice(ranges)
        last = random.randint(one.first, one.last)
        piece = {"batch": one.batch, "range": str(one.first), "first": str(one.first), "last": str(last)}
        if random.random() < 0.5:
            name = self._name()
            self._refused(region.world.submit("Rui", "credits:Freeze", order=f"F-{name}", pieces=[piece]))
            return
        self._refused(
            region.world.submit(
                "Hu",
                "retirements:Retire",
                retirement=self._name(),
                pieces=[piece],
                beneficiary={"organisation": region.world.names["holder"], "person": ""},
                purpose="voluntary",
                reason="used",
            )
        )

    @rule(random=CHOICES)
    def time_passes(self, random: Random) -> None:
        """Both clocks go on; one may run an hour ahead of the other."""
        type(self).steps += 1
        self.two.pass_hours(random.choice((1, 30, 80)))
        if random.random() < 0.3:
            random.choice(self.two.regions).world.seconds += 3_600

    @rule(random=CHOICES)
    def goes_away_or_comes_back(self, random: Random) -> None:
        self.away ^= {self._region(random).name}

    @rule(random=CHOICES)
    def suspend_or_resume(self, random: Random) -> None:
        region = self._region(random)
        function = random.choice(("SuspendAgreement", "ResumeAgreement"))
        request = region.world.request_id()
        for who in ("Rui", "Ren"):
            self._refused(
                region.world.submit(
                    who,
                    f"recognition:{function}",
                    agreement="sc-jl",
                    reason="drill",
                    request_id=request,
                )
            )

    @invariant()
    def every_equation_holds_on_both_chains(self) -> None:
        for equation in self._equations():
            assert equation.balanced, equation

    @invariant()
    def each_chain_alone_is_clean(self) -> None:
        for audit in self.audits:
            assert broken(audit.reports()) == {}

    def _equations(self) -> list[Equation]:
        found: list[Equation] = []
        one, other = self.two.regions
        for agreement in AGREEMENTS:
            for source, destination in ((one, other), (other, one)):
                found += equations(
                    agreement,
                    source.name,
                    transfers(source, TRANSFER_OUT, agreement),
                    transfers(destination, TRANSFER_IN, agreement),
                ).values()
        return found

    def teardown(self) -> None:
        """Everybody comes back, relays carry, deadlines pass: every transfer has ended, one way or the other."""
        self.away.clear()
        for region in self.two.regions:
            request = region.world.request_id()
            for who in ("Rui", "Ren"):
                region.world.submit(
                    who, "recognition:ResumeAgreement", agreement="sc-jl", reason="over", request_id=request
                )
        for _ in range(2):
            for agreement in AGREEMENTS:
                asyncio.run(
                    Carrier(agreement, self.two.sides, clock=lambda: self.two.sichuan.world.seconds).settle()
                )
            self.two.pass_hours(80)
        for region in self.two.regions:
            for agreement in AGREEMENTS:
                ends = {one["status"] for one in transfers(region, TRANSFER_OUT, agreement)}
                assert "locked" not in ends, f"{region.name} {agreement}: stuck"
                type(self).settled += len(transfers(region, TRANSFER_OUT, agreement))
        for equation in self._equations():
            assert equation.balanced
            assert equation.in_flight == 0
        self.each_chain_alone_is_clean()
        type(self).transactions += sum(len(ledger.transactions) for ledger in self.ledgers)


def backend_of(region: Region) -> MemoryBackend:
    backend = region.world.backend
    assert isinstance(backend, MemoryBackend)
    return backend


def records(region: Region) -> Records:
    return Records(MemoryState(backend_of(region).ledger))


def ranges_of(region: Region) -> list[Range]:
    return [one for _, one in records(region).all(RANGE) if one.state == "active"]


def transfers(region: Region, key_type: Any, agreement: str) -> list[dict[str, Any]]:
    """The region's transfers as plain members, as queries answer them."""
    found: list[dict[str, Any]] = []
    for _, one in records(region).all(key_type, agreement):
        plain = msgspec.to_builtins(one, enc_hook=int)
        found.append(plain)
    return found
