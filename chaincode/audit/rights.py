"""Rights on credits: every lien and every trust's hold stands for a record, on exactly its kilograms.

kilograms under a lien = its pledge's, while pledged, all held by the pledgor
kilograms under a trust's hold = what remains in it, held by settlor until settled, then by the trustee
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.rules.serials import HoldKind
from tanhui.chaincode.transactions.credits.record import RANGE
from tanhui.chaincode.transactions.pledges.record import PLEDGE
from tanhui.chaincode.transactions.trusts.record import TRUST

Held = tuple[HoldKind, str, str]
"""Kind of hold, what it stands for, and who holds the units under it."""


class Rights(Check):
    """Pledges and trusts against the ranges that they stand on."""

    name = "credits.rights"

    def judge(self, records: Records) -> Report:
        """Compare what is held with what each right says."""
        report = Report(self.name, {"pledged_kg": 0, "in_trust_kg": 0})
        held: Counter[Held] = Counter()
        for _, one in records.all(RANGE):
            for hold in one.holds:
                if hold.kind in (HoldKind.LIEN, HoldKind.TRUST):
                    held[hold.kind, hold.reference, one.holder] += one.quantity
        expected: Counter[Held] = Counter()
        for (pledge_id,), pledge in records.all(PLEDGE):
            where = f"pledge {pledge_id}"
            quantity = sum(one.last - one.first + 1 for one in pledge.spans)
            report.equal(where, "spans", quantity, pledge.quantity)
            if pledge.status == "pledged":
                report.count("pledged_kg", pledge.quantity)
                expected[HoldKind.LIEN, pledge_id, pledge.pledgor] = pledge.quantity
        for (trust_id,), trust in records.all(TRUST):
            where = f"trust {trust_id}"
            quantity = sum(one.last - one.first + 1 for one in trust.spans)
            report.equal(where, "spans", quantity, trust.quantity)
            report.equal(where, "stands", trust.remaining > 0, trust.status in ("offered", "settled"))
            if trust.remaining:
                report.count("in_trust_kg", trust.remaining)
                holder = trust.settlor if trust.status == "offered" else trust.trustee
                expected[HoldKind.TRUST, trust_id, holder] = trust.remaining
        for key in sorted({*held, *expected}):
            kind, reference, holder = key
            report.equal(f"{kind.value} {reference}", f"kilograms of {holder}", held[key], expected[key])
        return report
