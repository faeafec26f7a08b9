"""The other lanes of a registry's life: bundles, sites, aggregates, shared claims, rewards, energy, targets, years.

`WholeLife` has everything of `RegistryLife` and these, on one ledger; `lanes` names what is here alone.
"""

import base64
from hashlib import sha256
from random import Random
from typing import Any, ClassVar

from tanhui.chaincode.rules.draws import seed_commitment
from tanhui.chaincode.transactions.aggregates.record import ASSIGNMENT
from tanhui.chaincode.transactions.projects.record import PERIOD, PROJECT
from tanhui.chaincode.transactions.retirements.record import RETIREMENT
from tanhui.chaincode.transactions.rewards.record import DRAW, VOUCHER
from tanhui.proofs.effects import commit
from tests.support import activities, methodologies, opening, projects
from tests.support.registry_life import DAY_SECONDS, HERE, PEOPLE, RegistryLife

SALT = sha256(b"salt").digest()
DOCUMENT = "11" * 32
MONTHS = (1, 2)
YEAR = 2025


class WholeLife(RegistryLife):
    """A life in which every lane has something to do."""

    lanes: ClassVar[tuple[str, ...]]

    def _prepare(self) -> None:
        super()._prepare()
        world = self.world
        for name, role, person in (
            ("farm", "holder", "Fa"),
            ("park", "merchant", "Mu"),
            ("hall", "public_institution", "Hai"),
            ("esco", "holder", "Esco"),
            ("bank", "lienholder", "Lin"),
            ("police", "identity_authority", "Pan"),
            ("host", "holder", "Ho"),
            ("judge", "verifier", "Ju"),
        ):
            world.organisation(name, role, person=person)
        self._prepare_projects()
        self._prepare_energy()
        self._prepare_rewards()
        shared = methodologies.crediting("metro") | {"authority": world.names["police"]}
        methodologies.file(world, "Mei", "Fan", "metro-trip", crediting=shared)
        rules = {"kinds": ["forum"], "categories": ["electricity"], "offsets": [{"kind": "credit"}]}
        limits = {"deadline_days": 365, "assessment_threshold_kg": 5}
        world.by_two("Rui", "Ren", "events:FileRules", version=1, rules=rules | limits)
        self.bound: dict[str, str] = {}
        self.imported = 0

    def _prepare_projects(self) -> None:
        """A second project that is bundled, and the operator's aggregate."""
        world = self.world
        projects.draft(world, "copse")
        world.done("Ono", "bundles:Form", project="copse", whole=10)
        joined = {"organisation": world.names["farm"], "parts": 3, "boundary": sha256(b"farm").hexdigest()}
        world.done("Ono", "bundles:Invite", project="copse", **joined)
        world.done("Fa", "bundles:Join", project="copse", parts=3)
        sites = [sha256(b"meter").hexdigest()]
        world.done("Ono", "conflicts:DeclareSites", project="copse", activity="solar-power", sites=sites)
        self._register("copse", "Ono")
        operator = world.persons["Ouyang"].organisation
        roles = ["platform_operator", "project_owner"]
        world.by_two(
            "Rui", "Ren", "organisations:SetRoles", organisation=operator, roles=roles, reason="licensed"
        )
        for who in ("Ouyang", "Ota"):
            world.person(who, "operator", ",".join(roles))
        projects.draft(world, "commons", who="Ouyang")
        world.done("Ouyang", "aggregates:Open", project="commons", programme=HERE)
        self._register("commons", "Ouyang")

    def _register(self, project: str, owner: str) -> None:
        world = self.world
        world.done(owner, "projects:List", project=project, reason="notice")
        world.done("Fan", "projects:Validate", project=project, reason="sound", report="66" * 32)
        world.done("Rui", "projects:Register", project=project, reason="approved")

    def _prepare_energy(self) -> None:
        world = self.world
        factor = {
            "gce": {"numerator": 1229, "denominator": 10_000},
            "gco2": {"numerator": 57, "denominator": 100},
        }
        filed = {
            "carrier": "electricity",
            "version": 1,
            "unit": "Wh",
            "source": "当量值",
            "document": DOCUMENT,
        }
        world.by_two("Rui", "Ren", "budgets:FileFactor", **filed, **factor, first_day="2020-01-01")
        bases = {"floor_m2": "100", "headcount": "5", "document": DOCUMENT}
        world.done("Hai", "budgets:RecordInstitution", year=YEAR, sort="organ", grade="city", **bases)
        metro = world.names["metro"]
        world.done("Hai", "budgets:RegisterMeter", meter="main", carrier="electricity", source=metro)
        limits = {"energy_gce": "1500", "carbon_g": "9000", "thresholds": [5_000, 10_000]}
        world.done("Hai", "budgets:Draft", year=YEAR, document=DOCUMENT, **limits)
        for verb in ("Approve", "PutInForce"):
            world.done("Rui", f"budgets:{verb}", **self._hall(), reason="budget")
        agreed = {"provider": world.names["esco"], "document": DOCUMENT, "baseline_gce": "15000"}
        years = {"provider_basis_points": 3_333, "first_year": YEAR, "last_year": YEAR + 2}
        world.done("Hai", "energy_contracts:Propose", contract="c-1", meters=["main"], **agreed, **years)
        world.done("Esco", "energy_contracts:Agree", contract="c-1")

    def _prepare_rewards(self) -> None:
        for reward, kind in (("ticket-9", "ticket"), ("tree", "donation")):
            terms = {"price": 3, "units_per_year": 6, "valid_days": 90, "until": "2028-12-31"}
            terms |= {"face_fen": 100, "valid_days": 0} if kind == "donation" else {}
            offer = {"programme": HERE, "reward": reward, "title": reward, "kind": kind, "document": DOCUMENT}
            self.world.done("Mu", "rewards:Offer", **offer, terms=terms)
            self.world.done("Ouyang", "rewards:Accept", programme=HERE, reward=reward, reason="agreed")

    def _hall(self) -> dict[str, Any]:
        return {"institution": self.world.names["hall"], "year": YEAR}

    def bundle_changes(self, random: Random) -> None:
        who, name = random.choice((("Fa", "farm"), ("Hu", "holder")))
        step = random.choice(("Invite", "Invite", "Join", "Join", "Leave", "Remove"))
        if step in {"Invite", "Remove"}:
            fields = {"organisation": self.world.names[name]}
            more: dict[str, Any] = (
                {"parts": random.choice((2, 3, 9)), "boundary": sha256(name.encode()).hexdigest()}
                if step == "Invite"
                else {"reason": "no answer"}
            )
            self._send("Ono", f"bundles:{step}", project="copse", **fields, **more)
        else:
            own: dict[str, Any] = {"reason": "sold"}
            if step == "Join":
                own = {"parts": random.choice((2, 3, 9))}
            self._send(who, f"bundles:{step}", project="copse", **own)

    def monitor_bundle(self, random: Random) -> None:
        """The bundled project's next step, from report to issuance."""
        self._monitor_of(random, "copse", "Ono", random.randint(3_000, 90_000))

    def outside_claim(self, random: Random) -> None:
        """Another scheme counts the bundle's site for a month, or does so no more."""
        month = random.randint(1, 9)
        where = {"site": sha256(b"meter").hexdigest(), "activity": "solar-power", "scheme": "ccer"}
        number = {"reference": f"L-{month}", "document": DOCUMENT}
        if random.random() < 0.5:
            days = {"first_day": f"2026-{month:02d}-10", "last_day": f"2026-{month:02d}-20"}
            self._send("Rui", "conflicts:RecordOutside", region="510100", **where, **number, **days)
        else:
            self._by_two("Rui", "Ren", "conflicts:WithdrawOutside", **where, **number, reason="struck off")

    def consent(self, random: Random) -> None:
        verb = random.choice(("Consent", "Consent", "WithdrawConsent"))
        packed = bytes.fromhex(self._account(random))
        accounts = base64.b64encode(packed).decode()
        self._send("Ouyang", f"aggregates:{verb}", programme=HERE, accounts=accounts, evidence=DOCUMENT)

    def assign(self, random: Random) -> None:
        if self.batches:
            batch = random.choice(self.batches)[0]
            project = self._records.find(PROJECT, "commons")
            assert project is not None
            number = project.periods + random.choice((1, 1, 1, 0)) or 1
            fields = {"project": "commons", "number": number, "programme": HERE, "batch": batch}
            self._send("Ouyang", "aggregates:Assign", **fields)

    def monitor_aggregate(self, random: Random) -> None:
        """The aggregate's next step; its report states what is assigned, or a gram more."""
        project = self._records.find(PROJECT, "commons")
        assert project is not None
        last = self._records.find(PERIOD, "commons", f"{project.periods:04d}") if project.periods else None
        number = project.periods + (last is None or last.status == "issued")
        assigned = sum(
            int(one.grams)
            for _, one in self._records.all(ASSIGNMENT)
            if (one.project, one.period) == ("commons", number)
        )
        self._monitor_of(random, "commons", "Ouyang", assigned + random.choice((0, 0, 0, 1)))

    def _monitor_of(self, random: Random, name: str, owner: str, grams: int) -> None:
        project = self._records.find(PROJECT, name)
        assert project is not None
        period = self._records.find(PERIOD, name, f"{project.periods:04d}") if project.periods else None
        status = "issued" if period is None else period.status
        fields = {"project": name, "number": project.periods}
        if status in {"issued", "returned"}:
            number = project.periods + (status == "issued")
            first, last = f"2026-{min(number, 9):02d}-01", f"2026-{min(number, 9):02d}-28"
            if name == "commons":
                first, last = "2026-11-01", "2026-12-31"
            projects.submit(self.world, number, first, last, grams, name, owner)
        elif status == "submitted":
            opinion = {"evidence": projects.EVIDENCE, "verdict": "verified", "report": "77" * 32}
            self._send("Fan", "projects:VerifyPeriod", **fields, **opinion)
        elif status == "verified":
            verdict = random.choice(("approved", "approved", "returned"))
            self._send("Rui", "projects:ApprovePeriod", **fields, verdict=verdict)
        else:
            assert period is not None
            kilograms = (period.grams + project.grams_waiting) // 1_000
            issued = self._by_two("Rui", "Ren", "credits:Issue", **fields, quantity=str(kilograms or 1))
            if issued.refusal is not None:
                self._send("Rui", "projects:ApprovePeriod", **fields, verdict="returned")

    def bind(self, random: Random) -> None:
        """The authority binds an account to its person's bucket for this month: A and B are one person."""
        name = random.choice(PEOPLE)
        month = self.world.day_digits()
        bucket = sha256(b"C" if name == "C" else b"one").digest()[:16]
        packed = bytes.fromhex(self.world.names[name]) + bucket
        fields = {"programme": HERE, "group": "metro", "month": f"{month[:4]}-{month[4:6]}"}
        who = random.choice(("Pan", "Pan", "Pan", "Ouyang"))
        self._send(who, "identity:Bind", **fields, bindings=base64.b64encode(packed).decode())

    def record_shared(self, random: Random) -> None:
        """Trips that one person's accounts can claim once between them."""
        when = self.world.seconds - random.choice((60, 120, 4_000))
        claims = [activities.claim(random.choice(PEOPLE), when, random.randint(0, 9_000)) for _ in range(3)]
        name = f"s-{len(self.world.names)}-{len(self.sent)}"
        order = activities.order(b"".join(claims), name, methodology="metro-trip")
        self._send("Ouyang", "activities:RecordBatch", **order)

    def redeem_reward(self, random: Random) -> None:
        number = random.randint(1, 7)
        voucher = {"number": number, "commitment": commit(SALT, f"secret-{number}").hex()}
        fields = {
            "programme": HERE,
            "catalogue": HERE,
            "reward": "ticket-9",
            "account": self._account(random),
        }
        self._send("Ouyang", "rewards:Redeem", **fields, vouchers=[voucher])

    def donate(self, random: Random) -> None:
        fields = {"programme": HERE, "catalogue": HERE, "reward": "tree", "account": self._account(random)}
        self._send("Ouyang", "rewards:Donate", **fields, numbers=[random.randint(1, 7)])

    def end_voucher(self, random: Random) -> None:
        vouchers = [ids for ids, one in self._records.all(VOUCHER) if one.status == "taken"]
        if vouchers:
            _, reward, year, number = random.choice(vouchers)
            fields = {"programme": HERE, "reward": reward, "year": int(year), "number": int(number)}
            if random.random() < 0.5:
                opened = {"salt": SALT.hex(), "secret": f"secret-{int(number)}", "region": "510104"}
                self._send("Mu", "rewards:OpenVoucher", **fields, **opened)
            else:
                self._by_two("Ouyang", "Ota", "rewards:Refund", **fields, reason="closed that day")

    def draw(self, random: Random) -> None:
        """The newest draw's next step, or a new one."""
        draws = [one for _, one in self._records.all(DRAW)]
        open_ones = [one for one in draws if one.status not in {"decided", "void"}]
        name = open_ones[-1].id if open_ones else f"d-{len(draws) + 1}"
        fields = {"programme": HERE, "draw": name}
        seeds = {who: sha256(f"{who} {name}".encode()).digest() for who in ("Ouyang", "Mu")}
        if not open_ones:
            until = self._day_text(1)
            prize = {
                "catalogue": HERE,
                "reward": "ticket-9",
                "price": random.choice((0, 1)),
                "prizes": 1,
                "until": until,
            }
            sealed = seed_commitment(seeds["Ouyang"]).hex()
            self._send("Ouyang", "rewards:AnnounceDraw", **fields, **prize, commitment=sealed)
        elif open_ones[-1].status == "announced":
            self._send("Mu", "rewards:CommitSeed", **fields, commitment=seed_commitment(seeds["Mu"]).hex())
        elif open_ones[-1].status == "open":
            if random.random() < 0.6:
                self._send("Ouyang", "rewards:EnterDraw", **fields, account=self._account(random))
            else:
                self.world.seconds += 2 * DAY_SECONDS
                self._send("Ouyang", "rewards:CloseDraw", **fields)
        else:
            who = random.choice(("Ouyang", "Mu"))
            self._send(who, "rewards:RevealSeed", **fields, seed=seeds[who].hex())

    def claim_prize(self, random: Random) -> None:
        decided = [one for _, one in self._records.all(DRAW) if one.status == "decided"]
        if decided:
            one = random.choice(decided)
            account = random.choice((one.winners[0], self._account(random)))
            number = random.randint(1, 6)
            voucher = {"number": number, "commitment": commit(SALT, f"secret-{number}").hex()}
            fields = {"programme": HERE, "catalogue": HERE, "reward": one.reward, "account": account}
            self._send("Ouyang", "rewards:ClaimPrize", **fields, draw=one.id, voucher=voucher)

    def _day_text(self, days: int) -> str:
        before = self.world.seconds
        self.world.seconds += days * DAY_SECONDS
        digits = self.world.day_digits()
        self.world.seconds = before
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"

    def read_meter(self, random: Random) -> None:
        who, source = random.choice((("Dong", "metering"), ("Hai", "report"), ("Ju", "audit")))
        fields = self._hall() | {"month": random.choice((*MONTHS, random.randint(1, 12))), "meter": "main"}
        counted = {"source": source, "quantity": str(random.choice((5_000, 9_000, 14_000)))}
        self._send(who, "budgets:Read", **fields, **counted, factor=1, document=DOCUMENT)

    def read_year(self, random: Random) -> None:
        """All twelve months of the meter, as a contract's saving needs them."""
        for month in range(1, 13):
            fields = self._hall() | {"month": month, "meter": "main", "source": "metering", "factor": 1}
            quantity = str(random.choice((5_000, 9_000)))
            self._send("Dong", "budgets:Read", **fields, quantity=quantity, document=DOCUMENT)

    def decide_reading(self, random: Random) -> None:
        fields = self._hall() | {
            "month": random.choice(MONTHS),
            "meter": "main",
            "number": random.randint(1, 3),
        }
        self._send("Rui", "budgets:Decide", **fields, reason="meter seen")

    def reckon(self, random: Random) -> None:
        self._send(random.choice(("Rui", "Hai")), "budgets:Reckon", **self._hall())

    def adjust_budget(self, random: Random) -> None:
        limits = {"energy_gce": str(random.choice((900, 1_500, 4_000))), "carbon_g": "9000"}
        fields = self._hall() | {"thresholds": [5_000, 10_000], "reason": "mild winter", "document": DOCUMENT}
        self._by_two("Rui", "Ren", "budgets:Adjust", **fields, **limits)

    def red_card(self, random: Random) -> None:
        steps = (
            ("Rui", "ShowRedCard"),
            ("Rui", "ShowRedCard"),
            ("Hai", "PlanRectification"),
            ("Hai", "SubmitRectification"),
            ("Rui", "ReturnRectification"),
            ("Rui", "ClearRedCard"),
        )
        who, verb = random.choice(steps)
        self._send(who, f"budgets:{verb}", **self._hall(), reason="over", document=DOCUMENT)

    def energy_contract(self, random: Random) -> None:
        steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("Ju", "VerifySaving", {"year": YEAR, "saved_fen": "100", "report": DOCUMENT}),
            ("Ju", "VerifySaving", {"year": YEAR, "saved_fen": "1001", "report": DOCUMENT}),
            ("Esco", "PledgeRights", {"lienholder": self.world.names["bank"]}),
            ("Lin", "ReleaseRights", {}),
        )
        who, verb, fields = random.choice(steps)
        self._send(who, f"energy_contracts:{verb}", contract="c-1", **fields)

    def target(self, random: Random) -> None:
        """A target whose body and annex agree or not."""
        body, annex = random.choice((("90", "70"), ("10", "10")))
        statements = [{"pointer": "六(二)", "value": body}, {"pointer": "附表17", "value": annex}]
        fields = {
            "title": "热水",
            "document": DOCUMENT,
            "year": 2027,
            "owner": "市机管局",
            "unit": "projects",
        }
        name = f"t-{random.randint(1, 20)}"
        self._send(
            "Rui", "targets:Record", target=name, direction="at_least", statements=statements, **fields
        )

    def neutral_year(self, random: Random) -> None:
        """An owner's year on its way to a free assessment."""
        owner = {"organisation": self.world.names["owner"], "year": YEAR}
        retired = [ids[0] for ids, _ in self._records.all(RETIREMENT)][-4:] or ["y-0"]
        steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("Ono", "State", {"emissions": str(random.choice((4, 9))), "report": DOCUMENT}),
            ("Fan", "Attest", {"report": DOCUMENT}),
            ("Ono", "Apply", {"rules": 1, "retirements": random.sample(retired, min(len(retired), 2))}),
            ("Ono", "Apply", {"rules": 1, "retirements": [random.choice(retired)]}),
            ("Rui", "Assign", {"assessor": self.world.names[random.choice(("judge", "verifier"))]}),
        )
        who, verb, fields = random.choice(steps)
        self._send(who, f"assessments:{verb}", **owner, **fields)

    def retire_for_year(self, random: Random) -> None:
        mine = [one for one in self._ranges() if one.holder == self.world.names["owner"] and not one.holds]
        if mine:
            one = random.choice(mine)
            self.retirements += 1
            piece = projects.pieces((one.first, one.first, min(one.last, one.first + 7)), batch=one.batch)
            party = {"organisation": self.world.names["owner"], "person": ""}
            fields = {"beneficiary": party, "on_behalf_of": None, "purpose": "office", "reference": ""}
            name = f"y-{self.retirements}"
            self._send("Ono", "retirements:Retire", retirement=name, pieces=piece, **fields, reason="年度")

    def take_over(self, random: Random) -> None:
        """A former registry's manifest, and its parts, once."""
        lines = opening.lines(self.world, [("A", "2027-01-31", 4), ("B", "2028-12-31", 3)])
        batch = opening.batch(self.world, "b1", [(1, 6, "owner", "active"), (7, 9, "holder", "retired")])
        step = random.randrange(3)
        if step == 0 or not self.imported:
            order = opening.manifest(HERE, [lines], [batch], 7, 9, import_until="2029-12-31")
            self.imported += self._by_two("Rui", "Ren", "opening:Announce", **order).refusal is None
        elif step == 1:
            packed = base64.b64encode(lines).decode()
            self._send("Ouyang", "opening:ImportBalances", registry="old", part=0, lines=packed)
        else:
            self._send("Rui", "opening:ImportBatch", registry="old", part=0, content=batch)


WholeLife.lanes = tuple(
    sorted(name for name in vars(WholeLife) if not name.startswith("_") and callable(vars(WholeLife)[name]))
)
