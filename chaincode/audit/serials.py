"""The serial interval ledger: every serial of a batch once, with the holder and state that its history gives.

    issued = active + retired + cancelled + exported, by ranges and not by counts alone

Holders and states are replayed from the effects, serial by serial, and compared with the ranges that stand.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Final, NamedTuple

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.intervals import Intervals
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.recognition.terms import MIRROR_PREFIX, exported_holder
from tanhui.chaincode.rules.serials import (
    SERIAL_MAX,
    BrokenLedger,
    HoldKind,
    Range,
    RangeState,
    check_complete,
)
from tanhui.chaincode.transactions.credits.record import BATCH, HOLDING, OFFER, RANGE, serial_key
from tanhui.chaincode.transactions.market.record import TRADE
from tanhui.chaincode.transactions.market.trades import hold_of
from tanhui.chaincode.transactions.recognition.record import MIRROR
from tanhui.chaincode.transactions.retirements.record import RETIREMENT
from tanhui.proofs.effects import SerialRange
from tanhui.proofs.effects.credits import CreditsCancelled, CreditsIssued, CreditsTransferred
from tanhui.proofs.effects.opening import BatchImported
from tanhui.proofs.effects.recalls import RecallReplaced
from tanhui.proofs.effects.retirements import CreditsRetired
from tanhui.proofs.effects.transfers import CreditsFinalised, CreditsMinted


class Whose(NamedTuple):
    """Who holds serials, and what has become of them."""

    holder: str
    state: str


UNISSUED: Final = Whose("", "unissued")


class Serials(Check):
    """Completeness, disjointness, holders, states and offers."""

    name = "credits.serials"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._history: dict[str, Intervals[Whose]] = {}
        self._retired: Counter[str] = Counter()
        self._retired_before = 0
        self._replaced = 0

    def follow(self, transaction: Transaction) -> None:
        """Replay who holds what."""
        for effect in transaction.effects:
            where = f"transaction {transaction.id}"
            active = RangeState.ACTIVE.value
            if isinstance(effect, CreditsIssued):
                self._move(where, effect.ranges, UNISSUED, Whose(effect.holder, active))
            elif isinstance(effect, BatchImported):
                self._imported(where, effect)
            elif isinstance(effect, CreditsTransferred):
                self._move(where, effect.ranges, Whose(effect.sender, active), Whose(effect.receiver, active))
            elif isinstance(effect, CreditsCancelled | CreditsRetired | RecallReplaced):
                self._end(where, effect)
            elif isinstance(effect, CreditsFinalised):
                gone = Whose(exported_holder(effect.agreement), RangeState.EXPORTED.value)
                self._move(where, effect.ranges, Whose(effect.holder, active), gone)
            elif isinstance(effect, CreditsMinted):
                self._mint(where, effect)

    def _mint(self, where: str, effect: CreditsMinted) -> None:
        """Mirrors begin; what comes home was exported under the same agreement."""
        gone = Whose(exported_holder(effect.agreement), RangeState.EXPORTED.value)
        for one in effect.ranges:
            before = UNISSUED if one.batch.startswith(MIRROR_PREFIX) else gone
            self._move(where, (one,), before, Whose(effect.holder, RangeState.ACTIVE.value))

    def _imported(self, where: str, effect: BatchImported) -> None:
        """A former registry's batch comes with what had ended there; it has no retirement here."""
        for one in effect.ranges:
            self._move(where, (one.range,), UNISSUED, Whose(one.holder, one.state))
            self._retired_before += one.range.quantity_kg if one.state == "retired" else 0

    def _end(self, where: str, effect: CreditsCancelled | CreditsRetired | RecallReplaced) -> None:
        state = RangeState.CANCELLED if isinstance(effect, CreditsCancelled) else RangeState.RETIRED
        before = Whose(effect.holder, RangeState.ACTIVE.value)
        self._move(where, effect.ranges, before, Whose(effect.holder, state.value))
        if isinstance(effect, CreditsRetired):
            self._retired[effect.retirement] += effect.quantity_kg
        elif isinstance(effect, RecallReplaced):
            self._replaced += effect.quantity_kg

    def _move(self, where: str, ranges: tuple[SerialRange, ...], before: Whose, after: Whose) -> None:
        for one in ranges:
            history = self._history.setdefault(one.batch, Intervals(SERIAL_MAX, UNISSUED))
            found = history.assign(one.first, one.last, after)
            if found != {before}:
                shown = f"{one.batch}:{one.first}-{one.last}"
                self._report.find(where, f"{shown} became {after}, but stood as {found}, not {before}")

    def judge(self, records: Records) -> Report:
        """Compare every range, holding, offer and retirement with the history."""
        report = Report(self.name, {"batches": 0, "mirrors": 0, "ranges": 0, "issued_kg": 0})
        report.findings, report.broken = list(self._report.findings), self._report.broken
        report.figures |= {f"{state.value}_kg": 0 for state in RangeState}
        holdings = {ids for ids, _ in records.all(HOLDING)}
        offered: Counter[str] = Counter()
        retired = 0
        batches = set()
        for (batch_id,), batch in records.all(BATCH):
            batches.add(batch_id)
            report.count("batches")
            report.count("issued_kg", batch.quantity)
            ranges = []
            for ids, one in records.all(RANGE, batch_id):
                report.equal(f"range {one.name}", "key", ids, (one.batch, serial_key(one.first)))
                ranges.append(one)
            self._batch(report, batch_id, batch.quantity, ranges)
            retired += self._states(report, ranges, holdings, offered)
        for (batch_id,), _ in records.all(MIRROR):
            batches.add(batch_id)
            report.count("mirrors")
            ranges = [one for _, one in records.all(RANGE, batch_id)]
            self._compare(report, batch_id, ranges)
            retired += self._states(report, ranges, holdings, offered)
        for batch_id in sorted(set(self._history) - batches):
            report.find(f"batch {batch_id}", "issued, and not on the ledger")
        for left in sorted(holdings):
            report.find(f"holding {'/'.join(left)}", "no range of that holder begins there")
        self._offers(report, records, offered)
        self._retirements(report, records, retired)
        return report

    def _states(
        self,
        report: Report,
        ranges: list[Range],
        holdings: set[tuple[str, ...]],
        offered: Counter[str],
    ) -> int:
        """Count states, cross out holdings, add up offers; returns the kilograms retired."""
        retired = 0
        for one in ranges:
            report.count(f"{one.state.value}_kg", one.quantity)
            retired += one.quantity if one.state is RangeState.RETIRED else 0
            held = (one.holder, one.batch, serial_key(one.first))
            if held not in holdings:
                report.find(f"range {one.name}", f"{one.holder} has no holding of it")
            holdings.discard(held)
            for hold in one.holds:
                if hold.kind is HoldKind.OFFER:
                    offered[hold.reference] += one.quantity
            if one.holds and one.state is not RangeState.ACTIVE:
                report.find(f"range {one.name}", f"{one.state.value}, and held")
        return retired

    def _batch(self, report: Report, batch: str, quantity: int, ranges: list[Range]) -> None:
        report.count("ranges", len(ranges))
        try:
            check_complete(ranges, batch, quantity)
        except BrokenLedger as broken:
            report.find(f"batch {batch}", str(broken))
            return
        self._compare(report, batch, ranges)

    def _compare(self, report: Report, batch: str, ranges: list[Range]) -> None:
        """Ranges against history; a mirror's serials have gaps, so disjointness is judged here for it."""
        for left, right in pairwise(sorted(ranges, key=lambda one: one.first)):
            if right.first <= left.last:
                report.find(f"batch {batch}", f"{left.name} overlaps {right.name}")
                return
        stands: Intervals[Whose] = Intervals(SERIAL_MAX, UNISSUED)
        for one in ranges:
            stands.assign(one.first, one.last, Whose(one.holder, one.state.value))
        history = self._history.get(batch, Intervals(SERIAL_MAX, UNISSUED))
        for found, expected in zip(stands.merged(), history.merged(), strict=False):
            if found != expected:
                report.equal(f"batch {batch}", "serials", found, expected)
                return

    def _offers(self, report: Report, records: Records, offered: Counter[str]) -> None:
        waiting: dict[str, int] = defaultdict(int)
        for (offer_id,), offer in records.all(OFFER):
            where = f"offer {offer_id}"
            report.equal(where, "spans", sum(one.last - one.first + 1 for one in offer.spans), offer.quantity)
            if offer.status == "offered":
                waiting[offer_id] = offer.quantity
        for (trade_id,), trade in records.all(TRADE):
            where = f"trade {trade_id}"
            report.equal(where, "spans", sum(one.last - one.first + 1 for one in trade.spans), trade.quantity)
            if trade.status in ("proposed", "agreed"):
                waiting[hold_of(trade_id).reference] = trade.quantity
        for offer_id in sorted({*waiting, *offered}):
            report.equal(f"offer {offer_id}", "held for it", offered[offer_id], waiting[offer_id])

    def _retirements(self, report: Report, records: Records, retired: int) -> None:
        total = 0
        for (retirement_id,), one in records.all(RETIREMENT):
            where = f"retirement {retirement_id}"
            report.equal(where, "quantity", self._retired[retirement_id], one.quantity)
            report.equal(where, "spans", sum(span.last - span.first + 1 for span in one.spans), one.quantity)
            total += one.quantity
        report.equal("retirements", "kilograms", total + self._replaced + self._retired_before, retired)
