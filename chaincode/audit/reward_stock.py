"""Reward stock: units are numbers of a year, and each is taken once, opened once or refunded once.

units taken = vouchers that stand = taken + opened + refunded + donated
an account's count of a year = the units it took, prizes of draws apart
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.transactions.rewards.record import (
    REWARD,
    REWARD_TAKING,
    VOUCHER,
    number_key,
)
from tanhui.proofs.effects.rewards import RewardTaken, VoucherOpened, VoucherRefunded

Key = tuple[str, str, str, str]
"""Catalogue, reward, year and number."""


class RewardStock(Check):
    """Every unit by its number."""

    name = "rewards.stock"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._taken: dict[Key, str] = {}
        self._ended: dict[Key, str] = {}
        self._counts: Counter[tuple[str, str, str, str, str]] = Counter()

    def follow(self, transaction: Transaction) -> None:
        """Note each unit that was taken, opened or refunded."""
        where = f"transaction {transaction.id}"
        for one in transaction.effects:
            if isinstance(one, RewardTaken):
                for unit in one.units:
                    key = (one.catalogue, one.reward, one.year, number_key(unit.number))
                    if key in self._taken:
                        self._report.find(where, f"unit {'/'.join(key)} taken twice")
                    self._taken[key] = one.account
                if one.draw is None:
                    taker = (one.catalogue, one.reward, one.year, one.programme, one.account)
                    self._counts[taker] += len(one.units)
            elif isinstance(one, VoucherOpened | VoucherRefunded):
                key = (one.catalogue, one.reward, one.year, number_key(one.number))
                if key in self._ended or key not in self._taken:
                    self._report.find(where, f"unit {'/'.join(key)} ended twice, or never taken")
                self._ended[key] = "opened" if isinstance(one, VoucherOpened) else "refunded"

    def judge(self, records: Records) -> Report:
        """Compare with every voucher and count."""
        figures = {"rewards": 0, "taken": 0, "opened": 0, "refunded": 0, "donated": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        report.figures["rewards"] = sum(1 for _ in records.all(REWARD))
        standing = 0
        for ids, voucher in records.all(VOUCHER):
            where = f"voucher {'/'.join(ids)}"
            standing += 1
            report.count(voucher.status)
            key = (ids[0], ids[1], ids[2], ids[3])
            report.equal(where, "account", voucher.account, self._taken.get(key))
            ended = voucher.status if voucher.status in {"opened", "refunded"} else None
            report.equal(where, "ended as", ended, self._ended.get(key))
            reward = records.find(REWARD, ids[0], ids[1])
            if reward is None:
                report.find(where, "its reward is unknown")
            elif reward.terms.units_per_year and int(ids[3]) > reward.terms.units_per_year:
                report.find(where, f"beyond the year's {reward.terms.units_per_year} units")
        report.equal("vouchers", "standing", standing, len(self._taken))
        takings = {ids: one.units for ids, one in records.all(REWARD_TAKING)}
        for taker, units in takings.items():
            key5 = (taker[0], taker[1], taker[2], taker[3], taker[4])
            report.equal(f"reward taking {'/'.join(taker)}", "units", units, self._counts[key5])
        return report
