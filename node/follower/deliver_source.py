"""Blocks from a peer's Deliver service, asked for with the auditor's own identity, over any Transport."""

from collections.abc import AsyncIterator

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import new_nonce
from tanhui.network.protocol.requests import BLOCK_NUMBER_MAX, Position, seek_payload
from tanhui.network.protocol.transactions import envelope
from tanhui.network.protocol.transport import Transport

DELIVER = "/protos.Deliver/Deliver"
ONE_BLOCK_S_MAX = 60.0


class SourceError(Exception):
    """The source answered something other than blocks. `status` is common.Status, 0 where it sent nonsense."""

    def __init__(self, source: str, status: int, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.status = status


class DeliverSource:
    """One peer.

    Args:
        transport: how it is reached.
        name: how it is called in evidence, for example host:port.
        channel_id: the channel.
        signing: the auditor's identity, which the channel's readers policy must let in.
        tls_certificate_hash: SHA256 of the client's TLS certificate where TLS is mutual.
    """

    def __init__(
        self,
        transport: Transport,
        name: str,
        channel_id: str,
        signing: SigningIdentity,
        tls_certificate_hash: bytes = b"",
    ) -> None:
        self.name = name
        self._transport = transport
        self._channel_id = channel_id
        self._signing = signing
        self._tls_certificate_hash = tls_certificate_hash

    async def blocks(self, start: int, stop: int = BLOCK_NUMBER_MAX) -> AsyncIterator[common_pb2.Block]:
        """Blocks start to stop, both inclusive, waiting for those that are not there yet.

        Raises:
            TransportError: the connection ended.
            SourceError: the source refused, or sent something else.
        """
        stream = self._stream(start, stop, wait=True, timeout_s=None)
        async for block in stream:
            yield block

    async def block(self, position: Position) -> common_pb2.Block | None:
        """One block that is there now; None where it is not. Raises as `blocks`."""
        stream = self._stream(position, position, wait=False, timeout_s=ONE_BLOCK_S_MAX)
        found = None
        try:
            async for block in stream:
                found = block
        except SourceError as error:
            if error.status != common_pb2.NOT_FOUND:
                raise
        return found

    async def _stream(
        self, start: Position, stop: Position, *, wait: bool, timeout_s: float | None
    ) -> AsyncIterator[common_pb2.Block]:
        payload = seek_payload(
            self._channel_id,
            creator=serialize_identity(self._signing.msp_id, self._signing.identity.credentials),
            start=start,
            stop=stop,
            fail_if_not_ready=not wait,
            nonce=new_nonce(),
            tls_certificate_hash=self._tls_certificate_hash,
        )
        request = envelope(payload, self._signing.sign(payload))
        async for raw in self._transport.stream(DELIVER, request, timeout_s):
            try:
                answer = parse(events_pb2.DeliverResponse, raw, "deliver_response")
            except MessageError as error:
                raise SourceError(self.name, 0, str(error)) from None
            kind = answer.WhichOneof("Type")
            if kind == "block":
                yield answer.block
            elif kind == "status" and answer.status == common_pb2.SUCCESS:
                return
            elif kind == "status":
                name = common_pb2.Status.Name(answer.status)
                raise SourceError(self.name, answer.status, f"Deliver ended with {name}")
            else:
                raise SourceError(self.name, 0, f"Deliver sent {kind}")
