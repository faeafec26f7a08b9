"""The supply equation of points, for each programme and issue, and the equation of debts.

    issued + imported + converted in + refunded + recognised + unlocked
        = held + redeemed + cancelled + expired + reversed + converted out + locked + repaid
    debts made by reversals = debts outstanding + repaid

`reversed` is what a reversal found and took; what it did not find is debt. Issues of batches are computed from
the transaction, not read from the batch's record.
"""

from collections import Counter, defaultdict

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.days import year_of
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.proofs.effects import Effect, PointsLot
from tanhui.proofs.effects.activities import ActivitiesCredited, ActivitiesRecorded, ActivitiesReversed
from tanhui.proofs.effects.opening import BalancesImported
from tanhui.proofs.effects.points import (
    PointsCancelled,
    PointsConverted,
    PointsExpired,
    PointsIssued,
    PointsRedeemed,
    PointsReversed,
    PointsTransferred,
)
from tanhui.proofs.effects.rewards import EntryRefunded, VoucherRefunded
from tanhui.proofs.effects.transfers import MintRevoked, PointsLocked, PointsMinted, PointsUnlocked

Source = tuple[str, str]
"""Programme and issue id, hex."""

IN = ("issued", "imported", "converted_in", "refunded", "recognised", "unlocked")
OUT = ("redeemed", "cancelled", "expired", "reversed", "converted_out", "locked", "repaid")
_BURNT = {PointsRedeemed: "redeemed", PointsCancelled: "cancelled", PointsExpired: "expired"}

MOVES_POINTS = (
    *_BURNT,
    ActivitiesCredited,
    ActivitiesRecorded,
    ActivitiesReversed,
    BalancesImported,
    EntryRefunded,
    MintRevoked,
    PointsConverted,
    PointsIssued,
    PointsLocked,
    PointsMinted,
    PointsReversed,
    PointsTransferred,
    PointsUnlocked,
    VoucherRefunded,
)
"""Effects that this equation reads: a new kind that moves points must be read here too."""


class PointsSupply(Check):
    """What was issued stands somewhere, to the point."""

    name = "points.supply"

    def __init__(self) -> None:
        self._flows: dict[str, Counter[Source]] = defaultdict(Counter)
        self._debts: Counter[str] = Counter()
        self._batches: dict[tuple[str, str], str] = {}

    def follow(self, transaction: Transaction) -> None:
        """Add what each effect moves."""
        for effect in transaction.effects:
            if isinstance(effect, MOVES_POINTS):
                self._move(effect, transaction)

    def _move(self, effect: Effect, transaction: Transaction) -> None:
        flows = self._flows
        if isinstance(effect, PointsLocked | PointsMinted | PointsUnlocked):
            self._cross(effect)
        elif isinstance(effect, MintRevoked):
            self._add("reversed", effect.programme or "", effect.lots)
            self._debts[effect.programme or ""] += effect.debt or 0
        elif isinstance(effect, PointsIssued):
            self._issue(effect.programme, effect.issue, effect.points, effect.debt_repaid)
        elif isinstance(effect, BalancesImported):
            flows["imported"][effect.programme, effect.issue] += effect.points
            flows["repaid"][effect.programme, effect.issue] += effect.debt_repaid
            self._debts[effect.programme] -= effect.debt_repaid
        elif isinstance(effect, PointsTransferred):
            self._repay_with(effect.programme, effect.lots, effect.debt_repaid)
        elif isinstance(effect, VoucherRefunded | EntryRefunded):
            self._add("refunded", effect.programme, effect.lots)
            self._repay_with(effect.programme, effect.lots, effect.debt_repaid)
        elif isinstance(effect, PointsReversed):
            flows["reversed"][effect.programme, effect.issue] += effect.points - effect.debt
            self._debts[effect.programme] += effect.debt
        elif isinstance(effect, PointsConverted):
            self._add("converted_out", effect.source_programme, effect.lots)
            target = (effect.target_programme, effect.target_issue)
            flows["converted_in"][target] += effect.target_points
            flows["repaid"][target] += effect.debt_repaid or 0
            self._debts[effect.target_programme] -= effect.debt_repaid or 0
        elif isinstance(effect, ActivitiesRecorded):
            source = f"{effect.methodology}@{effect.methodology_version}"
            year = year_of(transaction.day)
            issue = Issue(effect.programme, effect.programme_version, source, year).id.hex()
            self._batches[effect.programme, effect.batch] = issue
            self._issue(effect.programme, issue, effect.points, effect.debt_repaid)
        elif isinstance(effect, ActivitiesCredited):
            self._batches[effect.programme, effect.batch] = effect.issue
            self._issue(effect.programme, effect.issue, effect.points, effect.debt_repaid)
        elif isinstance(effect, ActivitiesReversed):
            programme = str(transaction.field("programme"))
            issue = self._batches.get((programme, effect.batch), "")
            flows["reversed"][programme, issue] += effect.points - effect.debt
            self._debts[programme] += effect.debt
        elif isinstance(effect, PointsRedeemed | PointsCancelled | PointsExpired):
            self._add(_BURNT[type(effect)], effect.programme, effect.lots)

    def _cross(self, effect: PointsLocked | PointsMinted | PointsUnlocked) -> None:
        """What left for another region, came from one, or came back because that one will never mint it."""
        if isinstance(effect, PointsLocked):
            for portion in effect.portions:
                self._flows["locked"][effect.programme, portion.issue] += portion.points
            return
        self._add(
            "recognised" if isinstance(effect, PointsMinted) else "unlocked", effect.programme, effect.lots
        )
        self._repay_with(effect.programme, effect.lots, effect.debt_repaid)

    def _issue(self, programme: str, issue: str, points: int, repaid: int) -> None:
        self._flows["issued"][programme, issue] += points
        self._flows["repaid"][programme, issue] += repaid
        self._debts[programme] -= repaid

    def _add(self, flow: str, programme: str, lots: tuple[PointsLot, ...]) -> None:
        for lot in lots:
            self._flows[flow][programme, lot.issue] += lot.points

    def _repay_with(self, programme: str, lots: tuple[PointsLot, ...], repaid: int) -> None:
        """A receiver's debt is repaid from what expires first among the arriving lots."""
        self._debts[programme] -= repaid
        for lot in sorted(lots, key=lambda one: (one.expires, one.issue)):
            part = min(lot.points, repaid)
            self._flows["repaid"][programme, lot.issue] += part
            repaid -= part

    def judge(self, records: Records) -> Report:
        """Add up what is held and owed, and compare."""
        report = Report(self.name, dict.fromkeys((*IN, "held", *OUT, "debt"), 0))
        held: Counter[Source] = Counter()
        debts: Counter[str] = Counter()
        for (programme, account_id), account in records.all(ACCOUNT):
            if account.debt < 0:
                report.find(f"account {programme}/{account_id}", f"debt {account.debt}")
            debts[programme] += account.debt
            for lot in account.lots:
                held[programme, lot.issue.hex()] += lot.points
        for flow in (*IN, *OUT):
            report.figures[flow] = self._flows[flow].total()
        report.figures |= {"held": held.total(), "debt": debts.total()}
        for source in sorted(set(held).union(*self._flows.values())):
            came = sum(self._flows[flow][source] for flow in IN)
            went = sum(self._flows[flow][source] for flow in OUT)
            report.equal(f"issue {'/'.join(source)}", "held", held[source], came - went)
        for programme in sorted({*debts, *self._debts}):
            report.equal(f"programme {programme}", "debts", debts[programme], self._debts[programme])
        return report
