"""A bundled project's batches went to its members by their parts, to the kilogram.

    Σ units by member + buffer = the batch's quantity, each member's as rules/bundles.py splits it

Members are replayed from the effects: those who had joined when the batch was issued, and nobody else.
"""

from collections import Counter
from dataclasses import dataclass

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.bundles import split
from tanhui.chaincode.transactions.bundles.record import BUNDLE
from tanhui.chaincode.transactions.credits.record import BATCH
from tanhui.chaincode.transactions.projects.record import PROJECT
from tanhui.proofs.effects.bundles import BundleChanged, BundleFormed
from tanhui.proofs.effects.credits import CreditsIssued


@dataclass(frozen=True, slots=True)
class Shared:
    """One batch's units by holder, and the parts that stood when it was issued."""

    project: str
    units: Counter[str]
    parts: dict[str, int]
    whole: int


class BundleShares(Check):
    """Replays membership, and splits every batch again."""

    name = "projects.bundles"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._whole: dict[str, int] = {}
        self._owner: dict[str, str] = {}
        self._parts: dict[str, dict[str, int]] = {}
        self._invited: dict[str, dict[str, int]] = {}
        self._batches: dict[str, Shared] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note members, and who got what."""
        for effect in transaction.effects:
            if isinstance(effect, BundleFormed):
                self._whole[effect.project], self._owner[effect.project] = effect.whole, effect.owner
                self._parts[effect.project], self._invited[effect.project] = {}, {}
            elif isinstance(effect, BundleChanged):
                self._step(f"transaction {transaction.id}", effect)
            elif isinstance(effect, CreditsIssued) and effect.project in self._whole:
                self._issued(effect)

    def _step(self, where: str, effect: BundleChanged) -> None:
        invited, joined = self._invited[effect.project], self._parts[effect.project]
        if effect.step == "invited":
            invited[effect.organisation] = effect.parts
            return
        parts = invited.pop(effect.organisation, None) or joined.pop(effect.organisation, None)
        self._report.equal(where, "parts", effect.parts, parts)
        if effect.step == "joined":
            joined[effect.organisation] = effect.parts

    def _issued(self, effect: CreditsIssued) -> None:
        batch = effect.ranges[0].batch
        if batch not in self._batches:
            parts, whole = dict(self._parts[effect.project]), self._whole[effect.project]
            self._batches[batch] = Shared(effect.project, Counter(), parts, whole)
        self._batches[batch].units[effect.holder] += effect.quantity_kg

    def judge(self, records: Records) -> Report:
        """Compare bundles with what was replayed, and batches with the split."""
        figures = {"bundles": 0, "members": 0, "batches": 0, "shared_kg": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        for (project,), bundle in records.all(BUNDLE):
            where = f"bundle {project}"
            report.count("bundles")
            joined = {one.organisation: one.parts for one in bundle.members if one.status == "member"}
            invited = {one.organisation: one.parts for one in bundle.members if one.status == "invited"}
            report.count("members", len(joined))
            report.equal(where, "whole", bundle.whole, self._whole.get(project))
            report.equal(where, "members", joined, self._parts.get(project))
            report.equal(where, "invited", invited, self._invited.get(project))
            if bundle.parts_left < 0:
                report.find(where, f"{-bundle.parts_left} parts more than its whole")
        for batch_id, shared in self._batches.items():
            self._batch(report, records, batch_id, shared)
        return report

    def _batch(self, report: Report, records: Records, batch_id: str, shared: Shared) -> None:
        where = f"batch {batch_id}"
        batch, project = records.find(BATCH, batch_id), records.find(PROJECT, shared.project)
        if batch is None or project is None:
            report.find(where, "it or its project is not on the ledger")
            return
        report.count("batches")
        members = sorted(shared.parts.items())
        rest = shared.whole - sum(parts for _, parts in members)
        units = split(batch.quantity - batch.buffer, (rest, *(parts for _, parts in members)))
        expected = Counter({self._owner[shared.project]: units[0]})
        for (organisation, _), part in zip(members, units[1:], strict=True):
            expected[organisation] += part
        expected[project.buffer_holder] += batch.buffer
        report.count("shared_kg", sum(units))
        report.equal(where, "units by holder", +shared.units, +expected)
