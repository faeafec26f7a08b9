"""Outcomes of transactions from one shared stream of filtered blocks: two calls a submit instead of three.

A peer says in a filtered block what it says in CommitStatus, under the same trust. Whenever the stream cannot
tell, because it broke for good or too many transactions wait, the Gateway is asked instead.
"""

import asyncio
import contextlib
import logging
from asyncio import Future

from fabric_protos.peer import events_pb2

from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.commit import SignedCommit
from tanhui.network.gateway.errors import CommitStatusError, GatewayError, NoSignerError
from tanhui.network.gateway.event_stream import EventStream
from tanhui.network.gateway.status import GrpcCode, Status
from tanhui.network.protocol.transport import TransportError

WATCHED_MAX = 65_536
"""Transactions looked out for at once; beyond that the oldest is asked for with a call."""


OPEN_WAIT_S = 5.0
"""How long a submit waits for the stream before it goes on without."""

_log = logging.getLogger(__name__)


class CommitStream:
    """Reads filtered blocks for as long as its gateway is open, and tells those who wait."""

    def __init__(
        self, stream: EventStream[events_pb2.FilteredBlock], default_timeout_s: float | None
    ) -> None:
        self._stream = stream
        self._default_timeout_s = default_timeout_s
        self._watched: dict[str, Future[Status]] = {}
        self._task: asyncio.Task[None] | None = None
        self._over = False
        self._reading = False
        """The stream was opened and is not over."""

    async def watch(self, transaction_id: str) -> Future[Status]:
        """Look out for a transaction; its future is cancelled when that is impossible."""
        outcome: Future[Status] = asyncio.get_running_loop().create_future()
        if not await self._opened():
            outcome.cancel()
            return outcome
        if len(self._watched) >= WATCHED_MAX:
            self._watched.pop(next(iter(self._watched))).cancel()
        self._watched[transaction_id] = outcome
        outcome.add_done_callback(lambda _: self._watched.pop(transaction_id, None))
        return outcome

    async def wait(
        self, outcome: Future[Status], commit: SignedCommit, options: CallOptions | None
    ) -> Status:
        """The outcome, from the Gateway where the stream gave up. Raises CommitStatusError."""
        timeout_s = options.timeout_s if options else self._default_timeout_s
        done, _ = await asyncio.wait([outcome], timeout=timeout_s)
        if not done:
            reason = TransportError(GrpcCode.DEADLINE_EXCEEDED, f"no block came within {timeout_s} s")
            raise CommitStatusError(reason, commit.transaction_id)
        if outcome.cancelled():
            return await commit.status(options)
        return outcome.result()

    async def close(self) -> None:
        """Stop reading; who still waits asks the Gateway."""
        await self._stream.close()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _opened(self) -> bool:
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        if self._reading:
            return True
        if not self._over:
            with contextlib.suppress(GatewayError, NoSignerError, TimeoutError):
                async with asyncio.timeout(OPEN_WAIT_S):
                    await self._stream.open()
                self._reading = not self._over
                return self._reading
        return False

    async def _run(self) -> None:
        try:
            async for block in self._stream:
                self._tell(block)
        except Exception as reason:  # noqa: BLE001 - whoever waits asks the Gateway, and is told
            _log.warning("shared commit stream ended: %s", reason)
        finally:
            self._over = True
            self._reading = False
            for outcome in list(self._watched.values()):
                outcome.cancel()

    def _tell(self, block: events_pb2.FilteredBlock) -> None:
        for transaction in block.filtered_transactions:
            outcome = self._watched.get(transaction.txid)
            if outcome is not None and not outcome.done():
                outcome.set_result(Status(transaction.tx_validation_code, block.number, transaction.txid))
