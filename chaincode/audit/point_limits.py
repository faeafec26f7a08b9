"""Caps and budgets: what accounts earn and send in a day, and what tranches of a year's budget have drawn.

    Σ points issued in a year by versions with a budget = Σ drawn from its tranches; each tranche ≤ its share
    points earned or sent by one account in a day ≤ the cap in force

Rules may be revised within a year: a tranche's bound is the largest of the versions that were in force.
"""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.programme_versions import ProgrammeVersions, rules_of
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, record_struct
from tanhui.chaincode.rules.days import Day, year_of
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.activities.record import ACTIVITY_BATCH, ACTIVITY_RECORDS
from tanhui.chaincode.transactions.programmes.record import BUDGET
from tanhui.proofs.effects.activities import ActivitiesCredited, ActivitiesRecorded, ActivitiesSubmitted
from tanhui.proofs.effects.parts import points_in
from tanhui.proofs.effects.points import PointsIssued, PointsTransferred


@dataclass(frozen=True, slots=True)
class Earned:
    """Points that one transaction issued: to one account, or by a batch to many."""

    programme: str
    version: int
    day: Day
    points: int
    account: str
    """Empty for a batch."""
    batch: str
    """Empty for what a review let stand: its accounts earned it when it was submitted."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Points that one account transferred of its own will."""

    programme: str
    version: int
    day: Day
    points: int
    sender: str


class Counted(NamedTuple):
    """An account's counter: the last day on which it was used, and points on it."""

    day: Day
    points: int


class PointLimits(Check):
    """Days are those of crediting, in UTC+8. Counters of accounts are replayed as the rule keeps them."""

    name = "points.limits"

    def __init__(self) -> None:
        self._versions = ProgrammeVersions()
        self._earned: list[Earned] = []
        self._sent: list[Sent] = []

    def follow(self, transaction: Transaction) -> None:
        """Note what was issued and sent."""
        self._versions.follow(transaction)
        day = transaction.day
        for one in transaction.effects:
            if isinstance(one, PointsIssued):
                version = one.programme_version
                self._earned.append(Earned(one.programme, version, day, one.points, one.account, ""))
            elif isinstance(one, ActivitiesRecorded):
                version = one.programme_version
                self._earned.append(Earned(one.programme, version, day, one.points, "", one.batch))
            elif isinstance(one, ActivitiesSubmitted):
                # Counts towards the day's cap now, and is drawn from the budget when it is credited.
                self._earned.append(Earned(one.programme, one.programme_version, day, 0, "", one.batch))
            elif isinstance(one, ActivitiesCredited):
                self._earned.append(Earned(one.programme, one.programme_version, day, one.points, "", ""))
            elif isinstance(one, PointsTransferred) and one.order is None:
                version = self._versions.at(one.programme, self._versions.position)
                self._sent.append(Sent(one.programme, version, day, points_in(one.lots), one.sender))

    def judge(self, records: Records) -> Report:
        """Compare with budgets, caps and the counters in accounts."""
        report = Report(self.name, {"drawn": 0, "tranches": 0, "awards_and_batches": 0, "transfers": 0})
        report.figures |= {"awards_and_batches": len(self._earned), "transfers": len(self._sent)}
        self._budgets(report, records)
        earned: dict[tuple[str, str], Counted] = {}
        sent: dict[tuple[str, str], Counted] = {}
        for one in self._earned:
            rules = rules_of(records, one.programme, one.version)
            cap = 0 if rules is None else rules.cap_per_day
            for account, points in _shares(records, one).items():
                _count(report, earned, (one.programme, account), Counted(one.day, points), cap)
        for moved in self._sent:
            rules = rules_of(records, moved.programme, moved.version)
            cap = 0 if rules is None else rules.transfer.cap_per_day
            _count(report, sent, (moved.programme, moved.sender), Counted(moved.day, moved.points), cap)
        for (programme, account_id), held in records.all(ACCOUNT):
            where = f"account {programme}/{account_id}"
            for what, day, stated, counters in (
                ("earned", held.earned_day, held.earned, earned),
                ("sent", held.sent_day, held.sent, sent),
            ):
                counted = counters.get((programme, account_id), Counted(Day(0), 0))
                report.equal(where, what, (day, stated), (counted.day, counted.points))
        return report

    def _budgets(self, report: Report, records: Records) -> None:
        issued: Counter[tuple[str, str]] = Counter()
        for one in self._earned:
            rules = rules_of(records, one.programme, one.version)
            if rules is not None and rules.budget.points:
                issued[one.programme, str(year_of(one.day))] += one.points
        drawn: Counter[tuple[str, str]] = Counter()
        for (programme, year, tranche), budget in records.all(BUDGET):
            report.count("tranches")
            report.count("drawn", budget.used)
            drawn[programme, year] += budget.used
            found = [rules_of(records, programme, one) for one in self._versions.ever(programme)]
            shares = [
                one.budget.share(int(tranche))
                for one in found
                if one is not None and one.budget.points and int(tranche) < one.budget.tranches
            ]
            if budget.used > max(shares, default=0):
                where = f"budget {programme}/{year}/{tranche}"
                report.find(where, f"drew {budget.used} of {max(shares, default=0)}")
        for programme, year in sorted({*issued, *drawn}):
            where = f"budget {programme}/{year}"
            report.equal(where, "drawn", drawn[programme, year], issued[programme, year])


def _count(
    report: Report,
    counters: dict[tuple[str, str], Counted],
    account: tuple[str, str],
    added: Counted,
    cap: int,
) -> None:
    """Add to an account's counter, which begins anew with another day; what is added keeps within the cap."""
    before = counters.get(account)
    counted = added.points + (before.points if before is not None and before.day == added.day else 0)
    counters[account] = Counted(added.day, counted)
    if cap and added.points and counted > cap:
        report.find(f"account {'/'.join(account)}", f"{counted} points on day {added.day}, cap {cap}")


def _shares(records: Records, earned: Earned) -> Counter[str]:
    """Points by account."""
    if earned.account:
        return Counter({earned.account: earned.points})
    shares: Counter[str] = Counter()
    if not earned.batch:
        return shares
    batch = records.find(ACTIVITY_BATCH, earned.programme, earned.batch)
    blob = records.find(ACTIVITY_RECORDS, earned.programme, earned.batch)
    if batch is not None and blob is not None:
        for account, *_, result, points, _, _ in record_struct(batch.inputs).iter_unpack(blob):
            if result < FIRST_REJECTION:
                shares[account.hex()] += points
    return shares
