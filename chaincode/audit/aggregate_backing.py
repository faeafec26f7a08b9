"""No gram backs two batches of credits: what people assigned, against what was issued for it.

Each activity batch is assigned once; the grams are those of its credited records, of accounts whose consent was in
force when they were assigned and when the activity happened.

    Σ grams assigned to a period = the period's grams, for every issued period of an aggregate
"""

import base64
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.aggregates import accounts_in, standing
from tanhui.chaincode.rules.days import Day, parse_day
from tanhui.chaincode.transactions.activities.record import ACTIVITY_BATCH, ACTIVITY_RECORDS
from tanhui.chaincode.transactions.aggregates.record import (
    AGGREGATE,
    ASSIGNMENT,
    BACKING,
    CONSENT,
    Assignment,
)
from tanhui.chaincode.transactions.projects.record import PERIOD, period_key
from tanhui.proofs.effects.aggregates import AssignmentReduced, ConsentsChanged, ReductionsAssigned

Account = tuple[str, bytes]
Batch = tuple[str, str]
"""Programme and activity batch."""


@dataclass(slots=True)
class Assigned:
    """What a batch was said to back, and the consents of its programme as they stood then."""

    period: tuple[str, str]
    grams: int
    since: dict[Account, Day]


class AggregateBacking(Check):
    """Replays consents and assignments."""

    name = "aggregates.backing"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._since: dict[Account, Day] = {}
        self._assigned: dict[Batch, Assigned] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note who consents, and what is assigned."""
        where = f"transaction {transaction.id}"
        for effect in transaction.effects:
            if isinstance(effect, ConsentsChanged):
                self._consents(transaction, effect)
            elif isinstance(effect, ReductionsAssigned):
                batch = (effect.programme, effect.batch)
                if batch in self._assigned:
                    self._report.find(where, f"activity batch {'/'.join(batch)} backs a second period")
                period = (effect.project, effect.period)
                self._assigned[batch] = Assigned(period, effect.reduction_g, dict(self._since))
            elif isinstance(effect, AssignmentReduced) and effect.issued == "no":
                self._assigned[effect.programme, effect.batch].grams -= effect.reduction_g

    def _consents(self, transaction: Transaction, effect: ConsentsChanged) -> None:
        packed = base64.b64decode(str(transaction.field("accounts")))
        for account in accounts_in(packed):
            if effect.step == "given":
                self._since[effect.programme, account] = parse_day(effect.day, "day")
            else:
                self._since.pop((effect.programme, account), None)

    def judge(self, records: Records) -> Report:
        """Compare assignments with records, sums with periods, consents with what was replayed."""
        figures = {"consents": 0, "assignments": 0, "grams": 0, "reversed_after_issue_g": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        sums: Counter[tuple[str, str]] = Counter()
        for (programme, batch_id), one in records.all(ASSIGNMENT):
            self._assignment(report, records, (programme, batch_id), one)
            sums[one.project, period_key(one.period)] += one.grams
        report.equal("assignments", "standing", report.figures["assignments"], len(self._assigned))
        for (project,), _ in records.all(AGGREGATE):
            for (_, number), period in records.all(PERIOD, project):
                if period.status == "issued":
                    where = f"period {project}/{number}"
                    report.equal(where, "grams", period.grams, sums[project, number])
        standing_consents = {
            (programme, bytes.fromhex(account)): Day(one.since)
            for (programme, account), one in records.all(CONSENT)
        }
        report.figures["consents"] = len(standing_consents)
        report.equal("consents", "in force", standing_consents, self._since)
        return report

    def _assignment(self, report: Report, records: Records, key: Batch, one: Assignment) -> None:
        where = f"activity batch {'/'.join(key)}"
        told = self._assigned.get(key)
        batch, blob = records.find(ACTIVITY_BATCH, *key), records.find(ACTIVITY_RECORDS, *key)
        report.count("assignments")
        report.count("grams", one.grams)
        report.count("reversed_after_issue_g", one.reversed_after_g)
        if told is None or batch is None or blob is None:
            report.find(where, "backs a period, and is not on the ledger or was never assigned")
            return
        period = (one.project, period_key(one.period))
        small = records.find(BACKING, *period, *key)
        report.equal(where, "backs", period, told.period)
        report.equal(where, "grams under its period", None if small is None else small.grams, one.grams)
        if any(left >= right for left, right in pairwise(one.positions)):
            report.find(where, "positions out of order, or twice")
        backing = {at.position: at for at in standing(blob, batch.inputs, batch.refused)}
        rows = [backing[at] for at in one.positions if at in backing]
        report.equal(where, "records", len(rows), len(one.positions))
        report.equal(where, "grams", one.grams, sum(row.grams for row in rows))
        report.equal(where, "grams stated", told.grams, one.grams)
        for row in rows:
            since = told.since.get((key[0], row.account))
            if since is None or row.day < since:
                report.find(f"{where} record {row.position}", "assigned without a consent in force")
        countered = set(batch.reversed)
        gone = sum(row.grams for row in rows if row.position in countered)
        report.equal(where, "reversed after it was issued", gone, one.reversed_after_g)
