"""Offsets of events and years: each retirement and each outside unit offsets once, and counts what it is.

uses = offsets of dossiers + retirements of years, one for one
a declared dossier's figure = what its rules count of its offsets
"""

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.rules.events import Offset
from tanhui.chaincode.transactions.assessments.record import NEUTRAL_YEAR
from tanhui.chaincode.transactions.events.record import EVENT, EVENT_RULES, OFFSET_USE, Event, rules_key
from tanhui.chaincode.transactions.retirements.record import RETIREMENT


class Offsets(Check):
    """Dossiers, years and what was used for them."""

    name = "events.offsets"

    def judge(self, records: Records) -> Report:
        """Compare dossiers and years with the uses, and offsets with the retirements."""
        report = Report(self.name, {"dossiers": 0, "offset_kg": 0, "uses": 0})
        expected: dict[tuple[str, str], str] = {}
        for (event_id,), event in records.all(EVENT):
            report.count("dossiers")
            for offset in event.offsets:
                report.count("offset_kg", offset.kg)
                self._offset(report, records, event, offset)
                key = ("retirement" if offset.kind == "credit" else offset.kind, offset.reference)
                if key in expected:
                    report.find(f"event {event_id}", f"{offset.reference} is used for {expected[key]} too")
                expected[key] = f"event:{event_id}"
            self._declared(report, records, event)
        for (organisation, year), neutral in records.all(NEUTRAL_YEAR):
            where = f"year {organisation}/{year}"
            subscribed = 0
            for reference in neutral.retirements:
                if ("retirement", reference) in expected:
                    report.find(where, f"{reference} is used for {expected['retirement', reference]} too")
                expected["retirement", reference] = f"year:{organisation}:{year}"
                retirement = records.find(RETIREMENT, reference)
                subscribed += 0 if retirement is None else retirement.quantity
            report.equal(where, "subscribed", neutral.subscribed_kg, subscribed)
        for kind, reference in ((ids[0], ids[1]) for ids, _ in records.all(OFFSET_USE)):
            report.count("uses")
            use = records.find(OFFSET_USE, kind, reference)
            used_for = None if use is None else use.used_for
            report.equal(f"use {kind}/{reference}", "for", used_for, expected.pop((kind, reference), None))
        for (kind, reference), used_for in expected.items():
            report.find(used_for, f"{kind} {reference} is not marked as used")
        return report

    def _offset(self, report: Report, records: Records, event: Event, offset: Offset) -> None:
        if offset.kind != "credit":
            return
        where = f"event {event.id}"
        retirement = records.find(RETIREMENT, offset.reference)
        if retirement is None:
            report.find(where, f"offset by {offset.reference}, which is no retirement")
            return
        report.equal(where, "kilograms", offset.kg, retirement.quantity)
        made_for = (retirement.beneficiary.organisation, str(retirement.purpose), retirement.reference)
        report.equal(
            where, f"{offset.reference} was made for", made_for, (event.organiser, "event", event.id)
        )

    def _declared(self, report: Report, records: Records, event: Event) -> None:
        if event.status not in ("declared", "archived"):
            return
        version = records.find(EVENT_RULES, rules_key(event.rules))
        counted = None if version is None else version.rules.counted(event.lines, event.offsets)
        report.equal(f"event {event.id}", "counted", event.counted_kg, counted)
