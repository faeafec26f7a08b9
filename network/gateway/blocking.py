"""The same client for programs without an event loop.

One thread runs the loop; every call here waits for the answer of its asyncio twin. Any number of threads may
call at once. Objects without I/O (`Status`, `ProposalOptions`, checkpointers, errors) are the same ones.

    with BlockingGateway(lambda: GrpcTransport(endpoint, tls), identity, signer) as gateway:
        gateway.network("credits").contract("registry").submit_transaction("points:Transfer", payload)
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.crypto_config.signer import Signer
from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.checkpointers import Checkpoint
from tanhui.network.gateway.commit import Commit
from tanhui.network.gateway.contract import NO_OPTIONS, Contract
from tanhui.network.gateway.event_stream import DEFAULT_RECOVERY, EventStream, Recovery
from tanhui.network.gateway.events import ChaincodeEvent
from tanhui.network.gateway.gateway import Gateway, connect
from tanhui.network.gateway.network import Network
from tanhui.network.gateway.proposal import Argument, Proposal, ProposalOptions
from tanhui.network.gateway.status import Status
from tanhui.network.gateway.transaction import SubmittedTransaction, Transaction
from tanhui.network.protocol.identities import Credentials
from tanhui.network.protocol.transport import Transport

ResultT = TypeVar("ResultT")
EventT = TypeVar("EventT")


class LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gateway", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Run to the end, or until interrupted, which cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Stop the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class BlockingCommit:
    """`Commit`, waiting."""

    def __init__(self, loop: LoopThread, commit: Commit) -> None:
        self._loop = loop
        self.commit = commit

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self.commit.transaction_id

    def status(self, options: CallOptions | None = None) -> Status:
        """Wait for the block. Raises CommitStatusError."""
        return self._loop.run(self.commit.status(options))


class BlockingSubmitted(BlockingCommit):
    """`SubmittedTransaction`, waiting."""

    def __init__(self, loop: LoopThread, submitted: SubmittedTransaction) -> None:
        super().__init__(loop, submitted)
        self._submitted = submitted

    @property
    def result(self) -> bytes:
        """The chaincode's answer at endorsement."""
        return self._submitted.result


class BlockingTransaction:
    """`Transaction`, waiting; `transaction` is the one to serialise and sign."""

    def __init__(self, loop: LoopThread, transaction: Transaction) -> None:
        self._loop = loop
        self.transaction = transaction

    def submit(self, options: CallOptions | None = None) -> BlockingSubmitted:
        """Hand to the orderers. Raises SubmitError."""
        return BlockingSubmitted(self._loop, self._loop.run(self.transaction.submit(options)))


class BlockingProposal:
    """`Proposal`, waiting; `proposal` is the one to serialise and sign."""

    def __init__(self, loop: LoopThread, proposal: Proposal) -> None:
        self._loop = loop
        self.proposal = proposal

    def evaluate(self, options: CallOptions | None = None) -> bytes:
        """The chaincode's answer. Raises GatewayError."""
        return self._loop.run(self.proposal.evaluate(options))

    def endorse(self, options: CallOptions | None = None) -> BlockingTransaction:
        """The endorsements. Raises EndorseError."""
        return BlockingTransaction(self._loop, self._loop.run(self.proposal.endorse(options)))


class BlockingContract:
    """`Contract`, waiting; raises what `Contract` raises."""

    def __init__(self, loop: LoopThread, contract: Contract) -> None:
        self._loop = loop
        self.contract = contract

    def evaluate_transaction(self, function: str, *arguments: Argument) -> bytes:
        """Ask one peer; the ledger stays as it is."""
        return self._loop.run(self.contract.evaluate_transaction(function, *arguments))

    def submit_transaction(self, function: str, *arguments: Argument) -> bytes:
        """Change the ledger and wait for the block."""
        return self._loop.run(self.contract.submit_transaction(function, *arguments))

    def evaluate(self, function: str, options: ProposalOptions = NO_OPTIONS) -> bytes:
        """Ask one peer, with transient data or chosen organisations."""
        return self._loop.run(self.contract.evaluate(function, options))

    def submit(self, function: str, options: ProposalOptions = NO_OPTIONS) -> bytes:
        """Change the ledger and wait for the block, with transient data or chosen organisations."""
        return self._loop.run(self.contract.submit(function, options))

    def submit_async(self, function: str, options: ProposalOptions = NO_OPTIONS) -> BlockingSubmitted:
        """Endorse and order, without waiting for the block."""
        return BlockingSubmitted(self._loop, self._loop.run(self.contract.submit_async(function, options)))

    def new_proposal(self, function: str, options: ProposalOptions = NO_OPTIONS) -> BlockingProposal:
        """A proposal to be endorsed step by step."""
        return BlockingProposal(self._loop, self.contract.new_proposal(function, options))


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
