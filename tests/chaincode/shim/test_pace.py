"""Rests between reads: they grow with what reads bring, within bounds, and begin anew with each burst."""

from hypothesis import given
from hypothesis import strategies as st

from tanhui.chaincode.shim.pace import FEW, MANY, REST_S_MAX, REST_S_MIN, Pace


def test_a_burst_waits_longer_the_more_it_brings() -> None:
    pace = Pace()
    assert [pace.rest_s(messages) for messages in (1, MANY, FEW, MANY, 100)] == [
        REST_S_MIN,
        2 * REST_S_MIN,
        2 * REST_S_MIN,
        4 * REST_S_MIN,
        REST_S_MAX,
    ]
    assert [pace.rest_s(FEW - 1) for _ in range(3)] == [REST_S_MAX / 2, REST_S_MIN, REST_S_MIN]


def test_the_next_burst_begins_with_the_shortest() -> None:
    pace = Pace()
    for _ in range(9):
        pace.rest_s(MANY)
    pace.begin_anew()
    assert pace.rest_s(FEW) == REST_S_MIN


@given(st.lists(st.integers(0, 1_000)))
def test_within_bounds_whatever_comes(read: list[int]) -> None:
    pace = Pace()
    assert all(REST_S_MIN <= pace.rest_s(messages) <= REST_S_MAX for messages in read)


@given(st.lists(st.integers(0, FEW)))
def test_where_little_comes_nobody_waits_longer(read: list[int]) -> None:
    pace = Pace()
    assert {pace.rest_s(messages) for messages in read} <= {REST_S_MIN}
