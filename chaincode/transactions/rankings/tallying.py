"""Adding up committed records by account, unit or district."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from tanhui.chaincode.rules.accounts import NO_UNIT
from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.rankings import earnings_in
from tanhui.chaincode.transactions.activities.record import ActivityBatch
from tanhui.chaincode.transactions.tx import Tx

By: TypeAlias = Literal["account", "unit", "district"]

REGISTERED_IN: Final = slice(2, 8)
"""Digits 3 to 8 of a USCC (GB 32100, 5.3): the division whose authority registered the organisation."""


class Tallies:
    """Points and grams by account, and from there by whoever an account counts for."""

    def __init__(self) -> None:
        self.points: Counter[str] = Counter()
        self.grams: Counter[str] = Counter()
        self.records = 0

    async def add(self, tx: Tx, batches: Iterable[ActivityBatch], first: Day, last: Day) -> None:
        """Add the credited records of batches whose activity lies between two days, both included."""
        credited = [one for one in batches if one.status == "credited"]
        await tx.load(*[tx.activity_records.at(one.programme, one.id) for one in credited])
        for one in credited:
            blob = await tx.activity_records.get(one.programme, one.id)
            self.records += one.count
            for earning in earnings_in(blob, one.inputs, (*one.reversed, *one.refused)):
                if first <= earning.day <= last:
                    self.points[earning.account] += earning.points
                    self.grams[earning.account] += earning.grams

    async def of(self, tx: Tx, programme: str, by: By) -> "Tallies":
        """The same sums by unit account, or by the district of the unit's organisation (GB/T 2260).

        Accounts without a unit count for nobody there. A person counts for the unit that it belongs to now; a unit
        whose organisation is not registered here, for the division that its USCC names.
        """
        if by == "account":
            return self
        ids = sorted(self.points)
        accounts = await tx.accounts.get_all(*ids, under=(programme,))
        units = {
            account_id: account.unit.hex()
            for account_id, account in zip(ids, accounts, strict=True)
            if account.unit != NO_UNIT
        }
        groups = units if by == "unit" else await _districts(tx, programme, units)
        summed = Tallies()
        summed.records = self.records
        for account_id, group in groups.items():
            summed.points[group] += self.points[account_id]
            summed.grams[group] += self.grams[account_id]
        return summed


async def _districts(tx: Tx, programme: str, units: dict[str, str]) -> dict[str, str]:
    wanted = sorted(set(units.values()))
    found = await tx.accounts.get_all(*wanted, under=(programme,))
    codes = [one.organisation for one in found]
    registered = await tx.organisations.find_all(*codes)
    regions = {
        unit: one.region if one is not None else code[REGISTERED_IN]
        for unit, code, one in zip(wanted, codes, registered, strict=True)
    }
    return {account_id: regions[unit] for account_id, unit in units.items()}
