"""Conversions between programmes: by the agreement in force, to the point.

target points × denominator = source points × numerator; source points ≤ the cap
Σ source points of an account and day ≤ the day's cap; no conversion after the agreement's last day
"""

from collections import Counter

from tanhui.chaincode.audit.check import Check, Report
from tanhui.chaincode.audit.reading import Records, Transaction
from tanhui.chaincode.rules.days import Day, day_text
from tanhui.chaincode.transactions.programmes.record import CONVERTED_DAY
from tanhui.proofs.effects.governance import ConversionAgreed
from tanhui.proofs.effects.parts import points_in
from tanhui.proofs.effects.points import PointsConverted

Path = tuple[str, str]
"""Source and target programme."""


class Conversions(Check):
    """Replays agreements and what was converted under them."""

    name = "points.conversions"

    def __init__(self) -> None:
        self._report = Report(self.name, {"agreements": 0, "conversions": 0, "source": 0, "target": 0})
        self._agreed: dict[Path, ConversionAgreed] = {}
        self._days: Counter[tuple[str, str, str, Day]] = Counter()

    def follow(self, transaction: Transaction) -> None:
        """Judge each conversion by the agreement that stood then."""
        for effect in transaction.effects:
            if isinstance(effect, ConversionAgreed):
                self._report.count("agreements")
                self._agreed[effect.source_programme, effect.target_programme] = effect
            elif isinstance(effect, PointsConverted):
                self._converted(f"transaction {transaction.id}", transaction.day, effect)

    def _converted(self, where: str, day: Day, effect: PointsConverted) -> None:
        report, source = self._report, points_in(effect.lots)
        agreed = self._agreed.get((effect.source_programme, effect.target_programme))
        report.count("conversions")
        report.count("source", source)
        report.count("target", effect.target_points)
        if agreed is None:
            report.find(where, "converted without an agreement")
            return
        worth = (source * agreed.ratio_numerator, effect.target_points * agreed.ratio_denominator)
        report.equal(where, "worth", worth[1], worth[0])
        if agreed.cap and source > agreed.cap:
            report.find(where, f"{source} points, the cap is {agreed.cap}")
        if day_text(day) > agreed.until:
            report.find(where, f"converted on {day_text(day)}, agreed until {agreed.until}")
        if agreed.cap_per_day:
            key = (effect.source_programme, effect.target_programme, effect.account, day)
            self._days[key] += source
            if self._days[key] > agreed.cap_per_day:
                report.find(where, f"{self._days[key]} points in a day, the cap is {agreed.cap_per_day}")

    def judge(self, records: Records) -> Report:
        """Compare the counters that stand with what was replayed."""
        report = Report(
            self.name, dict(self._report.figures), list(self._report.findings), self._report.broken
        )
        for (source, target, account), counted in records.all(CONVERTED_DAY):
            replayed = self._days[source, target, account, Day(counted.day)]
            report.equal(f"converted {source}/{target}/{account}", "points", counted.points, replayed)
        return report
