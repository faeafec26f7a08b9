"""Read-write sets read back, whether a part was met before or not."""

from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.protocol.rwset import (
    KnownParts,
    NamespaceRwset,
    Read,
    Version,
    Write,
    parse_rwset,
    rwset_bytes,
)

NUMBERS = st.integers(0, 3)
READS = st.builds(
    Read, st.sampled_from(["a", "b", "长" * 100]), st.none() | st.builds(Version, NUMBERS, NUMBERS)
)
WRITES = st.builds(Write, st.sampled_from("abc"), st.none() | st.binary(min_size=1, max_size=3))
PARTS = st.builds(
    lambda name, reads, writes: NamespaceRwset(name, reads=tuple(reads), writes=tuple(writes)),
    st.sampled_from(["_lifecycle", "registry"]),
    st.lists(READS, max_size=3),
    st.lists(WRITES, max_size=2),
)


@given(st.lists(st.lists(PARTS, max_size=3).map(tuple), max_size=6))
def test_what_was_met_before_is_what_it_was(sets: list[tuple[NamespaceRwset, ...]]) -> None:
    known: KnownParts = {}
    for one in sets:
        assert parse_rwset(rwset_bytes(one), known) == one
    assert not any(part.writes for part in known.values())
