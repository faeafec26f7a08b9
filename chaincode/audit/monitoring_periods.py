"""A project's monitoring periods follow each other without overlap, and lie inside its crediting period."""

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.transactions.projects.record import PERIOD, PROJECT, period_key


class MonitoringPeriods(Check):
    """Days are judged one project at a time; numbers run from 1 without a gap."""

    name = "projects.periods"

    def judge(self, records: Records) -> Report:
        """Look at every project's periods in order."""
        report = Report(self.name, {"projects": 0, "periods": 0})
        for (project_id,), project in records.all(PROJECT):
            report.count("projects")
            previous, issued_until, number = None, None, 0
            for (_, key), period in records.all(PERIOD, project_id):
                number += 1
                report.count("periods")
                where = f"period {project_id}/{key}"
                report.equal(where, "number", key, period_key(number))
                if period.last_day < period.first_day:
                    report.find(where, "ends before it begins")
                if previous is not None and period.first_day <= previous:
                    report.find(where, f"begins on {period.first_day}, the one before ends on {previous}")
                if period.first_day < project.first_day or period.last_day > project.last_day:
                    report.find(where, "outside the crediting period")
                previous = period.last_day
                if period.status == "issued":
                    issued_until = period.last_day
            report.equal(f"project {project_id}", "periods", project.periods, number)
            report.equal(f"project {project_id}", "monitored until", project.monitored_until, issued_until)
        return report
