"""The queue before the cutter: bounded twice, fair, and clear when it is full or closed."""

import asyncio

import pytest

from tanhui.node.ordering.cutter import Message
from tanhui.node.ordering.errors import OrderingQueueFull, OrderingStopped
from tanhui.node.ordering.queue import OrderingQueue, Queued


def item(mark: int, size: int = 10) -> Queued:
    return Queued(Message(mark.to_bytes(2, "big").ljust(size, b"."), size), config_sequence=0)


def mark_of(queued: Queued | None) -> int:
    assert queued is not None
    return int.from_bytes(queued.message.raw[:2], "big")


def test_first_in_first_out() -> None:
    async def run() -> None:
        queue = OrderingQueue(10, 1_000)
        for mark in range(3):
            await queue.put(item(mark), wait_s=0)
        assert [mark_of(queue.pop()) for _ in range(3)] == [0, 1, 2]
        assert queue.pop() is None
        assert queue.queued_bytes == 0

    asyncio.run(run())


@pytest.mark.parametrize(("messages_max", "bytes_max"), [(2, 1_000), (10, 20)])
def test_a_full_queue_refuses_and_keeps_what_it_has(messages_max: int, bytes_max: int) -> None:
    async def run() -> None:
        queue = OrderingQueue(messages_max, bytes_max)
        await queue.put(item(0), wait_s=0)
        await queue.put(item(1), wait_s=0)
        with pytest.raises(OrderingQueueFull, match="2 messages, 20 bytes") as refused:
            await queue.put(item(2), wait_s=0.01)
        assert refused.value.status == 503
        assert (len(queue), queue.in_line) == (2, 0)

    asyncio.run(run())


def test_an_oversized_message_passes_alone_rather_than_never() -> None:
    async def run() -> None:
        queue = OrderingQueue(10, 20)
        await queue.put(item(0, size=50), wait_s=0)
        assert mark_of(queue.pop()) == 0

    asyncio.run(run())


def test_those_in_line_get_room_in_their_order() -> None:
    async def run() -> None:
        queue = OrderingQueue(1, 1_000)
        await queue.put(item(0), wait_s=0)
        waiting = [asyncio.create_task(queue.put(item(mark), wait_s=5)) for mark in (1, 2, 3)]
        await asyncio.sleep(0)
        assert queue.in_line == 3
        seen = []
        for _ in range(4):
            await asyncio.sleep(0.001)
            seen.append(mark_of(queue.pop()))
        await asyncio.gather(*waiting)
        assert seen == [0, 1, 2, 3]

    asyncio.run(run())


def test_one_who_gives_up_does_not_hold_the_others() -> None:
    async def run() -> None:
        queue = OrderingQueue(1, 1_000)
        await queue.put(item(0), wait_s=0)
        impatient = asyncio.create_task(queue.put(item(1), wait_s=0.01))
        patient = asyncio.create_task(queue.put(item(2), wait_s=5))
        with pytest.raises(OrderingQueueFull):
            await impatient
        assert mark_of(queue.pop()) == 0
        await patient
        assert mark_of(queue.pop()) == 2

    asyncio.run(run())


def test_closing_refuses_newcomers_and_those_in_line_but_keeps_what_was_accepted() -> None:
    async def run() -> None:
        queue = OrderingQueue(1, 1_000)
        await queue.put(item(0), wait_s=0)
        waiting = asyncio.create_task(queue.put(item(1), wait_s=5))
        await asyncio.sleep(0)
        queue.close("the node is stopping")
        with pytest.raises(OrderingStopped, match="the node is stopping"):
            await waiting
        with pytest.raises(OrderingStopped):
            await queue.put(item(2), wait_s=0)
        await queue.wait()
        assert mark_of(queue.pop()) == 0

    asyncio.run(run())
