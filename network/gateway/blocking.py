"""The same client for programs without an event loop.

One thread runs the loop; every call here waits for the answer of its asyncio twin. Any number of threads may
call at once. Objects without I/O (`Status`, `ProposalOptions`, checkpointers, errors) are the same ones.

    with BlockingGateway(lambda: GrpcTransport(endpoint, tls), identity, signer) as gateway:
        gateway.network("credits").contract("registry").submit_transaction("points:Transfer", payload)
"""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.crypto_config.signer import Signer
from tanhui.network.gateway.blocking_contract import (
    BlockingCommit,
    BlockingContract,
    BlockingProposal,
    BlockingTransaction,
)
from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.checkpointers import Checkpoint
from tanhui.network.gateway.commit import Commit
from tanhui.network.gateway.event_stream import DEFAULT_RECOVERY, EventStream, Recovery
from tanhui.network.gateway.events import ChaincodeEvent
from tanhui.network.gateway.gateway import Gateway, connect
from tanhui.network.gateway.loop_thread import LoopThread
from tanhui.network.gateway.network import Network
from tanhui.network.gateway.proposal import Proposal
from tanhui.network.gateway.transaction import Transaction
from tanhui.network.protocol.identities import Credentials
from tanhui.network.protocol.transport import Transport

EventT = TypeVar("EventT")


class BlockingEvents(Generic[EventT]):
    """`EventStream` as an iterator; `close` from another thread ends a waiting one."""

    def __init__(self, loop: LoopThread, stream: EventStream[EventT]) -> None:
        self._loop = loop
        self._stream = stream

    def __iter__(self) -> Iterator[EventT]:
        return self

    def __next__(self) -> EventT:
        found = self._loop.run(_next(self._stream))
        if not found:
            raise StopIteration
        return found[0]

    def __enter__(self) -> Self:
        self._loop.run(self._stream.open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading. Harmless when repeated."""
        self._loop.run(self._stream.close())


class BlockingNetwork:
    """`Network`, waiting; `network` makes the requests that are signed elsewhere."""

    def __init__(self, loop: LoopThread, network: Network) -> None:
        self._loop = loop
        self.network = network

    def contract(self, chaincode: str, name: str | None = None) -> BlockingContract:
        """A chaincode, or the contract `name` inside it."""
        return BlockingContract(self._loop, self.network.contract(chaincode, name))

    def chaincode_events(
        self,
        chaincode: str,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> BlockingEvents[ChaincodeEvent]:
        """Events of one chaincode's valid transactions."""
        return self._events(
            self.network.chaincode_events(
                chaincode, start_block=start_block, checkpoint=checkpoint, options=options, recovery=recovery
            )
        )

    def block_events(
        self,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> BlockingEvents[common_pb2.Block]:
        """Whole blocks."""
        return self._events(
            self.network.block_events(
                start_block=start_block, checkpoint=checkpoint, options=options, recovery=recovery
            )
        )

    def filtered_block_events(
        self,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> BlockingEvents[events_pb2.FilteredBlock]:
        """Blocks with transaction ids, validation codes and event names only."""
        return self._events(
            self.network.filtered_block_events(
                start_block=start_block, checkpoint=checkpoint, options=options, recovery=recovery
            )
        )

    def block_and_private_data_events(
        self,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> BlockingEvents[events_pb2.BlockAndPrivateData]:
        """Whole blocks with private data."""
        return self._events(
            self.network.block_and_private_data_events(
                start_block=start_block, checkpoint=checkpoint, options=options, recovery=recovery
            )
        )

    def _events(self, stream: EventStream[EventT]) -> BlockingEvents[EventT]:
        return BlockingEvents(self._loop, stream)


class BlockingGateway:
    """A gateway with a thread and a transport of its own, both ended by `close`.

    `options` are those of `connect`; `gateway` is the asyncio twin, for what needs no waiting.
    """

    def __init__(
        self,
        make_transport: Callable[[], Transport],
        identity: Credentials,
        signer: Signer | None = None,
        **options: Any,
    ) -> None:
        self._loop = LoopThread()
        try:
            self._transport = self._loop.run(_made(make_transport))
            self.gateway: Gateway = connect(self._transport, identity, signer, **options)
        except BaseException:
            self._loop.close()
            raise

    def network(self, channel: str) -> BlockingNetwork:
        """The channel of this name."""
        return BlockingNetwork(self._loop, self.gateway.network(channel))

    def commit(self, commit: Commit) -> BlockingCommit:
        """Wait with a commit that the gateway rebuilt."""
        return BlockingCommit(self._loop, commit)

    def proposal(self, proposal: Proposal) -> BlockingProposal:
        """Wait with a proposal that the gateway rebuilt."""
        return BlockingProposal(self._loop, proposal)

    def transaction(self, transaction: Transaction) -> BlockingTransaction:
        """Wait with a transaction that the gateway rebuilt."""
        return BlockingTransaction(self._loop, transaction)

    def events(self, stream: EventStream[EventT]) -> BlockingEvents[EventT]:
        """Wait with the events of a request that was signed elsewhere."""
        return BlockingEvents(self._loop, stream)

    def close(self) -> None:
        """End streams, transport and thread."""
        try:
            self._loop.run(self.gateway.close())
            close = getattr(self._transport, "close", None)
            if close is not None:
                self._loop.run(close())
        finally:
            self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


async def _made(make_transport: Callable[[], Transport]) -> Transport:
    """Made inside the loop, as gRPC wants it."""
    return make_transport()


async def _next(stream: EventStream[EventT]) -> list[EventT]:
    """The next event, or nothing at the end: StopAsyncIteration does not cross threads."""
    async for event in stream:
        return [event]
    return []
