"""Request headers against a decoder that knows nothing of what was kept."""

import hpack
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.http2.client.request_headers import TABLE_BYTES_MAX, RequestHeaders

METHODS = st.sampled_from([f"/s.S/{letter * length}" for letter in "abc" for length in (1, 30, 900)])
TIMEOUTS = st.none() | st.floats(0.001, 4e12, allow_nan=False)
SIZES = st.sampled_from([0, 64, 200, 1_000, 4_096, 1 << 20])
UNITS = {"m": 1, "S": 1_000, "M": 60_000, "H": 3_600_000}


@given(st.lists(st.tuples(METHODS, TIMEOUTS) | SIZES, max_size=60))
def test_blocks_mean_what_was_asked_whatever_happens_to_the_table(
    steps: list[tuple[str, float | None] | int],
) -> None:
    made, decoder = RequestHeaders("https", "peer0.org1:7051"), hpack.Decoder()
    for step in steps:
        if isinstance(step, int):
            made.set_table(step)
            # A strict decoder: it has said so, and wants to hear it.
            decoder.max_allowed_table_size = min(step, TABLE_BYTES_MAX)
            continue
        method, timeout_s = step
        decoded = decoder.decode(made.block(method, timeout_s))
        fields = {str(name): str(value) for name, value in decoded}
        assert fields[":path"] == method
        assert len(fields) == (7 if timeout_s is None else 8)
        if timeout_s is not None:
            stated = fields["grpc-timeout"]
            assert len(stated) <= 9
            stated_s = int(stated[:-1]) * UNITS[stated[-1]] / 1_000
            assert stated_s >= min(timeout_s, 99_999_999 * 3_600) * (1 - 1e-9)
            assert stated_s <= timeout_s + UNITS[stated[-1]] / 1_000 + 0.001


def test_a_server_that_changes_its_mind_all_the_time_costs_no_memory() -> None:
    made = RequestHeaders("https", "peer0.org1:7051")
    made.block("/s.S/a", None)
    for number in range(10_001):
        made.set_table(100 * (number % 2))
    assert len(made.block("/s.S/a", None)) < 120
