"""No kilogram without its grams: batches against the monitoring periods that they were issued from.

    Σ grams of issued periods = 1000 × Σ serials of the project's batches + grams that wait

Batches from a former registry have no period here: `opening.import` compares them with their manifest.
Each period's grams are computed again from its recorded inputs; a period backs one batch, and a batch one period.
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.quantities import GRAMS_PER_KILOGRAM
from tanhui.chaincode.transactions.credits.record import BATCH, Batch
from tanhui.chaincode.transactions.methodologies.record import FORMULA, METHODOLOGY_VERSION, version_key
from tanhui.chaincode.transactions.opening.record import FORMER_SERIALS
from tanhui.chaincode.transactions.projects.record import PERIOD, PROJECT, Period, Project, period_key
from tanhui.proofs.effects.credits import CreditsIssued

BASIS_POINTS = 10_000


class CreditMass(Check):
    """Kilograms against grams, project by project."""

    name = "credits.mass_balance"

    def __init__(self) -> None:
        self._issued: Counter[str] = Counter()

    def follow(self, transaction: Transaction) -> None:
        """Add up what was issued of each batch."""
        for effect in transaction.effects:
            if isinstance(effect, CreditsIssued):
                for one in effect.ranges:
                    self._issued[one.batch] += one.quantity_kg

    def judge(self, records: Records) -> Report:
        """Compare batches, periods and projects."""
        report = Report(self.name, {"batches": 0, "issued_kg": 0, "grams": 0, "grams_waiting": 0})
        kilograms: Counter[str] = Counter()
        batches: dict[tuple[str, int], Batch] = {}
        former = {ids[0] for ids, _ in records.all(FORMER_SERIALS)}
        for (batch_id,), batch in records.all(BATCH):
            if batch_id in former:
                continue
            report.count("batches")
            report.count("issued_kg", batch.quantity)
            kilograms[batch.project] += batch.quantity
            where = f"batch {batch_id}"
            report.equal(where, "issued", self._issued[batch_id], batch.quantity)
            report.equal(where, "requested", batch.requested, batch.quantity)
            if (batch.project, batch.period) in batches:
                report.find(where, f"period {batch.period} of {batch.project} backs another batch")
            batches[batch.project, batch.period] = batch
        for (project_id,), project in records.all(PROJECT):
            grams = 0
            for (_, _), period in records.all(PERIOD, project_id):
                self._period(report, records, project, period, batches.pop((project_id, period.number), None))
                grams += period.grams if period.status == "issued" else 0
            report.count("grams", grams)
            report.count("grams_waiting", project.grams_waiting)
            where = f"project {project_id}"
            weighed = GRAMS_PER_KILOGRAM * kilograms[project_id] + project.grams_waiting
            report.equal(where, "grams of issued periods", grams, weighed)
            if not project.grams_waiting < GRAMS_PER_KILOGRAM:
                report.find(where, f"{project.grams_waiting} grams wait, which is a kilogram or more")
        for (project_id, number), batch in batches.items():
            report.find(f"batch {batch.id}", f"period {project_id}/{period_key(number)} does not exist")
        return report

    def _period(
        self, report: Report, records: Records, project: Project, period: Period, batch: Batch | None
    ) -> None:
        where = f"period {project.id}/{period_key(period.number)}"
        report.equal(where, "batch", period.batch, "" if batch is None else batch.id)
        report.equal(where, "issued", period.status == "issued", batch is not None)
        if batch is not None:
            days = (period.first_day, period.last_day)
            report.equal(where, "days of its batch", (batch.first_day, batch.last_day), days)
            share = batch.quantity * project.buffer_basis_points // BASIS_POINTS
            report.equal(where, "buffer of its batch", batch.buffer, share)
        version = records.find(METHODOLOGY_VERSION, project.methodology, version_key(project.version))
        formula = None if version is None else records.find(FORMULA, version.formula)
        if formula is None:
            report.find(where, f"no formula of {project.methodology}@{project.version}")
        else:
            report.equal(where, "grams", period.grams, formula.grams(period.inputs))
