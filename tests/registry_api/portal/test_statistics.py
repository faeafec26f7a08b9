"""Figures are a fold: the same effects in any pieces come to the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tanhui.registry_api.portal.statistics import Statistics

RETIRED: dict[str, Any] = {"purpose": "event", "quantity_kg": "18250", "day": "2026-11-21"}
RECORDED: dict[str, Any] = {
    "programme": "p", "scene": "walk", "count": "3", "reduction_g": "900", "points": "90",
    "rejected": [{"position": "1", "code": "x"}],
}  # fmt: skip
NOVEMBER = 1_795_190_400

EFFECTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("retirements.retired", RETIRED),
    ("activities.recorded", RECORDED),
    ("activities.credited", {"programme": "p", "count": "2", "reduction_g": "100", "points": "10"}),
    ("points.issued", {"programme": "p", "points": "7"}),
    ("points.redeemed", {"programme": "p", "lots": [{"points": "3"}, {"points": "4"}]}),
    ("accounts.opened", {"programme": "p", "holder": "person"}),
    ("accounts.opened", {"programme": "p", "holder": "unit"}),
    ("credits.issued", {"quantity_kg": "1000"}),
    ("credits.cancelled", {"quantity_kg": "10"}),
    ("events.declared", {"day": "2026-10-01"}),
    ("proposals.made", {}),
)


@given(st.lists(st.sampled_from(EFFECTS), max_size=40))
def test_months_and_programmes_add_up_to_the_totals(found: list[tuple[str, dict[str, Any]]]) -> None:
    statistics = Statistics()
    for kind, effect in found:
        statistics.add(kind, effect, NOVEMBER)
    for name, total in statistics.totals.items():
        assert sum(month[name] for month in statistics.months.values()) == total
    earned = sum(of["points_issued"] for of in statistics.programmes.values())
    assert earned == statistics.totals["points_issued"]
    assert sum(statistics.purposes.values()) == statistics.totals["credits_retired"]


def test_each_kind_counts_as_what_it_is() -> None:
    statistics = Statistics()
    for kind, effect in EFFECTS:
        statistics.add(kind, effect, NOVEMBER)
    assert statistics.totals == {
        "credits_retired": 18_250, "retirements": 1, "activities": 4, "reduction_g": 1_000, "points_issued": 107,
        "points_used": 7, "people": 1, "units": 1, "credits_issued": 1_000, "credits_cancelled": 10,
        "events_declared": 1,
    }  # fmt: skip
    assert statistics.months["2026-11"]["credits_retired"] == 18_250
    assert statistics.months["2026-10"]["events_declared"] == 1
    assert statistics.scenes["walk"]["points_issued"] == 90


def test_a_copy_does_not_change() -> None:
    statistics = Statistics()
    before = statistics.copy()
    statistics.add("points.issued", {"points": "7"}, None)
    assert not before.totals
    assert statistics.totals["points_issued"] == 7
    assert not statistics.months


def test_recent_months_are_whole_and_in_order() -> None:
    statistics = Statistics()
    statistics.add("retirements.retired", RETIRED, None)
    months = statistics.recent_months("2026-11", 14)
    assert [name for name, _ in months][:3] == ["2025-10", "2025-11", "2025-12"]
    assert months[-1][1]["retirements"] == 1
    assert months[0][1]["retirements"] == 0
