"""From an ordered block to everybody who waits for it: validate, one synced commit, notify.

One block at a time, in one worker thread; meanwhile the orderer may cut a few blocks more. A failure stops
the channel for good: what is on disk is whole, and only a restart may go on from there.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from fabric_protos.common import common_pb2

from tanhui.network.protocol.blocks import block_bytes
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.lifecycle import NAMESPACE
from tanhui.node.channel import NodeChannel
from tanhui.node.committed import Committed
from tanhui.node.errors import NodeUnavailable
from tanhui.node.ledger import Ledger
from tanhui.node.private_data import PrivateStore
from tanhui.node.validation import ConfigRules, Validator

_log = structlog.get_logger(__name__)

OnCommit = Callable[[Committed], None]
"""Called on the event loop for each block, after the channel was told: metrics."""


class ChannelFailed(NodeUnavailable):
    """The channel cannot commit any more; the node must be restarted."""


@dataclass(frozen=True, slots=True)
class _InFlight:
    block: common_pb2.Block
    done: asyncio.Future[None]


class Committer:
    """One channel's commits. `run` is its task."""

    def __init__(  # noqa: PLR0917 - the node's parts, one each
        self,
        channel: NodeChannel,
        validator: Validator,
        in_flight_max: int,
        on_commit: OnCommit,
        private: PrivateStore | None = None,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._channel = channel
        self._ledger: Ledger = channel.ledger
        self._validator = validator
        self._rules = ConfigRules(channel.config)
        self._queue: asyncio.Queue[_InFlight | None] = asyncio.Queue(in_flight_max)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tanhui-commit")
        self._on_commit = on_commit
        self._private = private
        self._on_failure = on_failure
        self._failure: ChannelFailed | None = None

    @property
    def in_flight(self) -> int:
        """Blocks that wait for their commit."""
        return self._queue.qsize()

    @property
    def failure(self) -> ChannelFailed | None:
        """Why nothing is committed any more, None while all is well."""
        return self._failure

    async def write(self, block: common_pb2.Block) -> asyncio.Future[None]:
        """Take the next block, waiting for room; the result is done when it is committed.

        Raises:
            ChannelFailed: an earlier block could not be committed.
        """
        if self._failure is not None:
            raise self._failure
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_look_at)
        await self._queue.put(_InFlight(block, done))
        return done

    async def run(self) -> None:
        """Commit until `stop`; on a failure, tell everybody and go on refusing."""
        loop = asyncio.get_running_loop()
        while (item := await self._queue.get()) is not None:
            if self._failure is not None:
                item.done.set_exception(self._failure)
                continue
            try:
                committed = await loop.run_in_executor(self._thread, self._commit, item.block)
            except Exception as error:  # noqa: BLE001 - whatever it is, the channel must not go on
                item.done.set_exception(self._fail(item.block.header.number, error))
                continue
            self._channel.committed(committed)
            self._on_commit(committed)
            item.done.set_result(None)

    async def stop(self) -> None:
        """End after the blocks that were taken."""
        await self._queue.put(None)

    def close(self) -> None:
        """Release the thread."""
        self._thread.shutdown(wait=True)

    def _commit(self, block: common_pb2.Block) -> Committed:
        validated = self._validator.validate(block, self._rules, self._ledger.state)
        done = self._ledger.commit_block(validated.block, validated.updates)
        if self._private is not None:
            self._private.apply(done, validated.updates.txids)
        config: ChannelConfig | None = None
        if validated.rules is not self._rules:
            assert isinstance(validated.rules, ConfigRules), "rules beget their own kind"
            self._rules = validated.rules
            config = validated.rules.config
        number = block.header.number
        return Committed(
            number=number,
            raw=block_bytes(done),  # as the ledger wrote it
            statuses=tuple(zip(validated.updates.txids, validated.codes, strict=True)),
            config=config,
            changed_definitions=bool(validated.updates.public(NAMESPACE)),
        )

    def _fail(self, number: int, error: Exception) -> ChannelFailed:
        _log.critical(
            "commit.failed", channel=self._channel.channel_id, block=number, error=str(error), exc_info=error
        )
        self._failure = ChannelFailed(
            f"channel {self._channel.channel_id} stopped at block {number}: {error}; restart the node"
        )
        self._channel.fail(self._failure)
        self._on_failure()
        return self._failure


def _look_at(done: asyncio.Future[None]) -> None:
    """Nobody has to wait for a block; its failure is told otherwise."""
    if not done.cancelled():
        done.exception()
