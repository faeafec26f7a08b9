"""The step after a notice came after it: what was on notice was shown to its end, and every comment answered.

day of the step > the notice's last day, for each kind that the rules of that day put on notice
"""

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.transactions.notices.record import NOTICE, NOTICE_COMMENT
from tanhui.proofs.effects.governance import MethodologyStatusChanged
from tanhui.proofs.effects.notices import NoticeCommented, NoticePublished, NoticeRulesSet
from tanhui.proofs.effects.projects import MonitoringPeriodChanged, ProjectStatusChanged

Subject = tuple[str, str]
"""Kind and subject."""


class NoticesKept(Check):
    """Replays rules, notices, comments and the steps that wait for them."""

    name = "notices.kept"

    def __init__(self) -> None:
        self._report = Report(self.name, {"published": 0, "comments": 0, "steps": 0})
        self._days: dict[str, int] = {}
        self._ends: dict[Subject, str] = {}
        self._open: dict[Subject, set[tuple[str, int]]] = {}
        self._suspended: set[str] = set()

    def follow(self, transaction: Transaction) -> None:
        """Judge each step by the rules and notices that stood then."""
        for effect in transaction.effects:
            if isinstance(effect, NoticeRulesSet):
                self._days = {
                    "methodology": effect.methodology_days,
                    "project": effect.project_days,
                    "issuance": effect.issuance_days,
                }
            elif isinstance(effect, NoticePublished):
                self._report.count("published")
                self._ends[effect.subject_kind, effect.subject] = effect.ends
            elif isinstance(effect, NoticeCommented):
                self._comment(effect)
            else:
                self._step(transaction, effect)

    def _comment(self, effect: NoticeCommented) -> None:
        waiting = self._open.setdefault((effect.subject_kind, effect.subject), set())
        if effect.step == "commented":
            self._report.count("comments")
            waiting.add((effect.organisation, effect.number))
        else:
            waiting.discard((effect.organisation, effect.number))

    def _step(self, transaction: Transaction, effect: object) -> None:
        subject: Subject | None = None
        if isinstance(effect, ProjectStatusChanged):
            if effect.status == "registered" and effect.project not in self._suspended:
                subject = ("project", effect.project)
            if effect.status == "suspended":
                self._suspended.add(effect.project)
        elif isinstance(effect, MonitoringPeriodChanged) and effect.status == "issued":
            subject = ("issuance", f"{effect.project}@{int(effect.period)}")
        elif isinstance(effect, MethodologyStatusChanged):
            name = f"{effect.methodology}@{effect.version}"
            if effect.status == "filed" and name not in self._suspended:
                subject = ("methodology", name)
            if effect.status == "suspended":
                self._suspended.add(name)
        if subject is not None and self._days.get(subject[0]):
            self._judge(f"transaction {transaction.id}", transaction.day, subject)

    def _judge(self, where: str, day: Day, subject: Subject) -> None:
        self._report.count("steps")
        ends, name = self._ends.get(subject), "/".join(subject)
        if ends is None or day_text(day) <= ends:
            self._report.find(where, f"{name} went on before its notice was over: {ends}")
        if self._open.get(subject):
            self._report.find(where, f"{name} went on with {len(self._open[subject])} comments unanswered")

    def judge(self, records: Records) -> Report:
        """Compare notices and comments with what was told of them."""
        report = Report(
            self.name, dict(self._report.figures), list(self._report.findings), self._report.broken
        )
        stand = {(kind, subject): day_text(Day(one.ends)) for (kind, subject), one in records.all(NOTICE)}
        report.equal("notices", "last days", stand, self._ends)
        for ids, comment in records.all(NOTICE_COMMENT):
            waits = (comment.organisation, comment.number) in self._open.get((ids[0], ids[1]), set())
            report.equal(f"comment {'/'.join(ids)}", "waits for its answer", not comment.answer, waits)
        return report
