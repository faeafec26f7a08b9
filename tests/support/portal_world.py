"""A registry with enough in it that every page of the portal has something to show; all of it through the API."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.running_registry import Client

BATCH = "370000-tanxiaohui-rooftop-pv-office-roofs-2026-001"
BATCH_PREFIX = "370000-tanxiaohui-rooftop-pv-office-roofs-"
OWNER = "91510100MA60000043"
EXCHANGE = "91510100MA6000002W"
ORGANISER = "91510100MA60000056"
BANK = "91510100MA60000069"
INSTITUTION = "11370000MB2800009Y"
UNIT = "11370000MB28000016"
FORUM = "green-forum"
READY_WITHIN_S = 60


def hashed(name: str) -> str:
    """The hash of a document that the test does not have."""
    return hashlib.sha256(name.encode()).hexdigest()


def china_day() -> str:
    """Today in UTC+8."""
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3_600))


@dataclass(frozen=True)
class World:
    """A running registry and its folder."""

    url: str
    data: Path

    def client(self, identity: str) -> Client:
        return Client(self.url, self.data, identity)

    def key(self, identity: str) -> str:
        """An identity's access key."""
        return (self.data / "api/tokens" / identity).read_text("ascii").strip()

    @property
    def batch(self) -> str:
        """The sample's one batch."""
        found = self.client("regulator-registrar").get("/v1/effects?kind=credits.issued&limit=1")
        return str(found["items"][0]["effect"]["ranges"][0]["batch"])

    def by_two(self, path: str, request: str, body: dict[str, Any]) -> None:
        """What two persons of the regulator send."""
        for identity in ("regulator-registrar", "regulator-approver"):
            self.client(identity).done(path, request, body)

    def projected(self) -> None:
        """Wait until the read model has every block."""
        deadline = time.monotonic() + READY_WITHIN_S
        reader = self.client("regulator-registrar")
        while True:
            state = reader.get("/v1/read-model")
            if int(state["block"]) >= int(state["ledger_height"]) - 1:
                return
            assert time.monotonic() < deadline, state
            time.sleep(0.1)

    def piece(self, start: int, first: int, last: int) -> dict[str, str]:
        """Serials first..last out of the range that begins at `start`."""
        return {"batch": self.batch, "range": str(start), "first": str(first), "last": str(last)}

    def fill(self) -> None:
        """Organisations, an event up to its attested accounts, a sale, a pledge, a notice, an open proposal."""
        self.projected()  # the sample has just been loaded
        self._organisations()
        self._credits()
        self._event()
        self._notice()
        self.client("regulator-registrar").done(
            f"/v1/organisations/{INSTITUTION}/roles",
            "portal-open-proposal",
            {"roles": ["public_institution", "holder"], "reason": "今后也持有减排量"},
        )
        self._over_budget()
        self._recall()
        self.projected()

    def _over_budget(self) -> None:
        """An institution that used more than its budget of last year: a red card may be shown."""
        regulator, institution = self.client("regulator-registrar"), self.client("exchange-institution")
        year = int(china_day()[:4]) - 1
        factor = {
            "carrier": "coal-equivalent", "document": hashed("factor"), "first_day": "2020-01-01", "unit": "gce",
            "gce": {"numerator": 1, "denominator": 1}, "gco2": {"numerator": 27, "denominator": 10},
            "source": "示例", "version": 1,
        }  # fmt: skip
        self.by_two("/v1/energy-factors", "portal-factor", factor)
        record = {
            "year": year, "sort": "party-and-government", "grade": "municipal", "floor_m2": "4000",
            "headcount": "100", "document": hashed("survey"),
        }  # fmt: skip
        institution.done("/v1/institution-years", "portal-year", record)
        meter = {"meter": "all", "carrier": "coal-equivalent", "source": INSTITUTION}
        institution.done("/v1/meters", "portal-meter", meter)
        draft = {
            "year": year, "energy_gce": "1000000", "carbon_g": "2700000", "thresholds": [8_000, 10_000],
            "document": hashed("budget"),
        }  # fmt: skip
        institution.done("/v1/budgets", "portal-budget", draft)
        budget = f"/v1/institutions/{INSTITUTION}/budgets/{year}"
        for step in ("approval", "force"):
            regulator.done(f"{budget}/{step}", f"portal-budget-{step}", {"reason": "定额管理"})
        reading = {
            "month": 12, "meter": "all", "source": "report", "quantity": "1250000", "factor": 1,
            "document": hashed("reading"),
        }  # fmt: skip
        institution.done(f"{budget}/readings", "portal-reading", reading)
        regulator.done(f"{budget}/reckoning", "portal-reckoned", {})

    def _recall(self) -> None:
        """Part of what was retired for a conference is recalled; it is not marked yet."""
        announced = {
            "recall": "factor-2026", "batch": self.batch, "ground": "factor", "document": hashed("decision"),
            "scope": [{"first": "1", "last": "100"}], "replace_by": "2030-05-31", "reason": "排放因子有误",
        }  # fmt: skip
        self.by_two("/v1/recalls", "portal-recall", announced)

    def _organisations(self) -> None:
        for organisation, name, roles in (
            (BANK, "绿色银行(示例)", ["lienholder"]),
            (INSTITUTION, "省机关事务管理局(示例)", ["public_institution"]),
            (UNIT, "省图书馆(示例)", ["public_institution"]),
        ):
            register = {
                "organisation": organisation,
                "name": name,
                "region": "370000",
                "msp_id": "ExchangeMSP",
            }
            self.client("regulator-registrar").done("/v1/organisations", f"portal-{organisation}", register)
            self.by_two(
                f"/v1/organisations/{organisation}/roles",
                f"portal-roles-{organisation}",
                {"roles": roles, "reason": "admitted"},
            )

    def _credits(self) -> None:
        owner = self.client("exchange-owner")
        offer = {"offer": "to-exchange", "receiver": EXCHANGE, "pieces": [self.piece(60_101, 60_101, 80_100)]}
        owner.done("/v1/credits/offers", "portal-offer", offer)
        self.client("exchange-custodian").done(
            "/v1/credits/offers/to-exchange/acceptance", "portal-accept", {}
        )
        pledge = {
            "pledge": "loan-2026", "lienholder": BANK, "contract": hashed("loan"),
            "pieces": [self.piece(80_101, 80_101, 90_100)],
        }  # fmt: skip
        owner.done("/v1/pledges", "portal-pledge", pledge)

    def _event(self) -> None:
        rules = {
            "kinds": ["meeting", "forum"], "categories": ["electricity", "transport", "catering"],
            "offsets": [{"kind": "credit"}, {"kind": "green_power", "category": "electricity"}],
            "deadline_days": 365, "assessment_threshold_kg": 1_000_000,
        }  # fmt: skip
        self.by_two("/v1/dossier-rules", "portal-rules", {"version": 1, "rules": rules})
        organiser = self.client("exchange-organiser")
        plan = {
            "title": "绿色发展论坛", "subject": "论坛组委会", "boundary": "主会场、交通与餐饮",
            "steps": ["压减一次性用品", "按类别核算排放", "以减排量抵消"], "document": hashed("plan"),
            "first_day": china_day(), "last_day": china_day(),
        }  # fmt: skip
        body = {"event": FORUM, "kind": "forum", "region": "370000", "rules": 1, "plan": plan}
        organiser.done("/v1/dossiers", "portal-plan", body)
        dossier = f"/v1/dossiers/{FORUM}"
        organiser.done(f"{dossier}/holding", "portal-held", {"document": hashed("record")})
        lines = [
            {"category": "electricity", "kg": 3_200},
            {"category": "transport", "kg": 5_600},
            {"category": "catering", "kg": 1_200},
        ]
        organiser.done(
            f"{dossier}/accounts", "portal-accounts", {"lines": lines, "report": hashed("accounts")}
        )
        self.client("exchange-verifier").done(
            f"{dossier}/attestation",
            "portal-attested",
            {"accounts": hashed("accounts"), "verdict": "attested", "report": hashed("attestation")},
        )

    def _notice(self) -> None:
        rules = {
            "calendar": "cn-2026", "since": "2026-01-01", "until": "2030-12-31", "holidays": [],
            "worked_weekends": [], "methodology": 0, "project": 5, "issuance": 0,
        }  # fmt: skip
        self.by_two("/v1/notice-rules", "portal-notice-rules", rules)
        notice = {"kind": "project", "subject": "office-roofs", "document": hashed("notice")}
        self.client("regulator-registrar").done("/v1/notices", "portal-notice", notice)
        comment = {"number": 1, "text": "计入期从何时算起?"}
        self.client("exchange-owner").done(
            "/v1/notices/project/office-roofs/comments", "portal-comment", comment
        )
