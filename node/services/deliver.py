"""Deliver: streams of blocks, whole or filtered, from a place in the chain (common/deliver/deliver.go).

A stream takes seek envelopes one after another; each is answered by blocks and then a status. What is wrong
with a request is a common.Status in the stream, not a gRPC error.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import events_pb2
from google.protobuf.message import DecodeError

from tanhui.network.protocol.envelopes import EnvelopeView, parse_envelope
from tanhui.network.protocol.errors import ProtocolError
from tanhui.network.protocol.policies import SignedData
from tanhui.node.clock import NANOSECONDS, Clock
from tanhui.node.endorsing.access import AccessDenied
from tanhui.node.errors import NodeRefusal
from tanhui.node.services.context import CallContext
from tanhui.node.services.recent import CommittedBlock, RecentBlocks

_log = structlog.get_logger(__name__)

Render = Callable[[CommittedBlock], bytes]
"""One block as a response message of the stream's kind."""


class DeliverChannel(Protocol):
    """What a stream needs of a channel."""

    @property
    def blocks(self) -> RecentBlocks:
        """The chain."""

    @property
    def config_sequence(self) -> int:
        """Grows with every config block; a change makes every stream ask for its right again."""

    def check_access(self, resource: str, signed: SignedData) -> None:
        """Raise AccessDenied unless the channel's policy for `resource` is satisfied."""

    def expiry_ns(self, creator: bytes) -> int | None:
        """When the creator's certificate expires, None when it cannot be read."""


@dataclass(frozen=True, slots=True)
class DeliverKind:
    """One Deliver method: the resource that guards it, and how it renders blocks and statuses."""

    name: str
    resource: str
    render: Render
    render_headers: Render
    render_status: Callable[[int], bytes]


class SeekRefused(NodeRefusal):
    """The request ends with a status other than SUCCESS.

    Attributes:
        status: common.Status.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class DeliverService:
    """Serves the three methods of a peer and the orderer's one: they differ by kind and by channel view."""

    def __init__(
        self, channel: Callable[[str], DeliverChannel | None], clock: Clock, timestamp_window_s: float
    ) -> None:
        """`channel` finds a channel by its id."""
        self._channel = channel
        self._clock = clock
        self._window_ns = int(timestamp_window_s * NANOSECONDS)

    async def handle(
        self, kind: DeliverKind, requests: AsyncIterator[bytes], context: CallContext
    ) -> AsyncGenerator[bytes, None]:
        """Answer each seek envelope; the stream ends after the first that is refused."""
        async for raw in requests:
            try:
                async for response in self._one(kind, raw, context):
                    yield response
            except SeekRefused as refused:
                _log.info("deliver.refused", kind=kind.name, remote=context.remote, reason=str(refused))
                yield kind.render_status(refused.status)
                return
            yield kind.render_status(common_pb2.SUCCESS)

    async def _one(self, kind: DeliverKind, raw: bytes, context: CallContext) -> AsyncGenerator[bytes, None]:
        envelope = self._parse(raw, context)
        channel = self._channel(envelope.channel_id)
        if channel is None:
            raise SeekRefused(common_pb2.NOT_FOUND, f"channel {envelope.channel_id!r} not found")
        try:
            seek = ab_pb2.SeekInfo.FromString(envelope.data)
        except DecodeError:
            raise SeekRefused(common_pb2.BAD_REQUEST, "malformed seek info") from None
        session = _Session(channel, kind.resource, envelope, self._clock)
        session.check()
        if not (seek.HasField("start") and seek.HasField("stop")):
            raise SeekRefused(common_pb2.BAD_REQUEST, "start or stop is missing")
        number = _start(seek, channel.blocks.height)
        stop = _stop(seek, number, channel.blocks.height)
        render = kind.render_headers if seek.content_type == ab_pb2.SeekInfo.HEADER_WITH_SIG else kind.render
        while True:
            if seek.behavior == ab_pb2.SeekInfo.FAIL_IF_NOT_READY and number >= channel.blocks.height:
                raise SeekRefused(common_pb2.NOT_FOUND, f"block {number} is not there yet")
            block = await channel.blocks.block(number)
            session.check()
            yield render(block)
            if number == stop:
                return
            number += 1

    def _parse(self, raw: bytes, context: CallContext) -> EnvelopeView:
        try:
            envelope = parse_envelope(raw)
        except ProtocolError as error:
            raise SeekRefused(common_pb2.BAD_REQUEST, str(error)) from None
        header = envelope.channel_header
        if not header.HasField("timestamp"):
            raise SeekRefused(common_pb2.BAD_REQUEST, "channel header in envelope must contain timestamp")
        stated_ns = header.timestamp.seconds * NANOSECONDS + header.timestamp.nanos
        if abs(self._clock() - stated_ns) > self._window_ns:
            raise SeekRefused(common_pb2.BAD_REQUEST, "envelope timestamp is too far from the node's clock")
        if context.mutual_tls and (
            not header.tls_cert_hash or header.tls_cert_hash != context.tls_certificate_hash
        ):
            raise SeekRefused(common_pb2.BAD_REQUEST, "the claimed TLS certificate hash is not the client's")
        return envelope


class _Session:
    """A stream's right to go on: asked once, then again whenever the channel's configuration changes."""

    def __init__(self, channel: DeliverChannel, resource: str, envelope: EnvelopeView, clock: Clock) -> None:
        self._channel = channel
        self._resource = resource
        self._envelope = envelope
        self._clock = clock
        self._expiry_ns = channel.expiry_ns(envelope.creator)
        self._sequence: int | None = None

    def check(self) -> None:
        """Raise SeekRefused when the right is not there, or not any more."""
        if self._expiry_ns is not None and self._clock() > self._expiry_ns:
            raise SeekRefused(common_pb2.FORBIDDEN, "deliver client identity expired")
        sequence = self._channel.config_sequence
        if sequence == self._sequence:
            return
        try:
            self._channel.check_access(self._resource, self._envelope.signed)
        except AccessDenied as denied:
            raise SeekRefused(common_pb2.FORBIDDEN, str(denied)) from None
        self._sequence = sequence


def _start(seek: ab_pb2.SeekInfo, height: int) -> int:
    kind = seek.start.WhichOneof("Type")
    if kind == "oldest":
        return 0
    if kind == "newest":
        return height - 1
    if kind == "next_commit":
        return height
    if kind == "specified" and seek.start.specified.number <= height:
        return seek.start.specified.number
    raise SeekRefused(common_pb2.NOT_FOUND, f"no block at start, height {height}")


def _stop(seek: ab_pb2.SeekInfo, start: int, height: int) -> int:
    kind = seek.stop.WhichOneof("Type")
    if kind == "oldest":
        return start
    if kind == "newest":
        return start if seek.start == seek.stop else height - 1
    if kind == "specified":
        stop = seek.stop.specified.number
        if stop < start:
            raise SeekRefused(common_pb2.BAD_REQUEST, f"start number {start} greater than stop number {stop}")
        return stop
    return 0


def _embedded(tag: bytes, raw: bytes) -> bytes:
    """A message field that holds `raw` unparsed: block bytes go out as they stand in the file."""
    length = len(raw)
    varint = bytearray()
    while length > 0x7F:
        varint.append((length & 0x7F) | 0x80)
        length >>= 7
    varint.append(length)
    return tag + bytes(varint) + raw


def _headers(block: CommittedBlock) -> bytes:
    """The block without its transactions, unless it is a config block, which goes out whole."""
    if block.is_config:
        return block.raw
    message = block.message
    return common_pb2.Block(header=message.header, metadata=message.metadata).SerializeToString()


def _as_ordered(raw: common_pb2.Block) -> bytes:
    """The block as an orderer has it: without the peer's validation codes and commit hash."""
    block = common_pb2.Block()
    block.CopyFrom(raw)
    block.metadata.metadata[common_pb2.TRANSACTIONS_FILTER] = b""
    if len(block.metadata.metadata) > common_pb2.COMMIT_HASH:
        block.metadata.metadata[common_pb2.COMMIT_HASH] = b""
    return block.SerializeToString()


_BLOCK, _FILTERED_BLOCK, _BLOCK_AND_PRIVATE_DATA = b"\x12", b"\x1a", b"\x22"
"""Tags of the fields of peer.DeliverResponse; orderer.DeliverResponse has the first in the same place."""


def _peer_status(status: int) -> bytes:
    return events_pb2.DeliverResponse(status=common_pb2.Status.ValueType(status)).SerializeToString()


def _orderer_status(status: int) -> bytes:
    return ab_pb2.DeliverResponse(status=common_pb2.Status.ValueType(status)).SerializeToString()


BLOCKS = DeliverKind(
    "Deliver",
    "event/Block",
    lambda block: _embedded(_BLOCK, block.raw),
    lambda block: _embedded(_BLOCK, _headers(block)),
    _peer_status,
)
FILTERED_BLOCKS = DeliverKind(
    "DeliverFiltered",
    "event/FilteredBlock",
    lambda block: _embedded(_FILTERED_BLOCK, block.filtered),
    lambda block: _embedded(_FILTERED_BLOCK, block.filtered),
    _peer_status,
)
BLOCKS_AND_PRIVATE_DATA = DeliverKind(
    "DeliverWithPrivateData",
    "event/Block",
    lambda block: _embedded(_BLOCK_AND_PRIVATE_DATA, _embedded(b"\x0a", block.raw)),
    lambda block: _embedded(_BLOCK_AND_PRIVATE_DATA, _embedded(b"\x0a", _headers(block))),
    _peer_status,
)
ORDERED_BLOCKS = DeliverKind(
    "AtomicBroadcast.Deliver",
    "orderer/Deliver",
    lambda block: _embedded(_BLOCK, _as_ordered(block.message)),
    lambda block: _embedded(_BLOCK, _headers(block)),
    _orderer_status,
)
