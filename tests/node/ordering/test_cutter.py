"""The cutter against orderer/common/blockcutter, and what must hold for any stream of messages."""

from hypothesis import given
from hypothesis import strategies as st

from tanhui.node.ordering.cutter import BatchLimits, BlockCutter, Message


def message(size: int, mark: int = 0) -> Message:
    return Message(mark.to_bytes(4, "big"), size)


def cutter(messages_max: int = 10, preferred: int = 100) -> BlockCutter:
    return BlockCutter(BatchLimits(messages_max, 1_000, preferred))


def test_cuts_when_the_count_is_reached() -> None:
    subject = cutter(messages_max=2)
    assert list(subject.ordered(message(1))) == []
    assert [len(batch) for batch in subject.ordered(message(1))] == [2]
    assert subject.pending == 0


def test_a_message_that_would_overflow_cuts_what_is_pending_first() -> None:
    subject = cutter()
    subject.ordered(message(60))
    (batch,) = subject.ordered(message(41))
    assert [one.counted_bytes for one in batch] == [60]
    assert subject.pending == 1


def test_a_message_above_the_preferred_size_stands_alone() -> None:
    subject = cutter()
    subject.ordered(message(5))
    batches = subject.ordered(message(101))
    assert [[one.counted_bytes for one in batch] for batch in batches] == [[5], [101]]
    assert subject.pending == 0


def test_exactly_the_preferred_size_is_not_too_large() -> None:
    subject = cutter()
    assert list(subject.ordered(message(100))) == []
    assert subject.pending == 1


@given(
    sizes=st.lists(st.integers(0, 300), max_size=60),
    messages_max=st.integers(1, 8),
    preferred=st.integers(1, 200),
)
def test_keeps_order_loses_nothing_and_holds_both_limits(
    sizes: list[int], messages_max: int, preferred: int
) -> None:
    subject = cutter(messages_max, preferred)
    batches: list[tuple[Message, ...]] = []
    for mark, size in enumerate(sizes):
        batches.extend(subject.ordered(message(size, mark)))
        assert subject.pending < messages_max
    batches.append(subject.cut())
    assert [one.raw for batch in batches for one in batch] == [
        message(0, mark).raw for mark in range(len(sizes))
    ]
    for batch in batches[:-1]:
        assert 1 <= len(batch) <= messages_max
    for batch in batches:
        assert len(batch) == 1 or sum(one.counted_bytes for one in batch) <= preferred
