"""The measure itself: sides in turn, ratios round by round, targets in both directions, a page from raw figures."""

import pytest

from tests.bench.measure import Target, compare
from tests.bench.page import render


def test_sides_are_taken_in_turn_and_the_first_round_is_thrown_away() -> None:
    order: list[str] = []

    def side(name: str, figures: list[float]) -> float:
        order.append(name)
        return figures.pop(0)

    ours, other = [99.0, 4.0, 6.0], [99.0, 2.0, 2.0]
    ratio = compare(
        "9",
        "title",
        ("ours", "u/s", lambda: side("a", ours)),
        ("other", "u/s", lambda: side("b", other)),
        Target(2, 3),
        rounds=2,
    )
    assert order == ["a", "b"] * 3
    assert ratio.ratios == (2.0, 3.0)
    assert ratio.median == 2.5
    assert ratio.target.met(ratio.median) == "target"


def test_a_cost_counts_the_other_way_round() -> None:
    ratio = compare(
        "7",
        "memory",
        ("ours", "MB", lambda: 10.0),
        ("other", "MB", lambda: 50.0),
        Target(5, 7),
        better="lower",
        rounds=1,
    )
    assert ratio.ratios == (5.0,)


@pytest.mark.parametrize(
    ("target", "ratio", "said"),
    [
        (Target(2, 3), 1.9, "missed"),
        (Target(2, 3), 3.0, "stretch"),
        (Target(2, 1.5, at_most=True), 1.7, "target"),
        (Target(2, 1.5, at_most=True), 2.1, "missed"),
    ],
)
def test_targets(target: Target, ratio: float, said: str) -> None:
    assert target.met(ratio) == said


def test_the_page_shows_figures_ratio_spread_and_host() -> None:
    ratio = compare(
        "1", "client", ("ours", "tx/s", lambda: 8.0), ("node", "tx/s", lambda: 2.0), Target(3, 5), rounds=2
    )
    where = {"commit": "c0", "processor": "p", "system": "s", "python": "3", "libraries": "l"}
    text = render({"1 client": {**ratio.as_json(), "host": where}})
    assert "| 1 | client | ours: 8 tx/s | node: 2 tx/s | **4.00** | 4.00 – 4.00 | ≥ 3 / 5 | target |" in text
    assert "Measured at c0 on p, s, CPython 3, l" in text
