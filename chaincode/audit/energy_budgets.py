"""Budgets are drawn down by the readings that count, all of which are kept; red cards follow from both.

drawn = Σ by factor of ⌊Σ counted readings × ratio⌋, reckoned again from every reading that was ever sent
over a red card = drawn − limit, when it was shown; cleared only through plan and evidence
"""

from dataclasses import dataclass

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.meter_readings import MeterReadings, Used, in_grams
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.states import ENERGY_BUDGET as BUDGET_MACHINE
from tanhui.chaincode.rules.states import RED_CARD as CARD_MACHINE
from tanhui.chaincode.transactions.budgets.record import ENERGY_BUDGET, METER_MONTH, RED_CARD, RedCard
from tanhui.proofs.effects.budgets import BudgetReckoned, BudgetStatusChanged, RedCardChanged

Year = tuple[str, str]
"""Institution and year."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A reckoning, or a red card, with what counted then and the limits that stood."""

    where: str
    used: Used
    unsettled: int
    energy: int
    carbon: int


class EnergyBudgets(Check):
    """Replays readings, budgets and cards."""

    name = "budgets.readings"

    def __init__(self) -> None:
        self._report = Report(self.name)
        self._readings = MeterReadings()
        self._budgets: dict[Year, BudgetStatusChanged] = {}
        self._reckoned: list[Reckoned] = []
        self._last: dict[Year, BudgetReckoned] = {}
        self._cards: dict[Year, str] = {}
        self._shown: dict[Year, Reckoned] = {}

    def follow(self, transaction: Transaction) -> None:
        """Note readings, limits, reckonings and cards."""
        self._readings.follow(transaction)
        where = f"transaction {transaction.id}"
        for effect in transaction.effects:
            if isinstance(effect, BudgetStatusChanged):
                self._budget(where, effect)
            elif isinstance(effect, BudgetReckoned):
                self._last[effect.institution, effect.year] = effect
                self._reckoned.append(
                    self._now(where, (effect.institution, effect.year), (effect.energy_gce, effect.carbon_g))
                )
                self._report.equal(where, "unsettled", effect.unsettled, self._reckoned[-1].unsettled)
            elif isinstance(effect, RedCardChanged):
                self._card(where, effect)

    def _now(self, where: str, year: Year, stated: tuple[int, int]) -> Reckoned:
        used, unsettled = self._readings.used(*year)
        return Reckoned(where, used, unsettled, *stated)

    def _budget(self, where: str, effect: BudgetStatusChanged) -> None:
        year = (effect.institution, effect.year)
        before = self._budgets.get(year)
        if before is not None and effect.status not in BUDGET_MACHINE.moves[before.status]:
            self._report.find(where, f"budget {'/'.join(year)} went from {before.status} to {effect.status}")
        self._budgets[year] = effect

    def _card(self, where: str, effect: RedCardChanged) -> None:
        year = (effect.institution, effect.year)
        before = self._cards.get(year)
        if before is None:
            self._report.equal(where, "a card begins", effect.status, "shown")
            limits = self._budgets[year]
            self._shown[year] = self._now(where, year, (limits.energy_gce, limits.carbon_g))
        elif effect.status not in CARD_MACHINE.moves[before]:
            self._report.find(where, f"red card {'/'.join(year)} went from {before} to {effect.status}")
        self._cards[year] = effect.status

    def judge(self, records: Records) -> Report:
        """Reckon everything again, and compare."""
        figures = {"budgets": 0, "meter_months": 0, "readings": 0, "reckonings": 0, "red_cards": 0}
        report = Report(self.name, figures, list(self._report.findings), self._report.broken)
        self._months(report, records)
        for one in self._reckoned:
            report.count("reckonings")
            report.equal(one.where, "reckoned", (one.energy, one.carbon), in_grams(records, one.used))
        for year, budget in records.all(ENERGY_BUDGET):
            where = f"budget {'/'.join(year)}"
            report.count("budgets")
            limits, last = self._budgets.get((year[0], year[1])), self._last.get((year[0], year[1]))
            stated = None if limits is None else (limits.status, limits.energy_gce, limits.carbon_g)
            report.equal(where, "limits", (budget.status, budget.energy_gce, budget.carbon_g), stated)
            drawn = (0, 0) if last is None else (last.energy_gce, last.carbon_g)
            report.equal(where, "drawn", (budget.drawn_gce, budget.drawn_g), drawn)
        for year, card in records.all(RED_CARD):
            self._red_card(report, records, (year[0], year[1]), card)
        return report

    def _months(self, report: Report, records: Records) -> None:
        stand = 0
        for ids, month in records.all(METER_MONTH):
            stand += 1
            report.count("readings", len(month.readings))
            where = f"meter month {'/'.join(ids)}"
            told = self._readings.months.get((ids[0], ids[1], ids[2], ids[3]))
            if told is None:
                report.find(where, "stands, and was never read")
                continue
            found = [(int(one.quantity), one.factor) for one in month.readings]
            report.equal(where, "readings", found, list(zip(told.quantities, told.factors, strict=True)))
            decided = None if month.decided is None else month.decided - 1
            report.equal(where, "decided", decided, told.decided)
        report.figures["meter_months"] = stand
        report.equal("meter months", "standing", stand, len(self._readings.months))

    def _red_card(self, report: Report, records: Records, year: Year, card: RedCard) -> None:
        where = f"red card {'/'.join(year)}"
        report.count("red_cards")
        report.equal(where, "status", card.status, self._cards.get(year))
        shown = self._shown.get(year)
        used = None if shown is None else in_grams(records, shown.used)
        if shown is None or used is None:
            report.find(where, "was never shown, or a factor is missing")
            return
        over = (max(0, used[0] - shown.energy), max(0, used[1] - shown.carbon))
        stands = (card.energy_over_gce, card.carbon_over_g)
        report.equal(where, "over the budget", stands, over)
        if shown.unsettled or over == (0, 0):
            report.find(where, "shown without a settled breach")
