"""Totals and months, folded from the ledger's effects. Pure: the same effects in any chunks make the same figures.

Points are whole points, reductions grams, credits kilograms CO2e. Months are YYYY-MM in UTC+8: of the effect's own
day where it names one, else of its transaction's time.
"""

import copy
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tanhui.registry_api.wording.formats import CHINA

MONTHS_SHOWN: Final = 12


@dataclass(slots=True)
class Statistics:
    """Figures by name, in all, by month, and by programme.

    Names: `points_issued`, `points_used`, `activities`, `reduction_g`, `credits_issued`, `credits_retired`,
    `credits_cancelled`, `retirements`, `people`, `units`, `events_declared`.
    """

    totals: Counter[str] = field(default_factory=Counter)
    months: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    programmes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    purposes: Counter[str] = field(default_factory=Counter)
    scenes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, kind: str, effect: Mapping[str, Any], at: int | None) -> None:
        """Take one effect in."""
        figures = _figures(kind, effect)
        if not figures:
            return
        self.totals.update(figures)
        month = _month(effect, at)
        if month:
            self.months[month].update(figures)
        programme = effect.get("programme")
        if programme:
            self.programmes[programme].update(figures)
        if kind == "retirements.retired":
            self.purposes[effect["purpose"]] += int(effect["quantity_kg"])
        if kind == "activities.recorded":
            self.scenes[effect["scene"]].update(figures)

    def copy(self) -> "Statistics":
        """A copy that further effects do not change."""
        return copy.deepcopy(self)

    def recent_months(self, last: str, count: int = MONTHS_SHOWN) -> list[tuple[str, Counter[str]]]:
        """The `count` months up to `last` (YYYY-MM), oldest first, empty ones included."""
        year, month = int(last[:4]), int(last[5:7])
        found = []
        for back in reversed(range(count)):
            index = year * 12 + month - 1 - back
            name = f"{index // 12:04d}-{index % 12 + 1:02d}"
            found.append((name, self.months.get(name, Counter())))
        return found


def _figures(kind: str, effect: Mapping[str, Any]) -> dict[str, int]:  # noqa: PLR0911 - one return a kind
    match kind:
        case "activities.recorded":
            credited = int(effect["count"]) - len(effect.get("rejected", ()))
            return {
                "activities": credited,
                "reduction_g": int(effect["reduction_g"]),
                "points_issued": int(effect["points"]),
            }
        case "activities.credited":
            return {
                "activities": int(effect["count"]),
                "reduction_g": int(effect["reduction_g"]),
                "points_issued": int(effect["points"]),
            }
        case "points.issued":
            return {"points_issued": int(effect["points"])}
        case "points.redeemed":
            return {"points_used": sum(int(lot["points"]) for lot in effect["lots"])}
        case "accounts.opened":
            return {"people" if effect["holder"] == "person" else "units": 1}
        case "credits.issued":
            return {"credits_issued": int(effect["quantity_kg"])}
        case "credits.cancelled":
            return {"credits_cancelled": int(effect["quantity_kg"])}
        case "retirements.retired":
            return {"credits_retired": int(effect["quantity_kg"]), "retirements": 1}
        case "events.declared":
            return {"events_declared": 1}
        case _:
            return {}


def _month(effect: Mapping[str, Any], at: int | None) -> str:
    day = effect.get("day")
    if isinstance(day, str) and len(day) == 10:
        return day[:7]
    return "" if at is None else datetime.fromtimestamp(at, CHINA).strftime("%Y-%m")
