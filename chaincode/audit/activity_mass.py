"""Activity batches computed again from their own records: grams, points, remainders, slots and roots.

    Σ grams of credited records = the batch's grams      grams = formula(recorded inputs)
    grams × numerator + remainder before = points × denominator + remainder after, account by account
    one account, exclusion group and slot: one credited record, over all batches

So no gram is credited that the inputs do not give, none is rounded away, and none twice.
"""

from dataclasses import dataclass, field

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.programme_versions import ProgrammeVersions
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, Result, record_struct
from tanhui.chaincode.rules.claims import Claims
from tanhui.chaincode.rules.crediting import POINTS_RECORD_MAX
from tanhui.chaincode.rules.days import Day, year_of
from tanhui.chaincode.rules.formula import Formula
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.programmes import SceneRule
from tanhui.chaincode.rules.slots import Crediting, SlotClock
from tanhui.chaincode.transactions.accounts.record import ACCOUNT
from tanhui.chaincode.transactions.activities.record import ACTIVITY_BATCH, ACTIVITY_RECORDS, ActivityBatch
from tanhui.chaincode.transactions.methodologies.record import FORMULA, METHODOLOGY_VERSION, version_key
from tanhui.proofs import merkle
from tanhui.proofs.effects.activities import (
    ActivitiesCredited,
    ActivitiesRecorded,
    ActivitiesReversed,
    ActivitiesSubmitted,
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A batch as its transaction told it."""

    position: int
    effect: ActivitiesRecorded | ActivitiesSubmitted
    day: Day


@dataclass(slots=True)
class Reversed:
    """What was countered of a batch."""

    count: int = 0
    points: int = 0
    grams: int = 0


@dataclass(slots=True)
class Told:
    """What later transactions told of a batch: what they credited after a review, and what they countered."""

    credited_grams: int = 0
    credited_points: int = 0
    reversed: Reversed = field(default_factory=Reversed)


@dataclass(slots=True)
class Sums:
    """What the records of a batch add up to."""

    grams: int = 0
    points: int = 0
    rejected: int = 0
    reversed_grams: int = 0
    reversed_points: int = 0
    refused_grams: int = 0
    refused_points: int = 0


class ActivityMass(Check):
    """Every batch, in the order in which it was recorded."""

    name = "activities.mass_balance"

    def __init__(self) -> None:
        self._versions = ProgrammeVersions()
        self._recorded: list[Recorded] = []
        self._told: dict[tuple[str, str], Told] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note batches and reversals."""
        self._versions.follow(transaction)
        for effect in transaction.effects:
            if isinstance(effect, ActivitiesRecorded | ActivitiesSubmitted):
                self._recorded.append(Recorded(self._versions.position, effect, transaction.day))
            elif isinstance(effect, ActivitiesReversed):
                key = (str(transaction.field("programme")), effect.batch)
                done = self._told.setdefault(key, Told()).reversed
                done.count += effect.count
                done.points += effect.points
                done.grams += effect.reduction_g
            elif isinstance(effect, ActivitiesCredited):
                told = self._told.setdefault((effect.programme, effect.batch), Told())
                told.credited_grams += effect.reduction_g
                told.credited_points += effect.points

    def judge(self, records: Records) -> Report:
        """Execute every batch again."""
        report = Report(self.name, {"batches": 0, "records": 0, "rejected": 0, "grams": 0, "points": 0})
        replay = _Replay(report, records, self._versions)
        for recorded in self._recorded:
            replay.batch(recorded, self._told.get((recorded.effect.programme, recorded.effect.batch), Told()))
        replay.remainders()
        on_ledger = sum(1 for _ in records.all(ACTIVITY_BATCH))
        report.equal("activity batches", "on the ledger", on_ledger, len(self._recorded))
        return report


class _Replay:
    """One execution of everything again."""

    def __init__(self, report: Report, records: Records, versions: ProgrammeVersions) -> None:
        self._report = report
        self._records = records
        self._versions = versions
        self._fractions: dict[tuple[str, bytes], dict[int, int]] = {}
        self._slots: set[tuple[str, bytes, bytes]] = set()

    def batch(self, recorded: Recorded, told: Told) -> None:
        """Read one batch's records and compare every figure that was stated of it."""
        effect, report = recorded.effect, self._report
        where = f"activity batch {effect.programme}/{effect.batch}"
        report.count("batches")
        batch = self._records.find(ACTIVITY_BATCH, effect.programme, effect.batch)
        blob = self._records.find(ACTIVITY_RECORDS, effect.programme, effect.batch)
        terms = self._terms(recorded)
        if batch is None or blob is None or terms is None:
            report.find(where, "its record, its records, or what it was credited by is missing")
            return
        formula, crediting, scene = terms
        sums = Sums()
        undone, refused = set(batch.reversed), set(batch.refused)
        slots = SlotClock(crediting)
        rows = record_struct(batch.inputs).iter_unpack(blob)
        for at, (account, when, _, *inputs, result, points, grams, _) in enumerate(rows):
            report.count("records")
            if result >= FIRST_REJECTION:
                sums.rejected += 1
                report.equal(f"{where} record {at}", "rejected with", (points, grams), (0, 0))
                continue
            report.equal(f"{where} record {at}", "grams", grams, formula.grams(inputs))
            self._slot(f"{where} record {at}", effect.programme, account, slots.slot(when)[0])
            due = self._due((effect.programme, account), scene, grams)
            self._points(f"{where} record {at}", due, result, points)
            sums.grams += grams
            sums.points += points
            if at in refused:
                sums.refused_grams += grams
                sums.refused_points += points
            if at in undone:
                sums.reversed_grams += grams
                sums.reversed_points += points
        report.equal(where, "count", effect.count, len(blob) // batch.record_bytes)
        root = merkle.packed_root(blob, batch.record_bytes).hex()
        report.equal(where, "root", (batch.root, effect.records_root.hex()), (root, root))
        self._stated(where, recorded, batch, sums, told)
        report.count("rejected", sums.rejected)
        report.count("grams", sums.grams)
        report.count("points", sums.points)

    def _stated(self, where: str, recorded: Recorded, batch: ActivityBatch, sums: Sums, told: Told) -> None:
        report, effect = self._report, recorded.effect
        standing = (sums.grams - sums.refused_grams, sums.points - sums.refused_points)
        report.equal(where, "computed", (effect.reduction_g, effect.points), (sums.grams, sums.points))
        report.equal(where, "grams", batch.grams, standing[0])
        credited = standing
        if isinstance(effect, ActivitiesSubmitted):
            credited = (0, 0) if batch.status in ("submitted", "checked") else standing
            report.equal(where, "credited", (told.credited_grams, told.credited_points), credited)
        report.equal(where, "points", batch.points, credited[1])
        countered = told.reversed
        stated = (batch.rejected, len(effect.rejected or ()))
        report.equal(where, "rejected", stated, (sums.rejected, sums.rejected))
        done = (countered.count, countered.grams, countered.points)
        marked = (len(batch.reversed), sums.reversed_grams, sums.reversed_points)
        report.equal(where, "reversed", done, marked)
        source = f"{batch.methodology}@{batch.version}"
        issue = Issue(batch.programme, effect.programme_version, source, year_of(recorded.day))
        report.equal(where, "issue", batch.issue, issue.id.hex())
        report.equal(where, "day", batch.day, recorded.day)

    def _terms(self, recorded: Recorded) -> tuple[Formula, Crediting, SceneRule] | None:
        effect = recorded.effect
        version = self._records.find(
            METHODOLOGY_VERSION, effect.methodology, version_key(effect.methodology_version)
        )
        if version is None or version.crediting is None:
            return None
        formula = self._records.find(FORMULA, version.formula)
        scene = self._versions.scene(
            self._records, effect.programme, effect.programme_version, effect.scene, recorded.position
        )
        return None if formula is None or scene is None else (formula, version.crediting, scene)

    def _slot(self, where: str, programme: str, account: bytes, slot: bytes) -> None:
        if (programme, account, slot) in self._slots:
            self._report.find(where, f"slot {slot.hex()} of {account.hex()} is credited twice")
        self._slots.add((programme, account, slot))

    def _due(self, account: tuple[str, bytes], scene: SceneRule, grams: int) -> int:
        """Points for grams before any cap; the remainder goes on waiting."""
        if scene.award != "per_gram":
            return scene.points
        fractions = self._fractions.setdefault(account, {})
        before = fractions.get(scene.denominator, 0)
        due, fractions[scene.denominator] = divmod(grams * scene.numerator + before, scene.denominator)
        return min(due, POINTS_RECORD_MAX)

    def _points(self, where: str, due: int, result: int, points: int) -> None:
        if result != Result.CAPPED:
            self._report.equal(where, "points", points, due)
        elif points >= due:
            self._report.find(where, f"capped at {points} points, which is all of {due}")

    def remainders(self) -> None:
        """Compare the parts of points that wait in accounts."""
        for (programme, account_id), account in self._records.all(ACCOUNT):
            replayed = self._fractions.get((programme, bytes.fromhex(account_id)), {})
            expected = {of: parts for of, parts in replayed.items() if parts}
            found = Claims(account.claims).fractions
            self._report.equal(f"account {programme}/{account_id}", "remainders", found, expected)
