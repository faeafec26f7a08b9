"""Accounting: quantities and fen add up, whatever moved in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.rules.accounting import (
    DECREASES,
    INCREASES,
    Entry,
    Moved,
    Stock,
    net,
    statement,
    value_month,
)

kilograms = st.integers(0, 10**6)
fen = st.integers(0, 10**9)


@st.composite
def months(draw: st.DrawFn, held: int) -> dict[Entry, Moved]:
    """A month that takes no more than there is."""
    month: dict[Entry, Moved] = {}
    for entry in draw(st.sets(st.sampled_from(INCREASES))):
        quantity = draw(st.integers(1, 1000))
        month[entry] = Moved(quantity, draw(fen) if entry is Entry.PURCHASED else 0)
        held += quantity
    for entry in sorted(draw(st.sets(st.sampled_from(DECREASES)))):
        quantity = draw(st.integers(0, held))
        if quantity:
            month[entry] = Moved(quantity, draw(fen) if entry is Entry.SOLD else 0)
            held -= quantity
    return month


@st.composite
def years(draw: st.DrawFn) -> list[tuple[str, dict[Entry, Moved]]]:
    held, made = 0, []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        month = draw(months(held))
        held += net(month)
        made.append((f"2026-{number:02d}", month))
    return made


@given(kilograms, fen, st.data())
def test_no_fen_is_lost_in_a_month(held: int, cost: int, data: st.DataObject) -> None:
    month = data.draw(months(held))
    cost = cost if held else 0
    lines, closing = value_month(Stock(held, cost), month)
    assert closing.quantity == held + net(month)
    came = sum(lines[entry].cost for entry in INCREASES)
    left = sum(lines[entry].cost for entry in DECREASES)
    assert cost + came == left + closing.cost
    assert closing.cost >= 0
    assert all(line.cost >= 0 for line in lines.values())
    if closing.quantity == 0 and any(lines[entry].quantity for entry in DECREASES):
        assert closing.cost == 0


@given(years(), st.data())
def test_a_statement_joins_the_next(made: list[tuple[str, dict[Entry, Moved]]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(made)))
    whole = statement(made, "2026-01", "2026-12")
    assert whole.opening == Stock(0, 0)
    before = statement(made, "2026-01", f"2026-{cut:02d}")
    after = statement(made, f"2026-{cut + 1:02d}", "2026-12")
    assert after.opening == before.closing
    assert after.closing == whole.closing
    for entry in Entry:
        for one, other, both in zip(
            before.entries[entry], after.entries[entry], whole.entries[entry], strict=True
        ):
            assert one + other == both
    quantity = sum(whole.entries[entry].quantity for entry in INCREASES) - sum(
        whole.entries[entry].quantity for entry in DECREASES
    )
    assert whole.closing.quantity == quantity


def test_the_average_of_a_month_is_the_same_for_every_entry() -> None:
    month = {
        Entry.PURCHASED: Moved(30, 1000),
        Entry.RECEIVED: Moved(10, 0),
        Entry.USED: Moved(3, 0),
        Entry.RETIRED: Moved(7, 0),
    }
    lines, closing = value_month(Stock(0, 0), month)
    assert (lines[Entry.USED].cost, lines[Entry.RETIRED].cost) == (75, 175)
    assert closing == Stock(30, 750)
