"""What may come after a transfer in a life of two regions: recalls, disputes, and a region silent for good.

A silent region takes no order at all, and its arbiter rules on what it had not minted when it was last seen. When it
comes back it honours what was ruled before it does anything else (docs/recognition.md, "What can go wrong").
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis.stateful import rule

from tanhui.chaincode.rules.serials import HoldKind, Range, RangeState
from tanhui.chaincode.transactions.credits.record import RANGE
from tanhui.chaincode.transactions.recalls.record import RECALL
from tanhui.chaincode.transactions.recognition.halves import IncomingTransfer, OutgoingTransfer
from tanhui.chaincode.transactions.recognition.record import DISPUTE, MIRROR, TRANSFER_IN, TRANSFER_OUT
from tanhui.network.relay.orders import proof_text
from tanhui.proofs import notes, rulings
from tests.support.recognition_life import AGREEMENTS, CHOICES, Life, backend_of, records
from tests.support.regions import ARBITERS, Region, follow, ruling

CREDITS = AGREEMENTS[0]
EPOCH = date(1970, 1, 1)


class Afterwards(Life):
    """The same life with what the regulators and the arbiter do."""

    recalls = 0
    disputes = 0
    rulings = 0

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        """The arbiter's ruling on each dispute: one, whoever brings it."""
        self.ruled: list[tuple[str, str, str]] = []
        """(agreement, transfer, ruling) that the silent region has not honoured yet."""

    @rule(random=CHOICES)
    def announce_recall(self, random: Random) -> None:
        """A region finds that it issued some serials wrongly: free ones, and others that are long abroad."""
        region = self._region(random)
        own = [one for one in all_ranges(region) if not one.batch.startswith("m.")]
        one = random.choice(own)
        first = random.randint(one.first, one.last)
        last = min(one.last, first + random.choice((0, 5, 40)))
        request, recall = region.world.request_id(), self._name().replace("t-", "r-")
        for who in ("Rui", "Ren"):
            self._refused(
                region.world.submit(
                    who,
                    "recalls:Announce",
                    request_id=request,
                    recall=recall,
                    batch=one.batch,
                    ground="factor",
                    document="ba" * 32,
                    scope=[{"first": str(first), "last": str(last)}],
                    replace_by=day_in(region, 90),
                    reason="wrong factor",
                )
            )
        type(self).recalls += 1

    @rule(random=CHOICES)
    def receive_recall(self, random: Random) -> None:
        """Anybody brings the proof of a recall, for mirrors that hold its serials and for others."""
        region = self._region(random)
        other = self._other(region)
        announced = [one for _, one in records(other).all(RECALL) if one.id.startswith("r-")]
        mirrors = [one for _, one in records(region).all(MIRROR)]
        if not announced or not mirrors:
            return
        recall = random.choice(announced)
        fitting = [one.id for one in mirrors if one.batch == recall.batch]
        if not fitting or random.random() < 0.1:
            fitting = [one.id for one in mirrors]
        chosen = random.sample(fitting, min(len(fitting), random.choice((1, 1, 3))))
        proof = proof_of(other, "recalls.announced", "recall", recall.id)
        self._refused(
            region.world.submit(
                "Cai",
                "recognition:ReceiveRecall",
                agreement=CREDITS,
                proof=proof,
                recall=recall.id,
                mirrors=chosen,
            )
        )

    @rule(random=CHOICES)
    def mark_or_cancel_recalled(self, random: Random) -> None:
        """Ranges of an announced scope stand still, wherever they are; later some are cancelled."""
        region = self._region(random)
        found = [one for _, one in records(region).all(RECALL)]
        if not found:
            return
        recall = random.choice(found)
        if recall.held and random.random() < 0.4:
            held = [one for one in all_ranges(region) if on_hold(one, HoldKind.RECALL, recall.id)]
            self._refused(
                region.world.submit(
                    "Rui", "recalls:Cancel", recall=recall.id, pieces=[whole(one) for one in held[:2]]
                )
            )
            return
        scope = random.choice(recall.scope)
        for one in all_ranges(region):
            first, last = max(one.first, scope.first), min(one.last, scope.last)
            if one.batch == recall.batch and first <= last and not one.recall:
                pieces = [cut(one, first, last)]
                self._refused(region.world.submit("Rui", "recalls:Mark", recall=recall.id, pieces=pieces))
                return

    @rule(random=CHOICES)
    def open_dispute(self, random: Random) -> None:
        """Either regulator puts a transfer in question: one that left, or one that came."""
        region = self._region(random)
        agreement = random.choice(AGREEMENTS)
        ours = random.random() < 0.5
        half = self._half(random, region, agreement, ours=ours)
        if half is None:
            return
        order: dict[str, Any] = {
            "agreement": agreement,
            "dispute": self._name().replace("t-", "d-"),
            "transfer": half.id,
            "ours": ours,
            "evidence": "cc" * 32,
            "deadline": day_in(region, 30),
            "reason": "counted twice",
        }
        outcome = region.world.submit(
            "Rui", "recognition:OpenDispute", **order, **in_question(random, region, half)
        )
        self._refused(outcome)
        type(self).disputes += outcome.refusal is None

    @rule(random=CHOICES)
    def receive_dispute(self, random: Random) -> None:
        """The other ledger follows by proof, and freezes what it names there; late, or again."""
        region = self._region(random)
        other = self._other(region)
        agreement = random.choice(AGREEMENTS)
        found = [one for _, one in records(other).all(DISPUTE, agreement) if one.opened_here]
        if not found:
            return
        dispute = random.choice(found)
        other_is = agreement_side(other, agreement)
        ids = (agreement, dispute.transfer)
        half: OutgoingTransfer | IncomingTransfer | None
        if dispute.source == other_is:
            half = records(region).find(TRANSFER_IN, *ids)
        else:
            half = records(region).find(TRANSFER_OUT, *ids)
        pieces = {} if half is None else in_question(random, region, half)
        proof = proof_of(other, "recognition.dispute_opened", "dispute", dispute.id)
        self._refused(
            region.world.submit(
                "Rui",
                "recognition:ReceiveDispute",
                agreement=agreement,
                dispute=dispute.id,
                proof=proof,
                **pieces,
            )
        )

    @rule(random=CHOICES)
    def rule_dispute(self, random: Random) -> None:
        """The arbiter rules once; each ledger is shown it when somebody brings it there."""
        region = self._region(random)
        agreement = random.choice(AGREEMENTS)
        found = [one for _, one in records(region).all(DISPUTE, agreement)]
        if not found:
            return
        dispute = random.choice(found)
        name = f"{agreement} {dispute.id}"
        if name not in self.said:
            owes = random.choice(self.two.regions).genesis
            ours = dispute.source == agreement_side(region, agreement)
            source = region if ours else self._other(region)
            end = random.choice(("dismissed", "upheld"))
            said = rulings.DisputeRuling(
                bytes.fromhex(dispute.terms),
                source.genesis,
                dispute.transfer,
                dispute.id,
                end,
                owes,
                random.choice((0, 1, 7)),
                region.world.seconds,
                "heard both",
            ).text()
            signed = notes.Note(said, tuple(notes.signature(said, one) for one in ARBITERS[:2]))
            self.said[name] = signed.encode().decode()
        order = {"agreement": agreement, "dispute": dispute.id, "ruling": self.said[name]}
        outcome = region.world.submit("Cai", "recognition:RuleDispute", **order)
        self._refused(outcome)
        type(self).rulings += outcome.refusal is None

    @rule(random=CHOICES)
    def falls_silent_or_comes_back(self, random: Random) -> None:
        if self.silent:
            self._come_back(random)
        else:
            self.silent = self._region(random).name

    @rule(random=CHOICES)
    def rule_never_minted(self, random: Random) -> None:
        """The arbiter looks at what the silent region had minted when it was last seen, and rules on the rest."""
        if not self.silent:
            return
        source = next(one for one in self.two.regions if one.name != self.silent)
        silent = self._other(source)
        agreement = random.choice(AGREEMENTS)
        waiting = [
            one
            for _, one in records(source).all(TRANSFER_OUT, agreement)
            if one.status == "locked" and records(silent).find(TRANSFER_IN, agreement, one.id) is None
        ]
        if not waiting:
            return
        transfer = random.choice(waiting)
        note = ruling(transfer.terms, source.genesis, transfer.id)
        outcome = source.world.submit("Cai", "recognition:UnlockByRuling", agreement=agreement, ruling=note)
        assert outcome.refusal is None, outcome.refusal
        self.ruled.append((agreement, transfer.id, note))
        type(self).rulings += 1

    def _come_back(self, random: Random) -> None:
        region = next(one for one in self.two.regions if one.name == self.silent)
        other = self._other(region)
        follow(other)
        random.shuffle(self.ruled)
        for agreement, transfer, note in self.ruled:
            lock = records(other).find(TRANSFER_OUT, agreement, transfer)
            assert lock is not None
            order = {
                "agreement": agreement,
                "ruling": note,
                "proof": proof_text(other.bundle(lock.transaction)),
            }
            outcome = region.world.submit("Cai", "recognition:HonourRuling", **order)
            assert outcome.refusal is None, outcome.refusal
        self.ruled.clear()
        self.silent = ""

    def _half(
        self, random: Random, region: Region, agreement: str, *, ours: bool
    ) -> OutgoingTransfer | IncomingTransfer | None:
        halves: list[OutgoingTransfer | IncomingTransfer] = []
        if ours:
            halves += [one for _, one in records(region).all(TRANSFER_OUT, agreement)]
        else:
            halves += [one for _, one in records(region).all(TRANSFER_IN, agreement)]
        return random.choice(halves) if halves else None

    def teardown(self) -> None:
        """The silent region comes back first; then everything ends as in any life."""
        if self.silent:
            self._come_back(Random(0))
        super().teardown()


def all_ranges(region: Region) -> list[Range]:
    """Every recorded range, whatever its state."""
    return [one for _, one in records(region).all(RANGE)]


def on_hold(one: Range, kind: HoldKind, reference: str) -> bool:
    held = any((hold.kind, hold.reference) == (kind, reference) for hold in one.holds)
    return one.state is RangeState.ACTIVE and held


def cut(one: Range, first: int, last: int) -> dict[str, str]:
    return {"batch": one.batch, "range": str(one.first), "first": str(first), "last": str(last)}


def whole(one: Range) -> dict[str, str]:
    return cut(one, one.first, one.last)


def in_question(
    random: Random, region: Region, half: OutgoingTransfer | IncomingTransfer
) -> dict[str, list[dict[str, str]]]:
    """Serials of the transfer that are active on this ledger, some of them; no member at all where none is."""
    pieces = [
        cut(one, max(one.first, parcel.first), min(one.last, parcel.last))
        for one in all_ranges(region)
        for parcel in half.parcels
        if one.batch == parcel.batch and one.first <= parcel.last and parcel.first <= one.last
        if one.state is RangeState.ACTIVE
    ]
    return {"pieces": pieces[: random.choice((1, 3))]} if pieces and random.random() < 0.8 else {}


def day_in(region: Region, days: int) -> str:
    today = (region.world.seconds + 8 * 3_600) // 86_400
    return (EPOCH + timedelta(days=today + days)).isoformat()


def agreement_side(region: Region, agreement: str) -> int:
    """Which party of the agreement the region is."""
    own: int = region.world.ask("Cai", "recognition:Agreement", agreement=agreement)["own"]
    return own


def proof_of(region: Region, kind: str, field: str, value: str) -> str:
    """The proof of the newest transaction with such an effect."""
    follow(region)
    for done in reversed(backend_of(region).ledger.transactions):
        if done.event is not None and _states(done.event[1], kind, field, value):
            return proof_text(region.bundle(done.transaction_id))
    raise LookupError(f"{kind} {value}")


def _states(document: bytes, *words: str) -> bool:
    kind, field, value = words
    return all(part.encode() in document for part in (f'"kind":"{kind}"', f'"{field}":"{value}"'))
