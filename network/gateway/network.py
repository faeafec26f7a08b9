"""A channel, seen through a gateway: its chaincodes and its events."""

from typing import TypeVar

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.network.gateway.block_events import (
    BLOCKS,
    BLOCKS_AND_PRIVATE_DATA,
    FILTERED_BLOCKS,
    BlockEventsRequest,
    BlockKind,
    BlocksQuery,
    block_events,
    new_block_events_request,
)
from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.calls import GatewayCalls
from tanhui.network.gateway.chaincode_events import (
    ChaincodeEventsQuery,
    ChaincodeEventsRequest,
    chaincode_events,
    new_chaincode_events_request,
)
from tanhui.network.gateway.checkpointers import Checkpoint
from tanhui.network.gateway.commit import Commit, new_commit
from tanhui.network.gateway.contract import Contract
from tanhui.network.gateway.event_stream import DEFAULT_RECOVERY, EventStream, Recovery
from tanhui.network.gateway.events import ChaincodeEvent
from tanhui.network.gateway.open_streams import OpenStreams
from tanhui.network.gateway.positions import start_position
from tanhui.network.gateway.signing import MessageSigner
from tanhui.network.gateway.transaction import CommitWatch

BlockT = TypeVar("BlockT")


class Network:
    """Opened by `Gateway.network`. Of its events, each stream recovers unless told `recovery=None`.

    A stream begins at a checkpoint that has been set, else at `start_block`, else with the next commit.
    """

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        *,
        name: str,
        tls_certificate_hash: bytes,
        watch: CommitWatch | None,
        streams: OpenStreams,
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._name = name
        self._tls_certificate_hash = tls_certificate_hash
        self._watch = watch
        self._streams = streams

    @property
    def name(self) -> str:
        """The channel's id."""
        return self._name

    def contract(self, chaincode: str, name: str | None = None) -> Contract:
        """A chaincode, or the contract `name` inside it."""
        return Contract(
            self._calls,
            self._signer,
            channel_id=self._name,
            chaincode=chaincode,
            name=name,
            watch=self._watch,
        )

    def new_commit(self, transaction_id: str) -> Commit:
        """The question what became of a transaction, whoever submitted it."""
        return new_commit(self._calls, self._signer, self._name, transaction_id)

    def chaincode_events(
        self,
        chaincode: str,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> EventStream[ChaincodeEvent]:
        """Events of one chaincode's valid transactions, in the ledger's order."""
        query = self._chaincode_query(chaincode, start_block, checkpoint)
        return self._streams.keep(chaincode_events(self._calls, self._signer, query, options, recovery))

    def new_chaincode_events_request(
        self, chaincode: str, *, start_block: int | None = None, checkpoint: Checkpoint | None = None
    ) -> ChaincodeEventsRequest:
        """The same as a request, to be signed elsewhere."""
        query = self._chaincode_query(chaincode, start_block, checkpoint)
        return new_chaincode_events_request(self._calls, self._signer, query)

    def block_events(
        self,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> EventStream[common_pb2.Block]:
        """Whole blocks."""
        return self._blocks(BLOCKS, start_block, checkpoint, options, recovery)

    def new_block_events_request(
        self, *, start_block: int | None = None, checkpoint: Checkpoint | None = None
    ) -> BlockEventsRequest[common_pb2.Block]:
        """The same as a request, to be signed elsewhere."""
        return self._blocks_request(BLOCKS, start_block, checkpoint)

    def filtered_block_events(
        self,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> EventStream[events_pb2.FilteredBlock]:
        """Blocks with transaction ids, validation codes and event names only."""
        return self._blocks(FILTERED_BLOCKS, start_block, checkpoint, options, recovery)

    def new_filtered_block_events_request(
        self, *, start_block: int | None = None, checkpoint: Checkpoint | None = None
    ) -> BlockEventsRequest[events_pb2.FilteredBlock]:
        """The same as a request, to be signed elsewhere."""
        return self._blocks_request(FILTERED_BLOCKS, start_block, checkpoint)

    def block_and_private_data_events(
        self,
        *,
        start_block: int | None = None,
        checkpoint: Checkpoint | None = None,
        options: CallOptions | None = None,
        recovery: Recovery | None = DEFAULT_RECOVERY,
    ) -> EventStream[events_pb2.BlockAndPrivateData]:
        """Whole blocks with the private data that the caller's organisation may see."""
        return self._blocks(BLOCKS_AND_PRIVATE_DATA, start_block, checkpoint, options, recovery)

    def new_block_and_private_data_events_request(
        self, *, start_block: int | None = None, checkpoint: Checkpoint | None = None
    ) -> BlockEventsRequest[events_pb2.BlockAndPrivateData]:
        """The same as a request, to be signed elsewhere."""
        return self._blocks_request(BLOCKS_AND_PRIVATE_DATA, start_block, checkpoint)

    def _chaincode_query(
        self, chaincode: str, start_block: int | None, checkpoint: Checkpoint | None
    ) -> ChaincodeEventsQuery:
        start = start_position(start_block, checkpoint)
        return ChaincodeEventsQuery(self._name, chaincode, start, self._tls_certificate_hash)

    def _blocks(
        self,
        kind: BlockKind[BlockT],
        start_block: int | None,
        checkpoint: Checkpoint | None,
        options: CallOptions | None,
        recovery: Recovery | None,
    ) -> EventStream[BlockT]:
        query = BlocksQuery(self._name, start_position(start_block, checkpoint), self._tls_certificate_hash)
        return self._streams.keep(
            block_events(self._calls, self._signer, kind, query, options=options, recovery=recovery)
        )

    def _blocks_request(
        self, kind: BlockKind[BlockT], start_block: int | None, checkpoint: Checkpoint | None
    ) -> BlockEventsRequest[BlockT]:
        query = BlocksQuery(self._name, start_position(start_block, checkpoint), self._tls_certificate_hash)
        return new_block_events_request(self._calls, self._signer, kind, query)
