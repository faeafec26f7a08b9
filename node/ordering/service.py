"""Broadcast for one channel: judge in a thread, then queue. And what the orderer asks of its channel."""

import asyncio
from collections.abc import Awaitable, Callable

from fabric_protos.common import common_pb2

from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.envelopes import EnvelopeView, parse_envelope
from tanhui.network.protocol.policies import SignedData, Verify, verify_anew
from tanhui.node.clock import NANOSECONDS, Clock
from tanhui.node.endorsing.endorsers import LocalIdentity
from tanhui.node.endorsing.outcome import NodeBusy
from tanhui.node.endorsing.workers import Workers
from tanhui.node.ordering.admission import admit, read_broadcast, update_in
from tanhui.node.ordering.cutter import BatchLimits, Message
from tanhui.node.ordering.errors import NotOrdered, OrderingQueueFull
from tanhui.node.ordering.orderer import OrderingConfig
from tanhui.node.ordering.queue import OrderingQueue, Queued
from tanhui.node.verifying.ahead import SignaturesAhead

Write = Callable[[common_pb2.Block], Awaitable[asyncio.Future[None]]]
Verified = Callable[[SignedData], None]
"""Told of a signature that is right, so that validation need not verify it again."""


class ChannelOrdering:
    """Satisfies OrderedChannel, and takes broadcasts."""

    def __init__(
        self,
        config: Callable[[], ChannelConfig],
        queue: OrderingQueue,
        identity: LocalIdentity,
        *,
        workers: Workers,
        clock: Clock,
        wait_s_max: float,
        write: Write,
        verified: Verified,
        ahead: SignaturesAhead,
    ) -> None:
        """`config` gives the channel's configuration in force."""
        self._config = config
        self._queue = queue
        self._identity = identity
        self._workers = workers
        self._clock = clock
        self._wait_s_max = wait_s_max
        self._write = write
        self._verified = verified
        self._ahead = ahead

    async def broadcast(self, message: Message, view: EnvelopeView) -> None:
        """Admit and queue. Raises NotOrdered; returns once the message will be ordered."""
        right = await self._ahead.right(view.signed, self._config().deserialize_identity)
        try:
            queued = await self._workers.run(_kind(view), self._admit, message, view, right.verify)
        except NodeBusy as busy:
            raise OrderingQueueFull(len(self._queue), self._queue.queued_bytes) from busy
        await self._queue.put(queued, self._wait_s_max)

    def ordering_config(self) -> OrderingConfig:
        """See OrderedChannel."""
        config = self._config()
        limits = config.batch_limits
        assert limits is not None, "a channel that is ordered has orderer settings"
        return OrderingConfig(
            config.sequence,
            BatchLimits(limits.max_message_count, limits.absolute_max_bytes, limits.preferred_max_bytes),
            limits.timeout_ns / NANOSECONDS,
        )

    async def judge_again(self, item: Queued) -> Message:
        """See OrderedChannel."""
        message = item.message
        if item.is_config:
            message, view = read_broadcast(update_in(message))
        else:
            view = parse_envelope(message.raw)
        return (await self._workers.run(_kind(view), self._admit, message, view)).message

    async def write(self, block: common_pb2.Block) -> asyncio.Future[None]:
        """See OrderedChannel."""
        return await self._write(block)

    def _admit(self, message: Message, view: EnvelopeView, verify: Verify = verify_anew) -> Queued:
        queued = admit(message, view, self._config(), self._identity, self._clock(), verify=verify)
        if not queued.is_config:
            self._verified(view.signed)
        return queued


def _kind(view: EnvelopeView) -> tuple[str, int]:
    """A config update takes longer to judge than a transaction."""
    return "admit", view.type


async def broadcast_to(
    channels: Callable[[str], ChannelOrdering | None], envelope: common_pb2.Envelope
) -> None:
    """Order an envelope on the channel that it names. Raises NotOrdered."""
    message, view = read_broadcast(envelope)
    channel = channels(view.channel_id)
    if channel is None:
        raise NotOrdered(common_pb2.BAD_REQUEST, "channel does not exist")
    await channel.broadcast(message, view)
