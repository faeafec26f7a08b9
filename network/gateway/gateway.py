"""The way in: one identity on one transport, and the channels that can be reached over it."""

from types import TracebackType
from typing import Self

from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2

from tanhui.crypto_config.signer import HashName, Signer
from tanhui.network.gateway.block_events import (
    BLOCKS,
    BLOCKS_AND_PRIVATE_DATA,
    FILTERED_BLOCKS,
    BlockEventsRequest,
    rebuild_block_events_request,
)
from tanhui.network.gateway.call_options import DefaultCallOptions
from tanhui.network.gateway.calls import GatewayCalls
from tanhui.network.gateway.chaincode_events import (
    ChaincodeEventsRequest,
    rebuild_chaincode_events_request,
)
from tanhui.network.gateway.commit import Commit, rebuild_commit
from tanhui.network.gateway.commit_stream import CommitStream
from tanhui.network.gateway.network import Network
from tanhui.network.gateway.open_streams import OpenStreams
from tanhui.network.gateway.proposal import Proposal, rebuild_proposal
from tanhui.network.gateway.signing import MessageSigner
from tanhui.network.gateway.transaction import Transaction, rebuild_transaction
from tanhui.network.protocol.identities import Credentials
from tanhui.network.protocol.transport import Transport

NO_DEFAULTS = DefaultCallOptions()


def connect(
    transport: Transport,
    identity: Credentials,
    signer: Signer | None = None,
    *,
    hash_name: HashName | None = None,
    defaults: DefaultCallOptions = NO_DEFAULTS,
    tls_client_certificate_hash: bytes = b"",
    sign_in_thread: bool = False,
    share_commit_stream: bool = False,
) -> "Gateway":
    """A gateway for one identity; nothing is sent yet.

    Args:
        transport: how the peer is reached; share it among the gateways of all identities.
        identity: MSP id and certificate in PEM.
        signer: what signs for it; without one, every message is signed elsewhere.
        hash_name: for messages signed elsewhere; the signer's own otherwise, else SHA-256.
        defaults: for the eight kinds of call.
        tls_client_certificate_hash: SHA-256 of the client's TLS certificate in DER, with mutual TLS.
        sign_in_thread: for a signer that waits, such as an HSM; a key in memory is faster without.
        share_commit_stream: learn outcomes from one stream of filtered blocks a channel, not by calls.
    """
    message_signer = MessageSigner(identity, signer, hash_name, sign_in_thread=sign_in_thread)
    return Gateway(
        GatewayCalls(transport, defaults),
        message_signer,
        tls_client_certificate_hash,
        share_commit_stream=share_commit_stream,
    )


class Gateway:
    """Opened by `connect`. Closing it ends its event streams and leaves the transport open."""

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        tls_certificate_hash: bytes,
        *,
        share_commit_stream: bool,
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._tls_certificate_hash = tls_certificate_hash
        self._share_commit_stream = share_commit_stream
        self._streams = OpenStreams()
        self._commit_streams: dict[str, CommitStream] = {}

    @property
    def identity(self) -> Credentials:
        """Who the gateway speaks for."""
        return self._signer.identity

    def network(self, channel: str) -> Network:
        """The channel of this name; whether the peer has joined it shows with the first call."""
        watch = self._commit_stream(channel) if self._share_commit_stream else None
        return Network(
            self._calls,
            self._signer,
            name=channel,
            tls_certificate_hash=self._tls_certificate_hash,
            watch=watch,
            streams=self._streams,
        )

    def rebuild_proposal(self, data: bytes, signature: bytes | None = None) -> Proposal:
        """A proposal from `Proposal.serialize`, perhaps with its signature. Raises MessageError."""
        proposal = rebuild_proposal(self._calls, self._signer, data, None)
        if signature is not None:
            proposal.set_signature(signature)
        return proposal

    def rebuild_transaction(self, data: bytes, signature: bytes | None = None) -> Transaction:
        """A transaction from `Transaction.serialize`, perhaps with its signature. Raises MessageError."""
        transaction = rebuild_transaction(self._calls, self._signer, data, None)
        if signature is not None:
            transaction.set_signature(signature)
        return transaction

    def rebuild_commit(self, data: bytes, signature: bytes | None = None) -> Commit:
        """A commit from `Commit.serialize`, perhaps with its signature. Raises MessageError."""
        commit = rebuild_commit(self._calls, self._signer, data)
        if signature is not None:
            commit.set_signature(signature)
        return commit

    def rebuild_chaincode_events_request(
        self, data: bytes, signature: bytes | None = None
    ) -> ChaincodeEventsRequest:
        """A request from its `serialize`, perhaps with its signature. Raises MessageError."""
        request = rebuild_chaincode_events_request(self._calls, self._signer, data)
        if signature is not None:
            request.set_signature(signature)
        return request

    def rebuild_block_events_request(
        self, data: bytes, signature: bytes | None = None
    ) -> BlockEventsRequest[common_pb2.Block]:
        """A request from its `serialize`, perhaps with its signature. Raises MessageError."""
        request = rebuild_block_events_request(self._calls, self._signer, BLOCKS, data)
        if signature is not None:
            request.set_signature(signature)
        return request

    def rebuild_filtered_block_events_request(
        self, data: bytes, signature: bytes | None = None
    ) -> BlockEventsRequest[events_pb2.FilteredBlock]:
        """A request from its `serialize`, perhaps with its signature. Raises MessageError."""
        request = rebuild_block_events_request(self._calls, self._signer, FILTERED_BLOCKS, data)
        if signature is not None:
            request.set_signature(signature)
        return request

    def rebuild_block_and_private_data_events_request(
        self, data: bytes, signature: bytes | None = None
    ) -> BlockEventsRequest[events_pb2.BlockAndPrivateData]:
        """A request from its `serialize`, perhaps with its signature. Raises MessageError."""
        request = rebuild_block_events_request(self._calls, self._signer, BLOCKS_AND_PRIVATE_DATA, data)
        if signature is not None:
            request.set_signature(signature)
        return request

    async def close(self) -> None:
        """End the streams opened through this gateway. Harmless when repeated."""
        for stream in self._commit_streams.values():
            await stream.close()
        self._commit_streams.clear()
        await self._streams.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _commit_stream(self, channel: str) -> CommitStream:
        if channel not in self._commit_streams:
            bare = Network(
                self._calls,
                self._signer,
                name=channel,
                tls_certificate_hash=self._tls_certificate_hash,
                watch=None,
                streams=self._streams,
            )
            timeout_s = self._calls.defaults.commit_status.timeout_s
            self._commit_streams[channel] = CommitStream(bare.filtered_block_events(), timeout_s)
        return self._commit_streams[channel]
