"""Blocks as they are committed: whole, filtered, or with the private data the peer may show.

One kind differs from another in the method that is called and the field that holds the block.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.calls import (
    DELIVER,
    DELIVER_FILTERED,
    DELIVER_WITH_PRIVATE_DATA,
    GatewayCalls,
    StreamMethod,
)
from tanhui.network.gateway.deliver import checked_answer
from tanhui.network.gateway.errors import UnexpectedMessageError
from tanhui.network.gateway.event_stream import EventStream, Recovery
from tanhui.network.gateway.positions import StartPosition, settled
from tanhui.network.gateway.signing import MessageSigner
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.requests import seek_payload
from tanhui.network.protocol.transactions import envelope

BlockT = TypeVar("BlockT")


@dataclass(frozen=True, slots=True)
class BlockKind(Generic[BlockT]):
    """How one kind of block is asked for and found in an answer."""

    method: StreamMethod
    field: str
    block: Callable[[events_pb2.DeliverResponse], BlockT]
    number: Callable[[BlockT], int]


BLOCKS: BlockKind[common_pb2.Block] = BlockKind(
    DELIVER, "block", lambda answer: answer.block, lambda block: block.header.number
)
FILTERED_BLOCKS: BlockKind[events_pb2.FilteredBlock] = BlockKind(
    DELIVER_FILTERED, "filtered_block", lambda answer: answer.filtered_block, lambda block: block.number
)
BLOCKS_AND_PRIVATE_DATA: BlockKind[events_pb2.BlockAndPrivateData] = BlockKind(
    DELIVER_WITH_PRIVATE_DATA,
    "block_and_private_data",
    lambda answer: answer.block_and_private_data,
    lambda both: both.block.header.number,
)


@dataclass(frozen=True, slots=True)
class BlocksQuery:
    """Which blocks: of a channel, from a position on. The hash is that of the client's TLS certificate."""

    channel_id: str
    start: StartPosition
    tls_certificate_hash: bytes = b""


class BlockEventsRequest(Generic[BlockT]):
    """`Signable`: a request for one stream, which ends with its connection."""

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        kind: BlockKind[BlockT],
        payload: bytes,
        signature: bytes = b"",
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._kind = kind
        self._payload = payload
        self._signature = signature

    def serialize(self) -> bytes:
        """common.Envelope."""
        return envelope(self._payload, self._signature)

    def digest(self) -> bytes:
        """The hash of the envelope's payload."""
        return self._signer.digest(self._payload)

    def set_signature(self, signature: bytes) -> None:
        """Attach a signature made elsewhere."""
        self._signature = signature

    def events(self, options: CallOptions | None = None) -> EventStream[BlockT]:
        """The blocks, until either side ends; it does not recover, for that takes a signature each time.

        Reading raises GatewayError, and NoSignerError when nobody signed.
        """
        return EventStream(_OneStream(self, self._kind, options), None)

    async def open(self, options: CallOptions | None) -> AsyncIterator[bytes]:
        """Sign once, and send."""
        if not self._signature:
            self._signature = await self._signer.sign(self._payload)
        return self._calls.stream(self._kind.method, self.serialize(), options)


def new_block_events_request(
    calls: GatewayCalls, signer: MessageSigner, kind: BlockKind[BlockT], query: BlocksQuery
) -> BlockEventsRequest[BlockT]:
    """The request for a stream, not yet signed; its timestamp is the machine's time."""
    payload = seek_payload(
        query.channel_id,
        creator=signer.creator,
        start=query.start.block,
        tls_certificate_hash=query.tls_certificate_hash,
    )
    return BlockEventsRequest(calls, signer, kind, payload)


def rebuild_block_events_request(
    calls: GatewayCalls, signer: MessageSigner, kind: BlockKind[BlockT], data: bytes
) -> BlockEventsRequest[BlockT]:
    """The request that `serialize` gave. Raises MessageError."""
    message = parse(common_pb2.Envelope, data, "envelope")
    parse(common_pb2.Payload, message.payload, "envelope.payload")
    return BlockEventsRequest(calls, signer, kind, message.payload, message.signature)


def block_events(
    calls: GatewayCalls,
    signer: MessageSigner,
    kind: BlockKind[BlockT],
    query: BlocksQuery,
    *,
    options: CallOptions | None,
    recovery: Recovery | None,
) -> EventStream[BlockT]:
    """The blocks, coming back after a disconnect unless `recovery` is None."""
    return EventStream(_Recovering(calls, signer, kind, query, options), recovery)


@dataclass(slots=True)
class _OneStream(Generic[BlockT]):
    """A stream that is asked for once."""

    request: BlockEventsRequest[BlockT]
    kind: BlockKind[BlockT]
    options: CallOptions | None

    async def settle(self) -> None:
        """The request says where to start, and is signed."""

    async def open(self) -> AsyncIterator[bytes]:
        return await self.request.open(self.options)

    def read(self, answer: bytes) -> Sequence[BlockT]:
        return _blocks(self.kind, answer)


class _Recovering(Generic[BlockT]):
    """A stream that is asked for again, from the block after the last one read."""

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        kind: BlockKind[BlockT],
        query: BlocksQuery,
        options: CallOptions | None,
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._kind = kind
        self._query = query
        self._position = query.start
        self._options = options

    async def settle(self) -> None:
        self._position = await settled(
            self._position,
            self._calls,
            self._signer,
            self._query.channel_id,
            self._query.tls_certificate_hash,
        )

    async def open(self) -> AsyncIterator[bytes]:
        query = BlocksQuery(self._query.channel_id, self._position, self._query.tls_certificate_hash)
        request = new_block_events_request(self._calls, self._signer, self._kind, query)
        return await request.open(self._options)

    def read(self, answer: bytes) -> Sequence[BlockT]:
        blocks = _blocks(self._kind, answer)
        if blocks:
            self._position = StartPosition(self._kind.number(blocks[-1]) + 1)
        return blocks


def _blocks(kind: BlockKind[BlockT], answer: bytes) -> list[BlockT]:
    response = checked_answer(answer)
    found = response.WhichOneof("Type")
    if found == kind.field:
        return [kind.block(response)]
    if found == "status":
        return []
    raise UnexpectedMessageError(f"{kind.method} answered with {found}, expected {kind.field}")
