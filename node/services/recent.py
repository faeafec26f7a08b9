"""The newest blocks, kept in memory and looked at once for all streams.

A stream holds no buffer: it knows the next block it wants and asks here. A slow reader whose block has left
the memory gets it from the block files, so that no reader, however slow, makes the node hold more.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_event_pb2

from tanhui.node.services.filtered import chaincode_events, filtered_block


@dataclass(frozen=True)
class CommittedBlock:
    """A block as the ledger holds it, validation codes included; its views are made once."""

    channel_id: str
    number: int
    raw: bytes

    @cached_property
    def message(self) -> common_pb2.Block:
        """Parsed. Shared by all streams: not to be changed."""
        return common_pb2.Block.FromString(self.raw)

    @cached_property
    def filtered(self) -> bytes:
        """peer.FilteredBlock bytes."""
        return filtered_block(self.message, self.channel_id).SerializeToString()

    @cached_property
    def events(self) -> tuple[chaincode_event_pb2.ChaincodeEvent, ...]:
        """Chaincode events of its valid transactions."""
        return chaincode_events(self.message)

    @cached_property
    def is_config(self) -> bool:
        """Whether the block carries a channel configuration."""
        envelope = common_pb2.Envelope.FromString(self.message.data.data[0])
        payload = common_pb2.Payload.FromString(envelope.payload)
        return common_pb2.ChannelHeader.FromString(payload.header.channel_header).type == common_pb2.CONFIG


class RecentBlocks:
    """Committed blocks by number, newest in memory, and the wait for the next. One event loop."""

    def __init__(
        self,
        channel_id: str,
        read: Callable[[int], bytes],
        height: int,
        *,
        blocks_max: int,
        bytes_max: int,
    ) -> None:
        """`read` gives a committed block's bytes from disk; it runs in a thread."""
        self._channel_id = channel_id
        self._read = read
        self._height = height
        self._blocks_max = blocks_max
        self._bytes_max = bytes_max
        self._kept: OrderedDict[int, CommittedBlock] = OrderedDict()
        self._kept_bytes = 0
        self._grown = asyncio.Event()
        self._failure: Exception | None = None

    @property
    def height(self) -> int:
        """Number of the next block."""
        return self._height

    def committed(self, number: int, raw: bytes) -> CommittedBlock:
        """Called once for each block, in order, when it is durable."""
        assert number == self._height, f"block {number} follows {self._height - 1}"
        block = CommittedBlock(self._channel_id, number, raw)
        self._kept[number] = block
        self._kept_bytes += len(raw)
        while len(self._kept) > self._blocks_max or (
            self._kept_bytes > self._bytes_max and len(self._kept) > 1
        ):
            self._kept_bytes -= len(self._kept.popitem(last=False)[1].raw)
        self._height = number + 1
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
        return block

    def fail(self, failure: Exception) -> None:
        """No block will follow: wake everybody who waits with `failure`."""
        self._failure = failure
        self._grown.set()

    async def wait_beyond(self, number: int) -> None:
        """Return once block `number` is committed. Raises what `fail` was given."""
        while self._height <= number:
            if self._failure is not None:
                raise self._failure
            await self._grown.wait()

    async def block(self, number: int) -> CommittedBlock:
        """A block, waiting for it when it is not committed yet."""
        await self.wait_beyond(number)
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        raw = await asyncio.to_thread(self._read, number)
        return CommittedBlock(self._channel_id, number, raw)
