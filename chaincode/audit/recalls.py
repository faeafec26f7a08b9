"""Recalls: what is marked lies in its scope, what is active of it stands still, and nothing is replaced twice.

marked = active under the recall's hold + retired + cancelled + exported with its mark ≤ scope
due under a retirement = its ranges with the mark; replaced = what was retired under it besides
due to a holder = what the recall cancelled of its units; compensated ≤ due
"""

from collections import Counter, defaultdict

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.recalls import hold_of, says
from tanhui.chaincode.rules.serials import HoldKind, Range, RangeState
from tanhui.chaincode.transactions.credits.record import RANGE
from tanhui.chaincode.transactions.recalls.record import RECALL, RECALL_DUE, Recall
from tanhui.chaincode.transactions.retirements.record import RETIREMENT
from tanhui.proofs.effects.credits import CreditsCancelled
from tanhui.proofs.effects.recalls import RecallCompensated, RecallReplaced

Due = tuple[str, str, str]
"""Recall, holder, and the retirement, empty for units."""


class Recalls(Check):
    """Recalls, their marks and their dues."""

    name = "credits.recalls"

    def __init__(self) -> None:
        self._cancelled: Counter[Due] = Counter()
        self._replaced: Counter[tuple[str, str]] = Counter()
        self._compensated: Counter[Due] = Counter()

    def follow(self, transaction: Transaction) -> None:
        """Add up what was cancelled, replaced and made good."""
        for effect in transaction.effects:
            if isinstance(effect, CreditsCancelled) and transaction.function == "recalls:Cancel":
                self._cancelled[str(transaction.field("recall")), effect.holder, ""] += effect.quantity_kg
            elif isinstance(effect, RecallReplaced):
                self._replaced[effect.recall, effect.retirement] += effect.quantity_kg
            elif isinstance(effect, RecallCompensated):
                self._compensated[effect.recall, effect.holder, ""] += effect.quantity_kg

    def judge(self, records: Records) -> Report:
        """Compare recalls, ranges, dues and retirements."""
        report = Report(self.name, {"marked_kg": 0, "due_kg": 0, "replaced_kg": 0})
        recalls = {ids[0]: one for ids, one in records.all(RECALL)}
        marked: Counter[str] = Counter()
        held: Counter[str] = Counter()
        due = Counter(self._cancelled)
        retired: Counter[str] = Counter()
        for _, one in records.all(RANGE):
            if one.retirement and one.state is not RangeState.RETIRED:
                report.find(f"range {one.name}", f"{one.state.value}, under retirement {one.retirement}")
            retired[one.retirement] += one.quantity
            if one.recall:
                marked[one.recall] += one.quantity
                held[one.recall] += one.quantity if one.state is RangeState.ACTIVE else 0
                if one.retirement:
                    due[one.recall, one.holder, one.retirement] += one.quantity
            self._range(report, one, recalls.get(one.recall))
        for recall_id, recall in recalls.items():
            where = f"recall {recall_id}"
            report.count("marked_kg", recall.marked)
            report.equal(where, "marked", recall.marked, marked[recall_id])
            report.equal(where, "held", recall.held, held[recall_id])
            report.equal(where, "scope", sum(one.quantity for one in recall.scope), recall.quantity)
        replaced = self._dues(report, records, due)
        for (retirement_id,), retirement in records.all(RETIREMENT):
            expected = retirement.quantity + replaced[retirement_id]
            report.equal(f"retirement {retirement_id}", "retired under it", retired[retirement_id], expected)
        return report

    def _range(self, report: Report, one: Range, recall: Recall | None) -> None:
        where = f"range {one.name}"
        holds = {hold for hold in one.holds if hold.kind is HoldKind.RECALL}
        if not one.recall:
            report.equal(where, "recall holds", holds, set())
            return
        if recall is None or recall.batch != one.batch:
            report.find(where, f"marked by {one.recall}, which is no recall of its batch")
            return
        if not any(part.first <= one.first and one.last <= part.last for part in recall.scope):
            report.find(where, f"marked by {one.recall}, and not in its scope")
        wanted = {hold_of(one.recall)} if one.state is RangeState.ACTIVE else set()
        report.equal(where, "recall holds", holds, wanted)

    def _dues(self, report: Report, records: Records, due: Counter[Due]) -> dict[str, int]:
        """Compare every due with what was taken and given; returns what was replaced, by retirement."""
        replaced: dict[str, int] = defaultdict(int)
        left = Counter({key: quantity for key, quantity in due.items() if quantity})
        for _, one in records.all(RECALL_DUE):
            key = (one.recall, one.holder, one.retirement)
            where = f"recall {one.recall} of {one.holder}/{one.retirement or '-'}"
            report.equal(where, "due", one.recalled, left.pop(key, 0))
            given = self._replaced[one.recall, one.retirement] if one.retirement else self._compensated[key]
            report.equal(where, "replaced", one.replaced, given)
            if one.replaced > one.recalled:
                report.find(where, f"{one.replaced} kg replaced, more than the {one.recalled} recalled")
            if one.retirement:
                spans = sum(span.last - span.first + 1 for span in one.replacement)
                report.equal(where, "replacement", spans, one.replaced)
                replaced[one.retirement] += one.replaced
            report.count("due_kg", one.recalled)
            report.count("replaced_kg", one.replaced)
            if says(one.recalled, one.replaced) == "valid":
                report.find(where, "nothing is due")
        for key, quantity in left.items():
            report.find("/".join(key), f"{quantity} kg were taken, and nothing is due")
        return replaced
