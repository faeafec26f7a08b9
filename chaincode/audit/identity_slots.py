"""Shared groups: one person's slot backs one credited record, whatever app it was claimed with.

    slots in a bucket = credited records claimed from it, each slot once
    nullifiers used up = credited records claimed with them, each once; pruned ones apart

Records are read again, with the bindings that stand on the ledger; every bound account was bound by the authority of
its group and month.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.activity_records import FIRST_REJECTION, record_struct
from tanhui.chaincode.rules.buckets import bucket_month
from tanhui.chaincode.rules.days import Day, month_of, parse_day
from tanhui.chaincode.rules.slots import SLOT_BYTES, Crediting, SlotClock
from tanhui.chaincode.transactions.activities.record import ACTIVITY_BATCH, ACTIVITY_RECORDS, ActivityBatch
from tanhui.chaincode.transactions.identity.record import (
    BINDING,
    BUCKET,
    NULLIFIER,
    NULLIFIER_BINDING,
    group_key,
    month_key,
    until_key,
)
from tanhui.chaincode.transactions.methodologies.record import (
    EXCLUSION_GROUP,
    METHODOLOGY_VERSION,
    version_key,
)
from tanhui.proofs.effects.identity import AccountsBound


class Claim(NamedTuple):
    """A credited record's account and slot."""

    account: bytes
    slot: bytes
    until: int


Claimed = tuple[str, str, bytes]
"""Group, bucket's month or slot's last day with the bucket's or nullifier's name, and slot."""


class IdentitySlots(Check):
    """Reads every batch of a shared group again."""

    name = "identity.slots"

    def __init__(self) -> None:
        self._bound: list[tuple[str, AccountsBound]] = []
        self._today = Day(0)

    def follow(self, transaction: Transaction) -> None:
        """Note bindings, and how far time went."""
        self._today = max(self._today, transaction.day)
        for effect in transaction.effects:
            if isinstance(effect, AccountsBound):
                self._bound.append((f"transaction {transaction.id}", effect))

    def judge(self, records: Records) -> Report:
        """Compare what was claimed with what was credited."""
        report = Report(self.name, {"bindings": 0, "buckets": 0, "nullifiers": 0, "claims": 0})
        self._authorities(report, records)
        in_buckets: Counter[Claimed] = Counter()
        nullified: Counter[tuple[str, str, str]] = Counter()
        for key, batch in records.all(ACTIVITY_BATCH):
            crediting = _crediting(records, batch)
            blob = records.find(ACTIVITY_RECORDS, *key)
            if crediting is None or not crediting.authority or blob is None:
                continue
            name = f"batch {batch.programme}/{batch.id}"
            rows = _claims(blob, batch.inputs, SlotClock(crediting))
            if crediting.identity == "buckets":
                found = [_bucket(records, batch, crediting, row) for row in rows]
                in_buckets.update(one for one in found if one is not None)
                unbound = found.count(None)
            else:
                open_rows = [row for row in rows if row.until >= self._today]
                spent = [_nullifier(records, batch, crediting, row) for row in open_rows]
                nullified.update(one for one in spent if one is not None)
                unbound = spent.count(None)
            if unbound:
                report.find(name, f"{unbound} records of accounts that nobody bound")
        for where, times in (*in_buckets.items(), *nullified.items()):
            report.count("claims", times)
            if times > 1:
                report.find(f"slot {where}", f"credited {times} times")
        stand: set[Claimed] = set()
        for (group, month, name), slots in records.all(BUCKET):
            report.count("buckets")
            parts = [slots[at : at + SLOT_BYTES] for at in range(0, len(slots), SLOT_BYTES)]
            stand |= {(group, f"{month}/{name}", slot) for slot in parts}
            report.equal(f"bucket {group}/{month}/{name}", "slots", len(set(parts)), len(parts))
        report.equal("buckets", "slots that were not credited", sorted(stand - set(in_buckets)), [])
        report.equal("buckets", "slots that do not stand", sorted(set(in_buckets) - stand), [])
        self._used(report, records, nullified)
        return report

    def _authorities(self, report: Report, records: Records) -> None:
        for where, effect in self._bound:
            report.count("bindings", effect.count)
            group = records.find(EXCLUSION_GROUP, group_key(effect.group))
            month = month_of(parse_day(f"{effect.month}-01", "month"))
            expected = None if group is None else group.authority_of(month)
            report.equal(where, f"authority of {effect.group} in {effect.month}", effect.authority, expected)

    def _used(self, report: Report, records: Records, claimed: Counter[tuple[str, str, str]]) -> None:
        used = {(ids[0], ids[1], ids[2]) for ids, _ in records.all(NULLIFIER)}
        report.figures["nullifiers"] = len(used)
        open_ones = {one for one in used if int(one[0]) >= self._today}
        report.equal("nullifiers", "used without a record", sorted(open_ones - set(claimed)), [])
        report.equal("nullifiers", "claimed and not used up", sorted(set(claimed) - open_ones), [])


def _claims(blob: bytes, inputs: int, clock: SlotClock) -> Iterator[Claim]:
    for account, when, *_, result, _, _, _ in record_struct(inputs).iter_unpack(blob):
        if result < FIRST_REJECTION:
            yield Claim(account, *clock.slot(when))


def _bucket(records: Records, batch: ActivityBatch, crediting: Crediting, claim: Claim) -> Claimed | None:
    group = group_key(crediting.exclusion_group)
    month = month_key(bucket_month(claim.until, crediting.claim_days))
    bucket = records.find(BINDING, batch.programme, claim.account.hex(), group, month)
    return None if bucket is None else (group, f"{month}/{bucket.hex()}", claim.slot)


def _nullifier(
    records: Records, batch: ActivityBatch, crediting: Crediting, claim: Claim
) -> tuple[str, str, str] | None:
    until = until_key(claim.until)
    found = records.find(NULLIFIER_BINDING, until, batch.programme, claim.account.hex(), claim.slot.hex())
    return None if found is None else (until, group_key(crediting.exclusion_group), found.hex())


def _crediting(records: Records, batch: ActivityBatch) -> Crediting | None:
    version = records.find(METHODOLOGY_VERSION, batch.methodology, version_key(batch.version))
    return None if version is None else version.crediting
