"""Mutual recognition, as far as one chain shows it: for each agreement, methodology and vintage.

    locked in all = locked + burned + unlocked          (what left, in source units)
    minted = what the nullifiers say, once each; a transfer is minted or aborted, never both

and the caps: every counter is what the transfers give, and none exceeds its limit. Exported serials are those
finalised less those come home, and no origin serial stands active in two mirrors. That locked + burned over there
is minted + in flight here takes both chains: `tanhui reconcile`.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Final, NamedTuple

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.days import day_of
from tanhui.chaincode.rules.recognition.caps import counters
from tanhui.chaincode.rules.recognition.terms import Terms
from tanhui.chaincode.rules.serials import HoldKind, RangeState
from tanhui.chaincode.transactions.credits.record import RANGE
from tanhui.chaincode.transactions.recognition.halves import IncomingTransfer, OutgoingTransfer
from tanhui.chaincode.transactions.recognition.record import (
    AGREEMENT,
    AGREEMENT_TERMS,
    MIRROR,
    RECOGNITION_COUNTER,
    TRANSFER_IN,
    TRANSFER_OPEN,
    TRANSFER_OUT,
)
from tanhui.proofs.effects import Effect
from tanhui.proofs.effects.transfers import (
    CreditsFinalised,
    CreditsLocked,
    CreditsMinted,
    CreditsUnlocked,
    MintRevoked,
    PointsFinalised,
    PointsLocked,
    PointsMinted,
    PointsUnlocked,
    TransferAborted,
)

_FOLLOWS: Final[dict[type[Effect], tuple[str, str]]] = {
    PointsLocked: ("out", "locked"),
    CreditsLocked: ("out", "locked"),
    PointsFinalised: ("out", "finalised"),
    CreditsFinalised: ("out", "finalised"),
    PointsUnlocked: ("out", "unlocked"),
    CreditsUnlocked: ("out", "unlocked"),
    PointsMinted: ("in", "minted"),
    CreditsMinted: ("in", "minted"),
    TransferAborted: ("in", "aborted"),
    MintRevoked: ("in", "revoked"),
}
_BEFORE: Final = {
    "locked": "",
    "finalised": "locked",
    "unlocked": "locked",
    "minted": "",
    "aborted": "",
    "revoked": "minted",
}


class _Kind(NamedTuple):
    """Of which agreement, which way, which methodology and vintage."""

    agreement: str
    way: str
    source: str
    vintage: int


class Recognition(Check):
    """Transfers, caps, exports and mirrors of one chain."""

    name = "recognition.transfers"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._states: dict[tuple[str, str, str], tuple[str, int]] = {}

    def follow(self, transaction: Transaction) -> None:
        """Replay what became of each transfer."""
        for effect in transaction.effects:
            way, state = _FOLLOWS.get(type(effect), ("", ""))
            if not way:
                continue
            key = (way, effect.agreement, effect.transfer)  # type: ignore[attr-defined]  # all of them have both
            quantity = getattr(effect, "quantity", 0)
            before, locked = self._states.get(key, ("", quantity))
            where = f"transaction {transaction.id}"
            if before != _BEFORE[state]:
                self._report.find(where, f"{'/'.join(key)} became {state}, but was {before or 'unknown'}")
            self._report.equal(where, f"quantity of {'/'.join(key)}", quantity, locked)
            self._states[key] = ("aborted", 0) if state == "revoked" else (state, quantity)

    def judge(self, records: Records) -> Report:
        """Compare transfers, counters, ranges and mirrors with the history."""
        report = Report(self.name, dict.fromkeys(("agreements", "locked", "burned", "unlocked", "minted"), 0))
        report.findings, report.broken = list(self._report.findings), self._report.broken
        terms = {ids: found.terms for ids, found in records.all(AGREEMENT_TERMS)}
        outgoing = dict(records.all(TRANSFER_OUT))
        incoming = dict(records.all(TRANSFER_IN))
        self._transfers(report, outgoing, incoming)
        self._open(report, records, outgoing)
        self._counters(report, records, terms, outgoing, incoming)
        self._ratios(report, records, terms, [*outgoing.values(), *incoming.values()])
        self._ranges(report, records, outgoing, incoming)
        self._mirrors(report, records)
        report.count("agreements", sum(1 for _ in records.all(AGREEMENT)))
        return report

    def _transfers(
        self,
        report: Report,
        outgoing: dict[tuple[str, ...], OutgoingTransfer],
        incoming: dict[tuple[str, ...], IncomingTransfer],
    ) -> None:
        names = {"locked": "locked", "finalised": "burned", "unlocked": "unlocked", "minted": "minted"}
        stands: dict[tuple[str, str, str], tuple[str, int]] = {}
        sums: defaultdict[_Kind, Counter[str]] = defaultdict(Counter)
        for way, found in (("out", outgoing), ("in", incoming)):
            for (agreement, transfer), one in found.items():
                quantity = int(one.quantity) if one.status != "aborted" else 0
                stands[way, agreement, transfer] = (one.status, quantity)
                for source, vintage, part in parts_of(one):
                    if one.status in names:
                        report.count(names[one.status], part)
                    sums[_Kind(agreement, way, source, vintage)][one.status] += part
                whole = sum(part for _, _, part in parts_of(one))
                if one.status != "aborted":
                    report.equal(f"transfer {agreement}/{transfer}", "parts", whole, quantity)
        for key in sorted({*stands, *self._states}):
            report.equal(f"transfer {'/'.join(key)}", "state", stands.get(key), self._states.get(key))
        for kind, by in sums.items():
            if any(value < 0 for value in by.values()):
                report.find(f"{kind.agreement} {kind.source} {kind.vintage}", f"negative: {dict(by)}")

    def _open(
        self, report: Report, records: Records, outgoing: dict[tuple[str, ...], OutgoingTransfer]
    ) -> None:
        waiting = {ids for ids, one in outgoing.items() if one.status == "locked"}
        listed = {ids for ids, _ in records.all(TRANSFER_OPEN)}
        for ids in sorted(waiting ^ listed):
            report.find(f"transfer {'/'.join(ids)}", "waits and is not in the queue, or the other way round")

    def _counters(
        self,
        report: Report,
        records: Records,
        terms: dict[tuple[str, ...], Terms],
        outgoing: dict[tuple[str, ...], OutgoingTransfer],
        incoming: dict[tuple[str, ...], IncomingTransfer],
    ) -> None:
        own = {ids[0]: found.own for ids, found in records.all(AGREEMENT)}
        used: Counter[tuple[str, ...]] = Counter()
        limits: dict[tuple[str, ...], int] = {}
        counted: list[tuple[OutgoingTransfer | IncomingTransfer, int, int]] = [
            (one, own[one.agreement], one.seconds) for one in outgoing.values() if one.status != "unlocked"
        ]
        counted += [
            (one, 1 - own[one.agreement], one.locked_seconds)
            for one in incoming.values()
            if one.status == "minted"
        ]
        for one, source, seconds in counted:
            agreed = terms.get((one.agreement, one.terms))
            if agreed is None:
                report.find(f"transfer {one.agreement}/{one.id}", f"no terms {one.terms}")
                continue
            if not one.counted:
                continue
            for counter in counters(agreed.caps, one.shard, one.person, day_of(seconds)):
                key = (one.agreement, str(source), counter.scope)
                used[key] += one.counted
                limits[key] = max(limits.get(key, 0), counter.limit)
        stands = {ids: int(found.used) for ids, found in records.all(RECOGNITION_COUNTER)}
        for ids in sorted({*stands, *used}):
            where = f"cap {'/'.join(ids)}"
            report.equal(where, "used", stands.get(ids, 0), used[ids])
            if used[ids] > limits.get(ids, 0):
                report.find(where, f"{used[ids]} exceeds {limits.get(ids, 0)}")

    def _ratios(
        self,
        report: Report,
        records: Records,
        terms: dict[tuple[str, ...], Terms],
        transfers: list[OutgoingTransfer | IncomingTransfer],
    ) -> None:
        """Target units × denominator = source units × numerator, to the unit."""
        own = {ids[0]: found.own for ids, found in records.all(AGREEMENT)}
        for one in transfers:
            agreed = terms.get((one.agreement, one.terms))
            if agreed is None or one.status == "aborted":
                continue
            left = own[one.agreement] if isinstance(one, OutgoingTransfer) else 1 - own[one.agreement]
            numerator, denominator = agreed.ratio_from(left)
            where = f"transfer {one.agreement}/{one.id}"
            found, wanted = one.target_quantity * denominator, one.quantity * numerator
            report.equal(where, "target units × denominator", found, wanted)

    def _ranges(
        self,
        report: Report,
        records: Records,
        outgoing: dict[tuple[str, ...], OutgoingTransfer],
        incoming: dict[tuple[str, ...], IncomingTransfer],
    ) -> None:
        """Locks and exports, kilogram for kilogram."""
        locked: Counter[str] = Counter()
        exported: Counter[str] = Counter()
        for _, one in records.all(RANGE):
            for hold in one.holds:
                if hold.kind is HoldKind.LOCK:
                    locked[hold.reference] += one.quantity
            if one.state is RangeState.EXPORTED:
                exported[one.holder] += one.quantity
        wanted: Counter[str] = Counter()
        left: Counter[str] = Counter()
        for transfer in outgoing.values():
            if transfer.lane == "credits" and transfer.status == "locked":
                wanted[f"{transfer.agreement}:{transfer.id}"] = int(transfer.quantity)
            if transfer.lane == "credits" and transfer.status == "finalised":
                left[f"recognition:{transfer.agreement}"] += int(transfer.quantity)
        for arrived in incoming.values():
            for parcel in arrived.parcels:
                if parcel.batch == parcel.origin_batch:
                    left[f"recognition:{arrived.agreement}"] -= parcel.last - parcel.first + 1
        for name in sorted({*locked, *wanted}):
            report.equal(f"lock {name}", "kilograms held", locked[name], wanted[name])
        for name in sorted({*exported, *left}):
            report.equal(f"exports of {name}", "kilograms", exported[name], left[name])

    def _mirrors(self, report: Report, records: Records) -> None:
        """No serial of another region counts here twice at a time."""
        spans: defaultdict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
        for (batch,), mirror in records.all(MIRROR):
            for _, one in records.all(RANGE, batch):
                if one.state is not RangeState.EXPORTED:
                    spans[mirror.origin, mirror.batch].append((one.first, one.last, one.name))
        for (_, batch), found in spans.items():
            found.sort()
            for left, right in pairwise(found):
                if right[0] <= left[1]:
                    report.find(f"origin {batch}", f"{left[2]} and {right[2]} hold the same serials")


def parts_of(transfer: OutgoingTransfer | IncomingTransfer) -> list[tuple[str, int, int]]:
    """(methodology or scene, vintage, source units) of what a transfer moves."""
    if transfer.portions:
        return [(one.source, one.vintage, int(one.points)) for one in transfer.portions]
    return [(one.methodology, one.vintage, one.last - one.first + 1) for one in transfer.parcels]
