"""Rights on credits in a random life: pledges, trusts, trades, listings, intents and policies, and their parties.

Actions of a random life (registry_life.py): each takes its choices from a `random.Random` and may be refused.
"""

from random import Random
from typing import Any

from tanhui.chaincode.rules.days import Day, day_of, day_text
from tanhui.chaincode.rules.serials import HoldKind, Range, RangeState
from tanhui.chaincode.transactions.insurance.record import POLICY, Policy
from tanhui.chaincode.transactions.market.record import INTENT, LISTING, TRADE
from tanhui.chaincode.transactions.pledges.record import PLEDGE
from tanhui.chaincode.transactions.recalls.record import RECALL_DUE
from tanhui.chaincode.transactions.trusts.record import TRUST
from tests.support import projects
from tests.support.registry_life import DAY_SECONDS, RegistryLife

HOLDERS = {"owner": "Ono", "holder": "Hu", "broker": "Bo", "buffer": "Bai", "heir": "He"}
HEIR_ROLES = ("holder", "project_owner", "lienholder")
OTHERS = {"bank": ("lienholder", "Ba"), "exchange": ("exchange", "Jiao"), "host": ("event_organiser", "Ho")}
PRICE = 2_000
"""Fen for a tonne."""
EVENT_RULES: dict[str, Any] = {
    "kinds": ["meeting"],
    "categories": ["electricity"],
    "offsets": [{"kind": "credit"}, {"kind": "green_power", "category": "electricity"}],
    "deadline_days": 30,
    "assessment_threshold_kg": 5,
}


class RightsLife(RegistryLife):
    """A life with a bank, an exchange, an organiser and an heir besides."""

    def _prepare(self) -> None:
        super()._prepare()
        self.numbers = 0
        self.world.organisation("heir", *HEIR_ROLES, person=HOLDERS["heir"])
        for name, (role, person) in OTHERS.items():
            self.world.organisation(name, role, person=person)
        self.world.by_two("Rui", "Ren", "events:FileRules", version=1, rules=EVENT_RULES)

    def offer_on_receipt(self, random: Random) -> None:
        holder, pieces = self._pieces(random)
        if pieces:
            name = self._number("q")
            receiver = random.choice(("holder", "broker", "heir"))
            fields = {"offer": name, "receiver": self.world.names[receiver], "pieces": pieces}
            done = self._send(holder, "credits:Offer", **fields, retire_on_receipt=random.random() < 0.8)
            if done.refusal is None:
                self.offers.append((name, HOLDERS[receiver]))

    def take_and_retire(self, random: Random) -> None:
        if self.offers:
            name, receiver = random.choice(self.offers[-3:])
            self._send(
                receiver,
                "credits:AcceptAndRetire",
                offer=name,
                retirement=self._number("r"),
                beneficiary={"organisation": self.world.names["holder"], "person": ""},
                on_behalf_of=None,
                purpose=random.choice(("voluntary", "quota_offset")),
                reference="q-1",
                reason="自愿",
            )

    def pledge(self, random: Random) -> None:
        holder, pieces = self._pieces(random)
        if pieces:
            agreed = random.choice(("", self._somebody(random)))
            fields = {"pledge": self._number("p"), "agreed_receiver": agreed, "contract": "bb" * 32}
            lienholder = self.world.names[random.choice(("bank", "bank", "heir"))]
            self._send(holder, "pledges:Pledge", **fields, lienholder=lienholder, pieces=pieces)

    def end_pledge(self, random: Random) -> None:
        found = [one for _, one in self._records.all(PLEDGE)][-3:]
        if found:
            pledge = random.choice(found).id
            how = random.randint(0, 2)
            if how == 0:
                self._send("Ba", "pledges:Release", pledge=pledge)
            elif how == 1:
                self._send("Ba", "pledges:Enforce", pledge=pledge, evidence="cc" * 32)
            else:
                fields = {"receiver": self._somebody(random), "order": "court-9", "document": "cc" * 32}
                self._by_two("Rui", "Ren", "pledges:EnforceByOrder", pledge=pledge, **fields)

    def trust(self, random: Random) -> None:
        """A trust is settled, accepted, handed out in part, or claimed, whichever is next."""
        open_ones = [one for _, one in self._records.all(TRUST) if one.status in ("offered", "settled")]
        if not open_ones or random.random() < 0.3:
            settlor, pieces = self._pieces(random)
            if pieces:
                fields = {"trust": self._number("t"), "trustee": self._somebody(random), "deed": "dd" * 32}
                until = self._day(random.randint(1, 60))
                beneficiary = self._somebody(random)
                self._send(
                    settlor, "trusts:Settle", **fields, beneficiary=beneficiary, until=until, pieces=pieces
                )
            return
        one = random.choice(open_ones)
        trustee, beneficiary = self._person_of(one.trustee), self._person_of(one.beneficiary)
        if one.status == "offered":
            verb = random.choice(("Accept", "Accept", "Decline"))
            self._send(trustee, f"trusts:{verb}", trust=one.id)
            return
        under = self._under(HoldKind.TRUST, one.id)
        some = under if random.random() < 0.5 else under[:1]
        if random.random() < 0.8:
            who, verb = random.choice(((trustee, "Distribute"), (beneficiary, "Claim")))
            self._send(who, f"trusts:{verb}", trust=one.id, pieces=self._whole(some))
        else:
            handing = {
                "trustee": self._somebody(random),
                "order": "court-8",
                "pieces": self._whole(under),
            }
            self._by_two("Rui", "Ren", "trusts:ReplaceTrustee", trust=one.id, **handing)

    def trade(self, random: Random) -> None:
        """A trade is proposed, agreed, settled, or ended, whichever is next."""
        found = [one for _, one in self._records.all(TRADE) if one.status in ("proposed", "agreed")]
        if not found or random.random() < 0.3:
            seller, pieces = self._pieces(random)
            listings = [one for _, one in self._records.all(LISTING)]
            listing = random.choice([None, *[one.id for one in listings]]) if listings else None
            if pieces:
                quantity = sum(int(one["last"]) - int(one["first"]) + 1 for one in pieces)
                self._send(
                    seller,
                    "market:ProposeTrade",
                    trade=self._number("x"),
                    buyer=self._somebody(random),
                    pieces=pieces,
                    amount=str(2 * quantity),
                    pay_by=self._day(random.randint(0, 9)),
                    listing=listing,
                )
            return
        one = random.choice(found)
        if one.status == "agreed" and random.random() < 0.7:
            fields = {"payment": self._number("pay"), "amount": str(one.amount), "document": "ee" * 32}
            self._send("Jiao", "market:SettleTrade", trade=one.id, **fields)
        else:
            verbs = ("AgreeTrade", "AgreeTrade", "RejectTrade", "WithdrawTrade", "DefaultTrade")
            verb = random.choice(verbs)
            who = one.buyer if verb in ("AgreeTrade", "RejectTrade") else one.seller
            self._send(self._person_of(who), f"market:{verb}", trade=one.id)

    def list_units(self, random: Random) -> None:
        listings = [one for _, one in self._records.all(LISTING) if one.status == "open"]
        if listings and random.random() < 0.3:
            one = random.choice(listings)
            self._send(self._person_of(one.seller), "market:Unlist", listing=one.id)
            return
        holder = random.choice(tuple(HOLDERS.values()))
        fields = {
            "listing": self._number("l"),
            "batch": projects.BATCH,
            "quantity": str(random.randint(1, 90)),
        }
        self._send(holder, "market:List", **fields, price=PRICE, until=self._day(40))

    def intend(self, random: Random) -> None:
        """A forward intent is offered, signed, delivered on, or ended."""
        found = [one for _, one in self._records.all(INTENT) if one.status in ("offered", "signed")]
        if not found:
            fields = {"intent": self._number("f"), "seller": self.world.names["owner"], "subject": "贝类"}
            self._send(
                "Hu",
                "market:OfferIntent",
                **fields,
                methodology="restored",
                quantity=str(random.randint(1, 30)),
                price=PRICE,
                until=self._day(30),
                document="ff" * 32,
            )
            return
        one = random.choice(found)
        settled = [trade.id for _, trade in self._records.all(TRADE) if trade.status == "settled"]
        if one.status == "offered":
            verb, who = random.choice(
                (("SignIntent", "Ono"), ("SignIntent", "Ono"), ("WithdrawIntent", "Hu"))
            )
            extra = {"document": "ff" * 32} if verb == "SignIntent" else {}
            self._send(who, f"market:{verb}", intent=one.id, **extra)
        elif settled:
            self._send("Ono", "market:DeliverIntent", intent=one.id, trade=random.choice(settled))

    def insure(self, random: Random) -> None:
        """A policy is offered, accepted, claimed, settled, rejected, or ended: three steps of it."""
        for _ in range(3):
            self._insure_step(random)

    def _insure_step(self, random: Random) -> None:
        live = ("offered", "in_force", "claimed")
        found = [one for _, one in self._records.all(POLICY) if one.status in live]
        if not found or random.random() < 0.2:
            holder, pieces = self._pieces(random)
            if pieces:
                fields = {"policy": self._number("i"), "insured": self._organisation_of(holder)}
                days = {"first_day": self._day(1), "last_day": self._day(300), "document": "ab" * 32}
                insurer = random.choice(tuple(HOLDERS.values()))
                self._send(insurer, "insurance:Offer", **fields, **days, pieces=pieces)
                if random.random() < 0.8:
                    self._send(holder, "insurance:Accept", policy=fields["policy"])
                    self.world.seconds += DAY_SECONDS
            return
        one = random.choice(found)
        insurer, insured = self._person_of(one.insurer), self._person_of(one.insured)
        if one.status == "offered":
            self._send(insured, "insurance:Accept", policy=one.id)
        elif one.status == "claimed":
            most = random.choice((0, one.claimed, one.claimed))
            _, pieces = self._pieces(random, one.insurer, at_most=most)
            if pieces and random.random() < 0.8:
                self._send(insurer, "insurance:Settle", policy=one.id, pieces=pieces)
            else:
                self._send(insurer, "insurance:RejectClaim", policy=one.id, document="ac" * 32)
        else:
            dues = [due for _, due in self._records.all(RECALL_DUE, one.insured)]
            if dues and random.random() < 0.8:
                due = random.choice(dues)
                fields = {"recall": due.recall, "retirement": due.retirement, "evidence": "ad" * 32}
                self._send(insured, "insurance:Claim", policy=one.id, **fields)
            elif random.random() < 0.8:
                self._lose(one)
            else:
                self._send(random.choice((insured, insurer)), "insurance:End", policy=one.id)

    def _lose(self, policy: Policy) -> None:
        """One of the insured's active ranges that the policy covers is recalled and cancelled."""
        free = [
            one
            for one in self._ranges()
            for span in policy.spans
            if one.holder == policy.insured and not one.holds and one.batch == span.batch
            if one.first <= span.last and span.first <= one.last and not one.recall
        ]
        for one in free[:1]:
            recall, scope = self._number("c"), [{"first": str(one.first), "last": str(one.last)}]
            fields = {"document": "ba" * 32, "ground": "error", "reason": "误发", "replace_by": self._day(90)}
            announced = {"recall": recall, "batch": one.batch, "scope": scope}
            self._by_two("Rui", "Ren", "recalls:Announce", **announced, **fields)
            for verb in ("Mark", "Cancel"):
                self._send("Rui", f"recalls:{verb}", recall=recall, pieces=self._whole([one]))

    def _number(self, prefix: str) -> str:
        self.numbers += 1
        return f"{prefix}-{self.numbers}"

    def _day(self, days: int) -> str:
        return day_text(Day(day_of(self.world.seconds) + days))

    def _somebody(self, random: Random) -> str:
        return self.world.names[random.choice((*HOLDERS, "verifier"))]

    def _organisation_of(self, person: str) -> str:
        return self.world.persons[person].organisation

    def _person_of(self, organisation: str) -> str:
        names = HOLDERS | {name: person for name, (_, person) in OTHERS.items()}
        return next(person for name, person in names.items() if self.world.names[name] == organisation)

    def _under(self, kind: HoldKind, reference: str) -> list[Range]:
        """Ranges under one hold."""
        return [
            one
            for one in self._ranges()
            if any(hold.kind is kind and hold.reference == reference for hold in one.holds)
        ]

    def _whole(self, ranges: list[Range]) -> list[dict[str, str]]:
        return [
            {"batch": one.batch, "range": str(one.first), "first": str(one.first), "last": str(one.last)}
            for one in ranges
        ]

    def _pieces(self, random: Random, holder: str = "", at_most: int = 0) -> tuple[str, list[dict[str, str]]]:
        """Part of a recorded range, of one holder where one is named, with who acts for its holder."""
        ranges = [one for one in self._ranges() if not holder or one.holder == holder]
        free = [one for one in ranges if one.state is RangeState.ACTIVE and not one.holds]
        ranges = free if free and random.random() < 0.7 else ranges
        if not ranges:
            return "", []
        one = random.choice(ranges)
        first = random.randint(one.first, one.last)
        last = random.randint(first, one.last)
        if random.random() < 0.2:
            first, last = one.first, one.last
        elif random.random() < 0.7:
            last = min(last, first + 9)
        if at_most:
            last = min(last, first + at_most - 1)
        return self._person_of(one.holder), projects.pieces((one.first, first, last), batch=one.batch)
