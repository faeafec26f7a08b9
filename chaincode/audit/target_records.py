"""Targets: recorded once, with every place that states them; none is corrected by another."""

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.transactions.targets.record import TARGET
from tanhui.proofs.effects.targets import TargetRecorded


class TargetRecords(Check):
    """Compares targets with what was told of them."""

    name = "targets.statements"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._recorded: dict[str, TargetRecorded] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note each target."""
        for effect in transaction.effects:
            if isinstance(effect, TargetRecorded):
                if effect.target in self._recorded:
                    self._report.find(f"transaction {transaction.id}", f"{effect.target} recorded twice")
                self._recorded[effect.target] = effect

    def judge(self, records: Records) -> Report:
        """Count places and values."""
        figures = {"targets": 0, "statements": 0, "in_conflict": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        for (target_id,), target in records.all(TARGET):
            where, told = f"target {target_id}", self._recorded.get(target_id)
            report.count("targets")
            report.count("statements", len(target.statements))
            values = len({one.value for one in target.statements})
            report.count("in_conflict", values > 1)
            stated = None if told is None else (told.statements, told.values, told.document.hex())
            report.equal(where, "statements", (len(target.statements), values, target.document), stated)
            pointers = [one.pointer for one in target.statements]
            if len(set(pointers)) < len(pointers):
                report.find(where, "one place states it twice")
        report.equal("targets", "standing", report.figures["targets"], len(self._recorded))
        return report
