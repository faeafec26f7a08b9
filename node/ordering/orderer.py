"""The single orderer of a node: takes admitted envelopes from the queue, cuts and signs blocks.

A block is cut when it is full, when its time is over, or earlier: when nothing is being committed and it has gathered
for a moment. The longer commits take, the more gathers meanwhile (docs/adr/0014).

Sources: orderer/consensus/etcdraft/chain.go (serveRequest, ordered, writeBlock: re-judging under a newer
configuration, config blocks alone and drained), orderer/common/multichannel/blockwriter.go (assembly).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from fabric_protos.common import common_pb2

from tanhui.network.protocol.block_signatures import sign_block
from tanhui.network.protocol.blocks import block_hash, build_block
from tanhui.node.ordering.cutter import Batch, BatchLimits, BlockCutter, Message
from tanhui.node.ordering.errors import NotOrdered
from tanhui.node.ordering.queue import OrderingQueue, Queued

_log = structlog.get_logger(__name__)


class BlockSigningIdentity(Protocol):
    """The orderer's identity."""

    @property
    def creator(self) -> bytes:
        """msp.SerializedIdentity."""

    def sign(self, message: bytes) -> bytes:
        """A signature over the whole message."""


@dataclass(frozen=True, slots=True)
class OrderingConfig:
    """What the channel's configuration says about ordering.

    Attributes:
        sequence: of the configuration.
        limits: BatchSize.
        batch_timeout_s: BatchTimeout: the first message of a batch waits no longer than this.
    """

    sequence: int
    limits: BatchLimits
    batch_timeout_s: float


@dataclass(frozen=True, slots=True)
class ChainTip:
    """Where the chain stands.

    Attributes:
        header: of the newest block.
        last_config: number of the newest config block.
    """

    header: common_pb2.BlockHeader
    last_config: int


class OrderedChannel(Protocol):
    """What the orderer needs of its channel."""

    def ordering_config(self) -> OrderingConfig:
        """In force now."""

    async def judge_again(self, item: Queued) -> Message:
        """Judge a message that an older configuration admitted; a CONFIG envelope is made anew.

        Raises:
            NotOrdered: it is not admitted any more.
        """

    async def write(self, block: common_pb2.Block) -> asyncio.Future[None]:
        """Hand the next block to the commit, waiting for room; the result is done when it is committed."""


class Orderer:
    """One channel's ordering. `run` is its only task; everything else may be called from the same loop."""

    def __init__(  # noqa: PLR0917 - the node's parts, one each
        self,
        channel: OrderedChannel,
        queue: OrderingQueue,
        identity: BlockSigningIdentity,
        tip: ChainTip,
        now_s: Callable[[], float],
        gather_s: float,
    ) -> None:
        """`now_s` is a monotonic clock in seconds; `gather_s` how long a batch gathers at least."""
        self._channel = channel
        self._queue = queue
        self._identity = identity
        self._tip = tip
        self._now_s = now_s
        self._config = channel.ordering_config()
        self._cutter = BlockCutter(self._config.limits)
        self._gather_s = gather_s
        self._under_way = 0
        """Blocks that were handed over and are not durable yet."""
        self._first_s = 0.0
        """When the first message of the batch that is being filled was taken."""

    @property
    def pending(self) -> int:
        """Messages in the batch that is being filled."""
        return self._cutter.pending

    async def run(self) -> None:
        """Order until the queue is closed and empty; then cut what is pending."""
        while len(self._queue) or not self._queue.closed:
            await self._wait()
            while (item := self._queue.pop()) is not None:
                await self._take(item)
                if self._cutter.pending and self._now_s() >= self._latest_s:
                    await self._cut()
            if self._cutter.pending and self._now_s() >= self._due_s():
                await self._cut()
        await self._cut()

    async def _wait(self) -> None:
        """For a message; while a batch is pending, for those that fill it, or for the end of its time."""
        if not self._cutter.pending:
            await self._queue.wait()
            return
        left_s = self._due_s() - self._now_s()
        if left_s > 0:
            try:
                async with asyncio.timeout(left_s):
                    await self._queue.wait(*self._cutter.room)
            except TimeoutError:
                pass

    @property
    def _latest_s(self) -> float:
        """When the pending batch has waited as long as it may."""
        return self._first_s + self._config.batch_timeout_s

    def _due_s(self) -> float:
        """When it is cut, as things stand."""
        return self._latest_s if self._under_way else min(self._first_s + self._gather_s, self._latest_s)

    async def _take(self, item: Queued) -> None:
        message = item.message
        if item.is_config:
            await self._cut()
        if item.config_sequence < self._config.sequence:
            try:
                message = await self._channel.judge_again(item)
            except NotOrdered as refused:
                _log.warning("ordering.dropped_after_config_change", reason=str(refused))
                return
        if item.is_config:
            await self._write_config(message)
            return
        was_pending = self._cutter.pending
        for batch in self._cutter.ordered(message):
            await self._write(batch)
            was_pending = 0
        if not was_pending:
            self._first_s = self._now_s()

    async def _cut(self) -> None:
        batch = self._cutter.cut()
        if batch:
            await self._write(batch)

    async def _write_config(self, message: Message) -> None:
        """A config block stands alone, and nothing is cut before it is in force."""
        committed = await self._write((message,), is_config=True)
        await committed
        self._config = self._channel.ordering_config()
        self._cutter.set_limits(self._config.limits)

    async def _write(self, batch: Batch, *, is_config: bool = False) -> asyncio.Future[None]:
        header = self._tip.header
        number = header.number + 1
        block = build_block(number, block_hash(header), [message.raw for message in batch])
        last_config = number if is_config else self._tip.last_config
        sign_block(block, creator=self._identity.creator, sign=self._identity.sign, last_config=last_config)
        self._tip = ChainTip(block.header, last_config)
        committed = await self._channel.write(block)
        self._under_way += 1
        committed.add_done_callback(self._committed)
        return committed

    def _committed(self, _: "asyncio.Future[None]") -> None:
        self._under_way -= 1
        self._queue.wake()
