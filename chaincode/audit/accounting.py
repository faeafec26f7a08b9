"""Accounting data: what was booked of an organisation's credits is what it holds.

Σ increases − Σ decreases, carried forward or not = active kilograms of its ranges
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records
from tanhui.chaincode.rules.accounting import Entry, Moved, net
from tanhui.chaincode.rules.serials import RangeState
from tanhui.chaincode.transactions.accounting.record import BOOKED_MONTH, MOVEMENT
from tanhui.chaincode.transactions.credits.record import RANGE
from tanhui.chaincode.transactions.market.record import TRADE


class Accounting(Check):
    """Movements and months against ranges and trades."""

    name = "credits.accounting"

    def judge(self, records: Records) -> Report:
        """Compare what was booked with what is held, and sales with trades."""
        report = Report(self.name, {"movements": 0, "months": 0, "sold_fen": 0})
        booked: Counter[str] = Counter()
        amounts: Counter[Entry] = Counter()
        for ids, one in records.all(MOVEMENT):
            report.count("movements")
            key = (one.organisation, one.day.isoformat(), one.transaction, one.entry.value)
            report.equal(f"movement {'/'.join(ids)}", "key", ids, key)
            booked[one.organisation] += net({one.entry: Moved(one.quantity, one.amount)})
            amounts[one.entry] += one.amount
        for (organisation, month), sums in records.all(BOOKED_MONTH):
            report.count("months")
            named = (sums.organisation, sums.month)
            report.equal(f"month {organisation}/{month}", "names", named, (organisation, month))
            entries = {part.entry: Moved(part.quantity, part.amount) for part in sums.entries}
            booked[organisation] += net(entries)
            for entry, moved in entries.items():
                amounts[entry] += moved.amount
        held: Counter[str] = Counter()
        for _, part in records.all(RANGE):
            if part.state is RangeState.ACTIVE:
                held[part.holder] += part.quantity
        for organisation in sorted({*booked, *held}):
            report.equal(f"organisation {organisation}", "booked", booked[organisation], held[organisation])
        # A merger may have made buyer and seller one: then nothing was sold.
        settled = (
            one for _, one in records.all(TRADE) if one.status == "settled" and one.seller != one.buyer
        )
        sold = sum(one.amount for one in settled)
        report.count("sold_fen", sold)
        expected = {Entry.SOLD: sold, Entry.PURCHASED: sold}
        for entry in Entry:
            report.equal(f"entry {entry.value}", "fen", amounts[entry], expected.get(entry, 0))
        return report
