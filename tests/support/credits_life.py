"""What may happen to credits beside issuing, moving and retiring them: orders, recalls, dossiers, mergers.

Actions of a random life (registry_life.py): each takes its choices from a `random.Random` and may be refused.
"""

from random import Random
from typing import Any

from tanhui.chaincode.rules.serials import HoldKind, RangeState
from tanhui.chaincode.transactions.events.record import EVENT
from tanhui.chaincode.transactions.organisations.ties import TIE
from tanhui.chaincode.transactions.recalls.record import RECALL, RECALL_DUE
from tests.support import projects
from tests.support.rights_life import HOLDERS, RightsLife


class CreditsLife(RightsLife):
    """Actions beside those on rights."""

    def order_transfer(self, random: Random) -> None:
        holder, pieces = self._pieces(random)
        if pieces:
            self._by_two(
                "Rui",
                "Ren",
                "credits:TransferByOrder",
                order=f"court-{random.randint(1, 3)}",
                ground="judgment",
                document="aa" * 32,
                holder=self._organisation_of(holder),
                receiver=self._somebody(random),
                pieces=pieces,
            )

    def announce_recall(self, random: Random) -> None:
        ranges = self._ranges()
        if ranges:
            one = random.choice(ranges)
            scope = [{"first": str(one.first), "last": str(random.randint(one.first, one.last))}]
            fields: dict[str, Any] = {"recall": self._number("c"), "batch": one.batch, "scope": scope}
            days = {"replace_by": self._day(90), "document": "ba" * 32, "ground": "factor", "reason": "因子"}
            self._by_two("Rui", "Ren", "recalls:Announce", **fields, **days)

    def mark_recalled(self, random: Random) -> None:
        recalls = [one for _, one in self._records.all(RECALL)]
        if recalls:
            recall = random.choice(recalls)
            scope = random.choice(recall.scope)
            for one in self._ranges():
                first, last = max(one.first, scope.first), min(one.last, scope.last)
                if random.random() < 0.1:
                    first, last = one.first, one.last
                if one.batch == recall.batch and first <= last and not one.recall:
                    pieces = projects.pieces((one.first, first, last), batch=one.batch)
                    self._send("Rui", "recalls:Mark", recall=recall.id, pieces=pieces)
                    return

    def cancel_recalled(self, random: Random) -> None:
        recalls = [one for _, one in self._records.all(RECALL) if one.held]
        if recalls:
            recall = random.choice(recalls)
            under = self._under(HoldKind.RECALL, recall.id)
            self._send("Rui", "recalls:Cancel", recall=recall.id, pieces=self._whole(under[:2]))

    def make_good(self, random: Random) -> None:
        """Replace under a certificate, or give units, by owner, buffer or who retired; or acknowledge."""
        dues = [one for _, one in self._records.all(RECALL_DUE) if one.replaced < one.recalled]
        if dues:
            due = random.choice(dues)
            if random.random() < 0.2:
                notice = {"recall": due.recall, "retirement": due.retirement}
                self._send(self._person_of(due.holder), "recalls:Acknowledge", **notice)
                return
            source = random.choice((self.world.names["owner"], self.world.names["buffer"], due.holder))
            who, pieces = self._pieces(random, source, at_most=due.recalled - due.replaced)
            if pieces and due.retirement:
                fields: dict[str, Any] = {
                    "recall": due.recall,
                    "retirement": due.retirement,
                    "pieces": pieces,
                }
                self._send(who, "recalls:Replace", **fields)
            elif pieces:
                fields = {"recall": due.recall, "holder": due.holder, "pieces": pieces}
                self._send(who, "recalls:Compensate", **fields)

    def dossier(self, random: Random) -> None:
        """An event is planned, held, accounted, attested, offset, or declared: two steps of it, whichever are next."""
        self._dossier_step(random)
        self._dossier_step(random)

    def _dossier_step(self, random: Random) -> None:
        events = [one for _, one in self._records.all(EVENT) if one.status not in ("archived", "cancelled")]
        if not events:
            plan = {
                "title": "会",
                "subject": "会务组",
                "boundary": "会场",
                "steps": ["抵消"],
                "document": "da" * 32,
            }
            days = {"first_day": self._day(0), "last_day": self._day(0)}
            fields = {"event": self._number("e"), "kind": "meeting", "region": "510100", "rules": 1}
            self._send("Ho", "events:PublishPlan", **fields, plan=plan | days)
            return
        event = events[-1]
        if event.status == "planned":
            self._send("Ho", "events:Hold", event=event.id, document="de" * 32)
        elif event.status == "held":
            lines = [{"category": "electricity", "kg": random.randint(1, 9)}]
            self._send("Ho", "events:Account", event=event.id, lines=lines, report="db" * 32)
        elif not event.verifier:
            fields = {"verdict": random.choice(("attested", "attested", "returned")), "report": "dd" * 32}
            self._send("Fan", "events:Attest", event=event.id, accounts="db" * 32, **fields)
        elif random.random() < 0.4:
            self._send("Ho", "events:Declare", event=event.id, claim=random.choice(("full", "partial")))
        else:
            self._offset(random, event.id)

    def _offset(self, random: Random, event: str) -> None:
        if random.random() < 0.5:
            fields = {"kind": "green_power", "registry": "grid", "serial": f"G-{random.randint(1, 3)}"}
            self._send("Ho", "events:OffsetOutside", event=event, **fields, quantity="3", document="dc" * 32)
            return
        name = f"for-{event}"
        self._send("Ho", "events:OffsetByRetirement", event=event, retirement=name)
        holder, pieces = self._pieces(random)
        if pieces:
            party = {"organisation": self.world.names["host"], "person": ""}
            terms = {
                "retirement": name,
                "pieces": pieces,
                "beneficiary": party,
                "on_behalf_of": None,
            }
            self._send(holder, "retirements:Retire", **terms, purpose="event", reference=event, reason="活动")

    def carry_forward(self, random: Random) -> None:
        month = self._day(-random.choice((10, 32, 60)))[:7]
        self._send(random.choice(tuple(HOLDERS.values())), "accounting:CarryForward", month=month)

    def merge_or_close(self, random: Random) -> None:
        """Who keeps the buffer becomes the heir's, step by step; anybody may be told to close, and mostly cannot."""
        leaving, heir = self.world.names["buffer"], self.world.names["heir"]
        step = random.randint(0, 9)
        status = self.world.ask("Rui", "organisations:Get", organisation=leaving)["status"]
        if status != "merging":
            step = random.choice((0, 0, 1, 3))
        if step == 0:
            target = random.choice((leaving, self.world.names["bank"], self.world.names["broker"]))
            self._send("Rui", "organisations:Close", organisation=target, reason="ended")
        elif step == 1:
            fields = {"organisation": leaving, "successor": heir, "document": "ea" * 32, "reason": "合并"}
            self._by_two("Rui", "Ren", "mergers:Begin", **fields)
        elif step == 2:
            verb = random.choice(("Abandon", "Finish"))
            self._by_two("Rui", "Ren", f"mergers:{verb}", organisation=leaving)
        elif step == 3:
            self._send("Rui", "organisations:Reactivate", organisation=leaving, reason="goes on")
        elif step < 7:
            free = [one for one in self._ranges() if one.holder == leaving and one.state is RangeState.ACTIVE]
            own = [one for one in free if not one.holds] or free
            if own:
                pieces = self._whole(random.sample(own, min(len(own), 3)))
                self._send("Rui", "mergers:MoveCredits", organisation=leaving, pieces=pieces)
        else:
            rights = []
            for _, tie in list(self._records.all(TIE, leaving))[:3]:
                under = self._under(HoldKind.TRUST, tie.reference) if tie.kind == "trust" else []
                own = [one for one in under if one.holder == leaving]
                rights.append({"kind": tie.kind, "reference": tie.reference, "pieces": self._whole(own)})
            if rights:
                self._send("Rui", "mergers:MoveRights", organisation=leaving, rights=rights)
