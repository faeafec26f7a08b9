"""What meters counted, replayed from transactions: what several invariants of energy are judged by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.energy import converted, counting
from tanhui.chaincode.transactions.budgets.record import ENERGY_FACTOR, factor_key
from tanhui.proofs.effects.budgets import MeterRegistered, ReadingDecided, ReadingRecorded

Used = tuple[tuple[str, int, int], ...]
"""Quantities that count, by carrier and version of its factor."""


@dataclass(slots=True)
class Month:
    """Every reading of one meter's month, and the decision that stands."""

    carrier: str
    quantities: list[int] = field(default_factory=list)
    factors: list[int] = field(default_factory=list)
    decided: int | None = None

    def counts(self) -> tuple[int, bool]:
        """Which reading counts, and whether that is settled."""
        at, settled = counting(self.quantities, self.decided)
        return at, settled and (len(set(self.factors)) == 1 or self.decided is not None)


class MeterReadings:
    """Follows readings and decisions."""

    def __init__(self) -> None:
        self._carriers: dict[tuple[str, str], str] = {}
        self.months: dict[tuple[str, str, str, str], Month] = {}
        """By institution, year, meter and month."""

    def follow(self, transaction: Transaction) -> None:
        """Note what a transaction read or decided."""
        for effect in transaction.effects:
            if isinstance(effect, MeterRegistered):
                self._carriers[effect.institution, effect.meter] = effect.carrier
            elif isinstance(effect, ReadingRecorded):
                month = self._month(transaction, effect.institution, effect.meter)
                month.quantities.append(effect.quantity)
                month.factors.append(int(transaction.field("factor")))
                month.decided = None
            elif isinstance(effect, ReadingDecided):
                self._month(transaction, effect.institution, effect.meter).decided = effect.number - 1

    def _month(self, transaction: Transaction, institution: str, meter: str) -> Month:
        year, month = int(transaction.field("year")), int(transaction.field("month"))
        key = (institution, f"{year:04d}", meter, f"{month:02d}")
        return self.months.setdefault(key, Month(self._carriers[institution, meter]))

    def used(self, institution: str, year: str, meters: Iterable[str] | None = None) -> tuple[Used, int]:
        """What counts of an institution's year, of these meters or all, and how many months are not settled."""
        wanted = None if meters is None else set(meters)
        sums: Counter[tuple[str, int]] = Counter()
        unsettled = 0
        for (whose, of, meter, _), month in self.months.items():
            if (whose, of) == (institution, year) and (wanted is None or meter in wanted):
                at, settled = month.counts()
                sums[month.carrier, month.factors[at]] += month.quantities[at]
                unsettled += not settled
        return tuple((carrier, factor, total) for (carrier, factor), total in sums.items()), unsettled


def in_grams(records: Records, used: Used) -> tuple[int, int] | None:
    """Grams of coal equivalent and of CO2; None where a factor is not on the ledger."""
    sums = {f"{carrier}:{version}": total for carrier, version, total in used}
    factors = {
        f"{carrier}:{version}": records.find(ENERGY_FACTOR, carrier, factor_key(version))
        for carrier, version, _ in used
    }
    known = {name: one for name, one in factors.items() if one is not None}
    if len(known) < len(factors):
        return None
    return (
        converted(sums, {name: one.gce for name, one in known.items()}),
        converted(sums, {name: one.gco2 for name, one in known.items()}),
    )
