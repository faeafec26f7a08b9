"""A registry's life at random: every lane's orders by every kind of person, many of them wrong.

Each action takes its choices from a `random.Random`, so that hypothesis drives and shrinks it, and a seeded walk
repeats it. An order may be refused; it must never fail.
"""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any, ClassVar

from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.rules.serials import Range
from tanhui.chaincode.transactions.credits.record import RANGE
from tanhui.chaincode.transactions.projects.record import PERIOD, PROJECT
from tests.support import activities, methodologies, points, projects
from tests.support.audits import MemoryState
from tests.support.registry_world import MemoryBackend, Outcome, World

DAY_SECONDS = 86_400
HERE, THERE = "tianfu", "rongcheng"
PEOPLE = ("A", "B", "C")
HOLDERS = {"owner": "Ono", "holder": "Hu", "broker": "Bo", "buffer": "Bai"}
RULES: dict[str, Any] = {
    "scenes": [
        {"scene": "bus", "award": "per_gram", "numerator": 3, "denominator": 700},
        {"scene": "dining", "award": "flat", "points": 5},
    ],
    "expiry": {"kind": "month_end", "after": 1},
    "transfer": {"kind": "open", "cap": 0, "cap_per_day": 6},
    "cap_per_day": 60,
    "budget": {"points": 401, "tranches": 2},
}


class RegistryLife:
    """A founded registry with two programmes, a project and three people, and what may happen to it."""

    _made: ClassVar[dict[type, dict[str, Any]]] = {}
    """What was set up once in this process, by class; each life goes on from a copy of it."""

    def __init__(self) -> None:
        made = type(self)._made
        if type(self) not in made:
            first = object.__new__(type(self))
            first.backend = MemoryBackend()
            first.world = World(first.backend)
            first.world.found()
            first._prepare()
            made[type(self)] = vars(first)
        kept = made[type(self)]
        contract = kept["backend"].contract
        vars(self).update(deepcopy(kept, {id(contract): contract}))
        self.actions: dict[str, Callable[[Random], None]] = {
            name: getattr(self, name)
            for name in dir(type(self))
            if not name.startswith("_") and callable(getattr(type(self), name))
        }

    def _prepare(self) -> None:
        self.backend: MemoryBackend
        self.world: World
        world = self.world
        activities.prepare(world, *PEOPLE, rules=RULES)
        world.names.update({name: activities.account_id(name) for name in PEOPLE})
        world.organisation("rival", "platform_operator", person="Ri")
        points.put_in_force(world, THERE, "rival", {})
        points.open_persons(world, "Ri", THERE, ["R"])
        for source, target in ((HERE, THERE), (THERE, HERE)):
            agreement = {"source": source, "target": target, "numerator": 3, "denominator": 5}
            world.by_two(
                "Rui", "Ren", "programmes:AgreeConversion", **agreement, cap="100", until="2028-12-31"
            )
        for name, role in zip(HOLDERS, ("project_owner", "holder", "broker", "holder"), strict=True):
            world.organisation(name, role, person=HOLDERS[name])
        formula = methodologies.distance_formula(10_000, 10_000)
        lane = {"lane": "projects", "crediting": None, "formula": formula}
        methodologies.file(world, "Mei", "Fan", "restored", **lane)
        projects.register(world, buffer_basis_points=1_000, buffer_holder=world.names["buffer"])
        projects.submit(world, 1, "2026-01-01", "2026-01-31", 90_500)
        projects.approve(world, 1)
        world.by_two("Rui", "Ren", "credits:Issue", project="grove", number=1, quantity="90")
        self.awards: list[str] = []
        self.batches: list[tuple[str, int]] = []
        self.offers: list[tuple[str, str]] = []
        self.retirements = 0
        self.sent: list[dict[str, Any]] = []
        self.refused = 0

    @property
    def _records(self) -> Records:
        return Records(MemoryState(self.backend.ledger))

    def _send(self, who: str, function: str, **fields: Any) -> Outcome:
        done = self.world.submit(who, function, **fields)
        assert self.world.last_sent is not None
        self.sent.append(self.world.last_sent)
        if done.refusal is not None:
            assert done.refusal["code"] != "contract.fault", (function, fields)
            self.refused += 1
        return done

    def _by_two(self, one: str, other: str, function: str, **fields: Any) -> Outcome:
        fields.setdefault("request_id", self.world.request_id())
        first = self._send(one, function, **fields)
        return first if first.refusal is not None else self._send(other, function, **fields)

    def time_passes(self, random: Random) -> None:
        self.world.seconds += random.choice((60, 3_600, DAY_SECONDS, 9 * DAY_SECONDS, 40 * DAY_SECONDS))

    def award(self, random: Random) -> None:
        request = self.world.request_id()
        done = self._send(
            "Ouyang",
            "points:Issue",
            request_id=request,
            programme=HERE,
            account=self._account(random),
            scene="dining",
            times=random.randint(1, 9),
            tranche=random.randint(0, 1),
        )
        if done.refusal is None:
            self.awards.append(request)

    def reverse_award(self, random: Random) -> None:
        if self.awards:
            award = random.choice(self.awards)
            self._by_two("Ouyang", "Ota", "points:Reverse", programme=HERE, award=award, reason="wrong")

    def transfer(self, random: Random) -> None:
        fields = {"sender": self._account(random), "receiver": self._account(random)}
        self._send("Ouyang", "points:Transfer", programme=HERE, **fields, points=self._points(random))

    def transfer_by_order(self, random: Random) -> None:
        fields = {"sender": self._account(random), "receiver": self._account(random)}
        self._by_two(
            "Rui",
            "Ren",
            "points:TransferByOrder",
            programme=HERE,
            **fields,
            points=self._points(random),
            cited_order="court-1",
        )

    def redeem(self, random: Random) -> None:
        account = self._account(random)
        self._send(
            "Ouyang",
            "points:Redeem",
            programme=HERE,
            account=account,
            points=self._points(random),
            reward="ticket",
            units=1,
        )

    def cancel(self, random: Random) -> None:
        account, amount = self._account(random), self._points(random)
        self._send("Ouyang", "points:Cancel", programme=HERE, account=account, points=amount, reason="wish")

    def expire(self, random: Random) -> None:
        accounts = [self.world.names[name] for name in PEOPLE]
        self._send("Ouyang", "points:Expire", programme=HERE, accounts=accounts)

    def convert(self, random: Random) -> None:
        there = random.random() < 0.5
        mine, other = self._account(random), self.world.names["R"]
        self._send(
            "Ouyang" if there else "Ri",
            "points:Convert",
            source_programme=HERE if there else THERE,
            account=mine if there else other,
            target_programme=THERE if there else HERE,
            target_account=other if there else mine,
            points=str(random.choice((5, 10, 3))),
        )

    def freeze_or_release(self, random: Random) -> None:
        verb = random.choice(("Freeze", "Unfreeze", "Unfreeze"))
        self._send("Ouyang", f"accounts:{verb}", programme=HERE, account=self._account(random), reason="?")

    def record_batch(self, random: Random) -> None:
        claims = []
        for _ in range(random.randint(1, 6)):
            when = self.world.seconds - random.choice((0, 700, 1_900, 90_000, 900_000, -50))
            claims.append(
                activities.claim(random.choice((*PEOPLE, "nobody")), when, random.randint(0, 90_000))
            )
        name = f"b-{len(self.batches) + 1}"
        order = activities.order(b"".join(claims), name) | {"tranche": random.randint(0, 1)}
        if self._send("Ouyang", "activities:RecordBatch", **order).refusal is None:
            self.batches.append((name, len(claims)))

    def reverse_batch(self, random: Random) -> None:
        if self.batches:
            batch, count = random.choice(self.batches)
            positions = random.choice(([], [random.randrange(count)], [random.randrange(count)]))
            fields = {"programme": HERE, "batch": batch, "positions": positions, "reason": "wrong"}
            self._by_two("Ouyang", "Ota", "activities:ReverseBatch", **fields)

    def monitor(self, random: Random) -> None:
        """A period is submitted, verified, approved or issued, whichever is next."""
        project = self._records.find(PROJECT, "grove")
        assert project is not None
        period = self._records.find(PERIOD, "grove", f"{project.periods:04d}") if project.periods else None
        status = "issued" if period is None else period.status
        if status in {"issued", "returned"}:
            number = project.periods + (status == "issued")
            month = min(number, 9)
            begins = random.choice((month, month, max(month - 1, 1)))
            first, last = f"2026-{begins:02d}-0{random.randint(1, 2)}", f"2026-{month:02d}-28"
            projects.submit(self.world, number, first, last, random.randint(0, 200_000))
        elif status == "submitted":
            self._send(
                "Fan",
                "projects:VerifyPeriod",
                project="grove",
                number=project.periods,
                evidence=projects.EVIDENCE,
                verdict=random.choice(("verified", "verified", "returned")),
                report="77" * 32,
            )
        elif status == "verified":
            fields = {"project": "grove", "number": project.periods}
            self._send("Rui", "projects:ApprovePeriod", **fields, verdict="approved")
        else:
            assert period is not None
            kilograms = (period.grams + project.grams_waiting) // 1_000 + random.choice((0, 0, 0, 1))
            fields = {"project": "grove", "number": project.periods, "quantity": str(kilograms or 1)}
            self._by_two("Rui", "Ren", "credits:Issue", **fields)

    def offer(self, random: Random) -> None:
        holder, pieces = self._pieces(random)
        if pieces:
            receiver = random.choice(("holder", "broker", "verifier"))
            name = f"o-{len(self.offers) + 1}"
            fields = {"offer": name, "receiver": self.world.names[receiver], "pieces": pieces}
            if self._send(holder, "credits:Offer", **fields).refusal is None:
                self.offers.append((name, HOLDERS[receiver]))

    def answer(self, random: Random) -> None:
        if self.offers:
            name, receiver = random.choice(self.offers[-3:])
            who = random.choice((receiver, receiver, *HOLDERS.values()))
            verb = random.choice(("Accept", "Accept", "Reject", "Withdraw"))
            self._send(who, f"credits:{verb}", offer=name)

    def retire(self, random: Random) -> None:
        holder, pieces = self._pieces(random)
        if pieces:
            self.retirements += 1
            self._send(
                holder,
                "retirements:Retire",
                retirement=f"r-{self.retirements}",
                pieces=pieces,
                beneficiary={"organisation": self.world.names["holder"], "person": ""},
                on_behalf_of=None,
                purpose="voluntary",
                reference="",
                reason="自愿",
            )

    def cancel_credits(self, random: Random) -> None:
        holder, pieces = self._pieces(random)
        if pieces:
            self._send(holder, "credits:Cancel", pieces=pieces, reason="wish")

    def freeze_credits(self, random: Random) -> None:
        _, pieces = self._pieces(random)
        if pieces:
            verb = random.choice(("Freeze", "Unfreeze"))
            order = f"court-{random.randint(1, 3)}"
            self._by_two("Rui", "Ren", f"credits:{verb}", order=order, pieces=pieces)

    def merge_credits(self, random: Random) -> None:
        ranges = self._ranges()
        if len(ranges) > 1:
            at = random.randrange(len(ranges) - 1)
            firsts = [str(one.first) for one in ranges[at : at + 2]]
            who = self._person_of(ranges[at].holder)
            self._send(who, "credits:Merge", batch=ranges[at].batch, ranges=firsts)

    def repeat(self, random: Random) -> None:
        if self.sent:
            self._send(**random.choice(self.sent[-10:]))

    def reuse_request(self, random: Random) -> None:
        """The id of an order that was sent, with another body."""
        if self.sent:
            request = random.choice(self.sent[-10:])["request_id"]
            fields = {"programme": HERE, "account": self._account(random), "points": "1", "reason": "other"}
            self._send("Ouyang", "points:Cancel", request_id=request, **fields)

    def wrong_person(self, random: Random) -> None:
        """Somebody else sends what was sent before."""
        if self.sent:
            order = random.choice(self.sent[-10:])
            self._send(**(order | {"who": random.choice(("Ri", "Hu", "Dong", "Ota", "Ren"))}))

    def _account(self, random: Random) -> str:
        return self.world.names[random.choice(PEOPLE)]

    def _points(self, random: Random) -> str:
        return str(random.choice((1, 2, 5, 13, 40)))

    def _ranges(self) -> list[Range]:
        return [one for _, one in self._records.all(RANGE)]

    def _person_of(self, organisation: str) -> str:
        return next(name for name, one in self.world.persons.items() if one.organisation == organisation)

    def _pieces(self, random: Random) -> tuple[str, list[dict[str, str]]]:
        ranges = self._ranges()
        if not ranges:
            return "", []
        one = random.choice(ranges)
        first = random.randint(one.first, one.last)
        last = random.randint(first, one.last)
        if random.random() < 0.4:
            first, last = one.first, one.last
        return self._person_of(one.holder), projects.pieces((one.first, first, last), batch=one.batch)
