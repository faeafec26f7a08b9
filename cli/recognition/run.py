"""The demonstration's steps: agree, lock, mint, redeem and retire abroad, abort, come home; what both ledgers say."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tanhui.cli.demo.clerk import CUSTODIAN, ORGANISER, OWNER, RECORDER, REGISTRAR, VERIFIER
from tanhui.cli.recognition import setting
from tanhui.cli.recognition.region import Region, now
from tanhui.cli.recognition.setting import PROGRAMME, account_of, arbiters, binding, shared_authority
from tanhui.cli.reconcile.command import bundles_of, document_of
from tanhui.cli.reconcile.drawing import draw, parties_of, prove
from tanhui.network.relay.carrier import Carrier, Round
from tanhui.network.relay.journal import FileJournal
from tanhui.network.relay.orders import proof_text
from tanhui.proofs import notes, rulings
from tanhui.proofs.statements.document import check, encode
from tanhui.proofs.statements.periods import period_at

LOCKED_KG: Final = 20_000
TRANSFERS: Final = 40
RETIRED_KG: Final = 5_000
HOME_KG: Final = 3_000
REFUSED_KG: Final = 1_000
POINTS: Final = 50
REDEEMED: Final = 960
ROUNDS_MAX: Final = 20


@dataclass(slots=True)
class Story:
    """What happened, for the report."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    carried: dict[str, int] = field(default_factory=dict)
    statements: list[dict[str, Any]] = field(default_factory=list)
    """Of each agreement: both ways of the running period, from both ledgers, and the netting."""
    checked: int = 0
    """Statements that a third party accepted by both regions' anchors alone."""

    def tell(self, step: str, what: str) -> None:
        """Note one step."""
        self.steps.append((step, what))


class Run:
    """Two regions through everything that crosses between them.

    Args:
        told: called with the name of each step as it begins.
    """

    def __init__(
        self, regions: Sequence[Region], data: Path, people: int, told: Callable[[str], None]
    ) -> None:
        self.first, self.second = regions[0], regions[1]
        self._people = people
        self._told = told
        self._journal = FileJournal(data / "relay" / "journal.jsonl")
        self.story = Story()
        pair = f"{self.first.place.name}-{self.second.place.name}"
        self.credits, self.points = pair, f"{pair}-points"
        self._batches: dict[str, str] = {}
        self._terms: dict[str, str] = {}

    async def run(self) -> Story:
        """Every step in order."""
        try:
            for step in (
                self._prepare,
                self._agree,
                self._send_credits,
                self._retire_abroad,
                self._refuse,
                self._come_home,
                self._recall,
                self._dispute,
                self._send_points,
                self._redeem_abroad,
                self._state,
            ):
                self._told(step.__name__.strip("_").replace("_", " "))
                await step()
        finally:
            self._journal.close()
        return self.story

    async def begin(self) -> None:
        """Only what comes before the first transfer: both regions filled, agreements in force."""
        await self._prepare()
        await self._agree()

    async def end(self) -> None:
        """Close the journal of a run that was only begun."""
        self._journal.close()

    def batch_of(self, region: Region) -> str:
        """The id of the region's one batch of credits."""
        return self._batches[region.place.name]

    async def carry(self, agreement: str) -> Round:
        """The auditors replay, the relay carries, until nothing moves any more."""
        carrier = Carrier(agreement, (self.first.side, self.second.side), clock=now, journal=self._journal)
        for _ in range(ROUNDS_MAX):
            await asyncio.gather(self.first.audit(), self.second.audit())
            made = await carrier.once()
            for name in ("minted", "finalised", "aborted", "unlocked", "concluded"):
                self.story.carried[name] = self.story.carried.get(name, 0) + getattr(made, name)
            if not made.acted and not made.unproven:
                break
        return made

    async def _prepare(self) -> None:
        batches = await asyncio.gather(
            *(setting.prepare(one, self._people) for one in (self.first, self.second))
        )
        self._batches = {
            one.place.name: batch for one, batch in zip((self.first, self.second), batches, strict=True)
        }
        self.story.tell(
            "issue", f"{setting.ISSUED_KG:,} kg in each region, {setting.POINTS:,} points a person"
        )

    async def _agree(self) -> None:
        for agreement in (self.credits, self.points):
            terms = self._terms_of(agreement)
            for own, region in enumerate((self.first, self.second)):
                partner = (self.second, self.first)[own]
                await region.clerk.by_regulator(
                    "recognition:ProposeAgreement",
                    f"agree-{agreement}",
                    own=own,
                    terms=terms,
                    anchors=partner.anchors.file().decode(),
                )
            await self.carry(agreement)
            found = await self.first.clerk.ask("recognition:Agreement", agreement=agreement)
            self._terms[agreement] = found["terms"]
            self.story.tell("agree", f"{agreement}: {found['status']} under {found['terms'][:16]}…")

    def _terms_of(self, agreement: str) -> dict[str, Any]:
        points = agreement == self.points
        programme = PROGRAMME if points else ""
        terms: dict[str, Any] = {
            "agreement": agreement,
            "version": 1,
            "parties": [self.first.party(programme), self.second.party(programme)],
            "lane": "points" if points else "credits",
            "direction": "both",
            "methodologies": [setting.SCENE] if points else [f"{setting.METHODOLOGY}@1"],
            "vintage_since": 0,
            "numerator": 2 if points else 1,
            "denominator": 5 if points else 1,
            "caps": {
                "per_transfer": 10_000_000,
                "per_person": 0,
                "per_day": 100_000_000,
                "per_year": 0,
                "total": 0,
                "shards": 4,
            },
            "first_day": "2020-01-01",
            "last_day": "2099-12-31",
            "uses": ["redemption", "market"],
            "identity": [shared_authority().key.vkey] if points else [],
            "settlement": "month",
            "settlement_day": 10,
            "arbiter": {"threshold": 2, "keys": [one.key.vkey for one in arbiters()]},
            "lock_hours": 72,
        }
        return terms

    async def _send_credits(self) -> None:
        batch = self._batches[self.first.place.name]
        each = LOCKED_KG // TRANSFERS
        await self._lock(
            self.first,
            OWNER,
            "locks",
            [
                (
                    f"c-{n:03d}",
                    self.second.organisation(ORGANISER),
                    [piece(batch, 1, n * each + 1, (n + 1) * each)],
                )
                for n in range(TRANSFERS)
            ],
        )
        await self.carry(self.credits)
        self.story.tell(
            "recognise", f"{LOCKED_KG:,} kg in {TRANSFERS} transfers under one lock and one proof"
        )

    async def _retire_abroad(self) -> None:
        each = LOCKED_KG // TRANSFERS
        count = RETIRED_KG // each
        await self.second.clerk.send(
            ORGANISER,
            "retirements:Retire",
            "retire-abroad",
            retirement="abroad-1",
            pieces=[
                piece(self._mirror(f"c-{n:03d}"), n * each + 1, n * each + 1, (n + 1) * each)
                for n in range(count)
            ],
            beneficiary={"organisation": self.second.organisation(ORGANISER), "person": ""},
            on_behalf_of=None,
            purpose="event",
            reference="conference-2026",
            reason="offset with units of another region",
        )
        self.story.tell("retire abroad", f"{count * each:,} kg of {self.first.place.title} retired elsewhere")

    async def _refuse(self) -> None:
        batch = self._batches[self.first.place.name]
        start = LOCKED_KG + 1
        receiver = self.second.organisation(ORGANISER)
        pieces = [piece(batch, start, start, start + REFUSED_KG - 1)]
        transaction = await self._lock(self.first, OWNER, "refused", [("c-refused", receiver, pieces)])
        proof = await self._proof(self.first, transaction)
        await self.second.clerk.send(
            ORGANISER,
            "recognition:Abort",
            "abort",
            agreement=self.credits,
            proof=proof,
            transfers=["c-refused"],
            reason="not ordered",
        )
        await self.carry(self.credits)
        self.story.tell(
            "abort", f"{REFUSED_KG:,} kg refused by the receiver, and free again where they came from"
        )

    async def _come_home(self) -> None:
        each = LOCKED_KG // TRANSFERS
        last = TRANSFERS - 1
        count = HOME_KG // each
        transfers = [
            (
                f"h-{n:03d}",
                self.first.organisation(CUSTODIAN),
                [
                    piece(
                        self._mirror(f"c-{last - n:03d}"),
                        (last - n) * each + 1,
                        (last - n) * each + 1,
                        (last - n + 1) * each,
                    )
                ],
            )
            for n in range(count)
        ]
        await self._lock(self.second, ORGANISER, "home", transfers)
        await self.carry(self.credits)
        self.story.tell("come home", f"{count * each:,} kg: mirrors burnt, originals active again")

    async def _recall(self) -> None:
        """A wrong factor found at the source: the proof of it reaches the mirrors, retired ones too."""
        batch = self._batches[self.first.place.name]
        each = LOCKED_KG // TRANSFERS
        await self.first.clerk.by_regulator(
            "recalls:Announce",
            "recall",
            recall="wrong-factor",
            batch=batch,
            ground="factor",
            document=setting.digest("recall"),
            scope=[{"first": "1", "last": str(2 * each)}],
            replace_by=(setting.EPOCH + timedelta(days=self.first.clerk.day + 90)).isoformat(),
            reason="the factor was a tenth too high",
        )
        proof = await self._proof(self.first, self.first.clerk.last_transaction)
        mirrors = [self._mirror("c-000"), self._mirror("c-001")]
        received = await self.second.clerk.send(
            VERIFIER,
            "recognition:ReceiveRecall",
            "recall-received",
            agreement=self.credits,
            proof=proof,
            recall="wrong-factor",
            mirrors=mirrors,
        )
        for number, (mirror, local) in enumerate(zip(mirrors, received, strict=True)):
            await self.second.clerk.send(
                REGISTRAR,
                "recalls:Mark",
                f"mark-{number}",
                recall=local["recall"],
                pieces=[piece(mirror, number * each + 1, number * each + 1, (number + 1) * each)],
            )
        standing = await self.second.clerk.ask("retirements:Standing", retirement="abroad-1")
        self.story.tell(
            "recall", f"{2 * each:,} kg of mirrors recalled; the certificate abroad says {standing['says']}"
        )

    async def _dispute(self) -> None:
        """Opened by the source, frozen at the destination, ruled by the arbiter on both ledgers."""
        each = LOCKED_KG // TRANSFERS
        at = RETIRED_KG // each
        transfer = f"c-{at:03d}"
        await self.first.clerk.send(
            REGISTRAR,
            "recognition:OpenDispute",
            "dispute",
            agreement=self.credits,
            dispute="d-1",
            transfer=transfer,
            ours=True,
            evidence=setting.digest("evidence of the dispute"),
            deadline=(setting.EPOCH + timedelta(days=self.first.clerk.day + 30)).isoformat(),
            reason="sold twice, says a third party",
        )
        proof = await self._proof(self.first, self.first.clerk.last_transaction)
        await self.second.clerk.send(
            VERIFIER,
            "recognition:ReceiveDispute",
            "dispute-received",
            agreement=self.credits,
            dispute="d-1",
            proof=proof,
            pieces=[piece(self._mirror(transfer), at * each + 1, at * each + 1, at * each + 10)],
        )
        said = rulings.DisputeRuling(
            bytes.fromhex(self._terms[self.credits]),
            "d-1",
            "upheld",
            self.first.genesis,
            10,
            "both were heard",
        ).text()
        note = notes.Note(said, tuple(notes.signature(said, one) for one in arbiters()[:2]))
        for region in (self.first, self.second):
            await region.clerk.send(
                VERIFIER,
                "recognition:RuleDispute",
                "ruled",
                agreement=self.credits,
                dispute="d-1",
                ruling=note.encode().decode(),
            )
        self.story.tell(
            "dispute", "10 kg stood still abroad until the arbiter ruled; they are owed in the netting"
        )

    async def _proof(self, region: Region, transaction: str) -> str:
        await region.audit()
        bundle = await region.side.prove(transaction)
        assert bundle is not None, "the auditor has just replayed it"
        return proof_text(bundle)

    async def _send_points(self) -> None:
        for region, partner, name in (
            (self.first, self.second, "east"),
            (self.second, self.first, "west"),
        ):
            await region.clerk.send(
                RECORDER,
                "recognition:LockPoints",
                f"points-{name}",
                agreement=self.points,
                shard=0,
                transfers=[
                    {
                        "transfer": f"{name}-{person:04d}",
                        "account": account_of(region, person),
                        "target_account": account_of(partner, person),
                        "points": str(POINTS),
                        "binding": binding(self._terms[self.points], region, partner, person),
                    }
                    for person in range(self._people)
                ],
            )
        await self.carry(self.points)
        self.story.tell("points", f"{POINTS} points of each of {self._people} people, each way, at 2 for 5")

    async def _redeem_abroad(self) -> None:
        account = account_of(self.second, 0)
        await self.second.clerk.send(
            RECORDER,
            "points:Redeem",
            "redeem",
            programme=PROGRAMME,
            account=account,
            points=str(REDEEMED),
            reward="bus-ticket",
            units=1,
        )
        self.story.tell(
            "redeem", f"{REDEEMED:,} points in {self.second.place.title}, imported ones among them"
        )

    async def _state(self) -> None:
        """The running month's statements from both ledgers, each checked by anchors alone, and netted."""
        await asyncio.gather(self.first.audit(), self.second.audit())
        for agreement in (self.credits, self.points):
            parties = await parties_of((self.first.side, self.second.side), agreement)
            period = period_at(now(), "month")
            drawn = [await draw(parties, period, source) for source in (0, 1)]
            bundles = await prove(parties, drawn)
            for one in drawn:
                file = encode(one.header(parties, period), bundles_of(parties, one, bundles), one.proven)
                check(file, (self.first.anchors, self.second.anchors))
                self.story.checked += 1
            self.story.statements.append(document_of(parties, period, drawn, now()))
        owed = "; ".join(
            f"{one['debtor']} owes {one['creditor']} {one['amount']:,} {found['lane']}"
            for found in self.story.statements
            for one in found["netting"]
        )
        self.story.tell(
            "statements", f"{self.story.checked} statements agree on both ledgers, checked offline"
        )
        self.story.tell("netting", owed or "nothing is owed")

    def _mirror(self, transfer: str) -> str:
        return f"m.{self.credits}.{self._batches[self.first.place.name]}.{transfer}"

    async def _lock(
        self, region: Region, who: str, request: str, transfers: list[tuple[str, str, list[dict[str, str]]]]
    ) -> str:
        """Lock credits; the transaction's id."""
        order = {
            "agreement": self.credits,
            "shard": 0,
            "transfers": [
                {"transfer": transfer, "receiver": receiver, "pieces": pieces}
                for transfer, receiver, pieces in transfers
            ],
        }
        await region.clerk.send(who, "recognition:LockCredits", request, **order)
        found = await region.clerk.ask(
            "recognition:Transfer", agreement=self.credits, transfer=transfers[0][0]
        )
        transaction: str = found["outgoing"]["transaction"]
        return transaction


def piece(batch: str, start: int, first: int, last: int) -> dict[str, str]:
    """Serials first..last of the recorded range that begins with `start`."""
    return {"batch": batch, "range": str(start), "first": str(first), "last": str(last)}
