"""Free assessments: a granted year is offset as a whole, and what offsets it counts for nothing else.

Σ retirements ≥ emissions, and ≥ the threshold of the rules that were named; each retirement is used once
"""

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.transactions.assessments.record import NEUTRAL_YEAR, NeutralYear
from tanhui.chaincode.transactions.events.record import EVENT_RULES, OFFSET_USE, rules_key
from tanhui.chaincode.transactions.retirements.record import RETIREMENT


class NeutralYears(Check):
    """Judges every stated year by the retirements that it names."""

    name = "assessments.years"

    def judge(self, records: Records) -> Report:
        """Look at each year."""
        report = Report(self.name, {"years": 0, "granted": 0, "subscribed_kg": 0})
        used: dict[str, str] = {}
        for (organisation, year), one in records.all(NEUTRAL_YEAR):
            where = f"year {organisation}/{year}"
            report.count("years")
            if one.status not in ("granted", "assigned"):
                report.equal(where, "subscribed", one.subscribed_kg, 0)
                continue
            report.count("granted")
            report.count("subscribed_kg", one.subscribed_kg)
            self._granted(report, records, where, one)
            for retirement in one.retirements:
                if retirement in used:
                    report.find(where, f"retirement {retirement} offsets {used[retirement]} too")
                used[retirement] = where
        return report

    def _granted(self, report: Report, records: Records, where: str, year: NeutralYear) -> None:
        found = [records.find(RETIREMENT, one) for one in year.retirements]
        subscribed = sum(int(one.quantity) for one in found if one is not None)
        report.equal(where, "subscribed", year.subscribed_kg, subscribed)
        if subscribed < year.emissions_kg:
            report.find(where, f"{year.emissions_kg} kg emitted, {subscribed} kg retired")
        rules = records.find(EVENT_RULES, rules_key(year.rules))
        if rules is None or subscribed < rules.rules.assessment_threshold_kg:
            report.find(where, "below the threshold of its rules, or they are missing")
        for name, one in zip(year.retirements, found, strict=True):
            beneficiary = None if one is None else one.beneficiary.organisation
            report.equal(where, f"retired for, by {name}", beneficiary, year.organisation)
            use = records.find(OFFSET_USE, "retirement", name)
            expected = f"year:{year.organisation}:{year.year}"
            report.equal(where, f"use of {name}", None if use is None else use.used_for, expected)
        if year.status == "assigned" and year.assessor == year.verifier:
            report.find(where, "assessed by who attested its emissions")
