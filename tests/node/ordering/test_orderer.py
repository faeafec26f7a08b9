"""When blocks are cut: by size, by time, and earlier where nothing is being committed."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fabric_protos.common import common_pb2

from tanhui.node.ordering.cutter import BatchLimits, Message
from tanhui.node.ordering.orderer import ChainTip, Orderer, OrderingConfig
from tanhui.node.ordering.queue import OrderingQueue, Queued
from tests.support.asynchronous import asynchronous

LONG_S = 60.0
SOON_S = 5.0
"""How long a test waits for what must happen at once, on a busy machine."""


class Identity:
    creator = b"orderer"

    def sign(self, message: bytes) -> bytes:
        return b"signature"


class Channel:
    """Takes blocks, and commits them when it is told to."""

    def __init__(self, timeout_s: float, messages_max: int) -> None:
        self.config = OrderingConfig(0, BatchLimits(messages_max, 1_000, 500), timeout_s)
        self.blocks: list[list[bytes]] = []
        self.under_way: list[asyncio.Future[None]] = []
        self.came = asyncio.Condition()

    def ordering_config(self) -> OrderingConfig:
        return self.config

    async def judge_again(self, item: Queued) -> Message:
        return item.message

    async def write(self, block: common_pb2.Block) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.blocks.append(list(block.data.data))
        self.under_way.append(done)
        async with self.came:
            self.came.notify_all()
        return done

    async def cut(self, blocks: int) -> list[list[bytes]]:
        """So many blocks, once they are there."""
        async with asyncio.timeout(SOON_S), self.came:
            await self.came.wait_for(lambda: len(self.blocks) >= blocks)
        return self.blocks

    def commit(self) -> None:
        self.under_way.pop(0).set_result(None)


@asynccontextmanager
async def ordering(
    *, timeout_s: float = LONG_S, messages_max: int = 10, gather_s: float = 0.0, queued_max: int = 100
) -> AsyncIterator[tuple[OrderingQueue, Channel]]:
    """An orderer at work; at the end everything that was put is in a block."""
    queue, channel = OrderingQueue(queued_max, 10_000), Channel(timeout_s, messages_max)
    tip = ChainTip(common_pb2.BlockHeader(number=6), 0)
    running = asyncio.create_task(Orderer(channel, queue, Identity(), tip, time.monotonic, gather_s).run())
    try:
        yield queue, channel
    finally:
        queue.close("the test is over")
        await asyncio.wait_for(running, SOON_S)


async def put(queue: OrderingQueue, *marks: int, is_config: bool = False, size: int = 4) -> None:
    for mark in marks:
        raw = bytes((mark,)).ljust(size, b".")
        await queue.put(Queued(Message(raw, size), 0, is_config), wait_s=SOON_S)


def marks(block: list[bytes]) -> list[int]:
    return [raw[0] for raw in block]


@asynchronous
async def test_an_idle_orderer_waits_for_nobody() -> None:
    async with ordering() as (queue, channel):
        await put(queue, 1)
        assert [marks(one) for one in await channel.cut(1)] == [[1]]


@asynchronous
async def test_what_comes_while_a_block_is_committed_is_the_next_block() -> None:
    async with ordering() as (queue, channel):
        await put(queue, 1)
        await channel.cut(1)
        for mark in (2, 3, 4):
            await put(queue, mark)
            await asyncio.sleep(0.005)
        assert len(channel.blocks) == 1, "nothing is cut while a block is under way"
        channel.commit()
        assert [marks(one) for one in await channel.cut(2)] == [[1], [2, 3, 4]]


@asynchronous
async def test_of_several_blocks_under_way_the_last_is_waited_for() -> None:
    async with ordering(messages_max=2) as (queue, channel):
        await put(queue, 1, 2, 3, 4)
        await channel.cut(2)
        await put(queue, 5)
        channel.commit()
        await asyncio.sleep(0.02)
        assert len(channel.blocks) == 2, "one of them is not committed yet"
        channel.commit()
        assert marks((await channel.cut(3))[2]) == [5]


@asynchronous
async def test_a_full_block_does_not_wait_for_the_one_before() -> None:
    async with ordering(messages_max=3) as (queue, channel):
        await put(queue, 1)
        await channel.cut(1)
        await put(queue, 2, 3, 4, 5)
        assert [marks(one) for one in await channel.cut(2)] == [[1], [2, 3, 4]]
    assert marks(channel.blocks[2]) == [5]


@asynchronous
async def test_nor_does_one_that_is_full_by_its_bytes() -> None:
    async with ordering() as (queue, channel):
        await put(queue, 1)
        await channel.cut(1)
        await put(queue, 2, 3, 4, size=200)
        assert [marks(one) for one in await channel.cut(2)] == [[1], [2, 3]]


@asynchronous
async def test_a_batch_whose_time_is_over_is_cut_though_a_block_is_under_way() -> None:
    async with ordering(timeout_s=0.02) as (queue, channel):
        await put(queue, 1)
        await channel.cut(1)
        await put(queue, 2)
        assert [marks(one) for one in await channel.cut(2)] == [[1], [2]]


@pytest.mark.parametrize(
    ("timeout_s", "gather_s"),
    [
        pytest.param(LONG_S, 0.1, id="it gathers for its moment"),
        pytest.param(0.1, LONG_S, id="with a gather of the timeout or more the channel's limits alone cut"),
    ],
)
@asynchronous
async def test_a_batch_gathers_though_nothing_is_under_way(timeout_s: float, gather_s: float) -> None:
    async with ordering(timeout_s=timeout_s, gather_s=gather_s) as (queue, channel):
        began_s = time.monotonic()
        await put(queue, 1)
        await asyncio.sleep(0.03)
        await put(queue, 2)
        assert [marks(one) for one in await channel.cut(1)] == [[1, 2]]
        assert time.monotonic() - began_s >= 0.1


@asynchronous
async def test_a_configuration_ends_the_batch_and_stands_alone() -> None:
    async with ordering(gather_s=LONG_S) as (queue, channel):
        await put(queue, 1)
        await asyncio.sleep(0.005)
        await put(queue, 9, is_config=True)
        await put(queue, 2)
        assert [marks(one) for one in await channel.cut(2)] == [[1], [9]]
        channel.commit()
        channel.commit()
    assert [marks(one) for one in channel.blocks] == [[1], [9], [2]]


@asynchronous
async def test_a_small_queue_is_emptied_into_the_batch_while_a_block_is_under_way() -> None:
    async with ordering(queued_max=2) as (queue, channel):
        await put(queue, 1)
        await channel.cut(1)
        await asyncio.wait_for(put(queue, 2, 3, 4, 5, 6), SOON_S)
        channel.commit()
        assert marks((await channel.cut(2))[1]) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("gather_s", [0.0, LONG_S])
@asynchronous
async def test_closing_the_queue_cuts_what_is_left(gather_s: float) -> None:
    async with ordering(gather_s=gather_s) as (queue, channel):
        await put(queue, 1)
        await put(queue, 2)
    assert [mark for block in channel.blocks for mark in marks(block)] == [1, 2]
