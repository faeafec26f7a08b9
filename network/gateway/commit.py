"""The question what became of a transaction."""

from typing import Protocol

from fabric_protos.gateway import gateway_pb2

from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.calls import GatewayCalls
from tanhui.network.gateway.signing import MessageSigner, Signable
from tanhui.network.gateway.status import Status
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.requests import commit_status_request, signed_commit_status_request


class Commit(Signable, Protocol):
    """Asks for the outcome of one transaction, any number of times."""

    @property
    def transaction_id(self) -> str:
        """64 lowercase hex digits."""

    async def status(self, options: CallOptions | None = None) -> Status:
        """Wait until the transaction stands in a block.

        Raises:
            CommitStatusError: the Gateway could not say.
            NoSignerError: no signature was attached and the gateway has no signer.
        """


class SignedCommit:
    """`Commit` over the Gateway's CommitStatus; the signature covers the request's bytes."""

    def __init__(
        self, calls: GatewayCalls, signer: MessageSigner, transaction_id: str, request: bytes
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._transaction_id = transaction_id
        self._request = request
        self._signature = b""

    @property
    def transaction_id(self) -> str:
        """The transaction in question."""
        return self._transaction_id

    def serialize(self) -> bytes:
        """gateway.SignedCommitStatusRequest."""
        return signed_commit_status_request(self._request, self._signature)

    def digest(self) -> bytes:
        """The hash of gateway.CommitStatusRequest."""
        return self._signer.digest(self._request)

    def set_signature(self, signature: bytes) -> None:
        """Attach a signature made elsewhere."""
        self._signature = signature

    async def status(self, options: CallOptions | None = None) -> Status:
        """Sign once, then ask."""
        if not self._signature:
            self._signature = await self._signer.sign(self._request)
        answer = await self._calls.commit_status(self.serialize(), self._transaction_id, options)
        return Status(answer.result, answer.block_number, self._transaction_id)


def new_commit(
    calls: GatewayCalls, signer: MessageSigner, channel_id: str, transaction_id: str
) -> SignedCommit:
    """The question about a transaction on a channel, not yet signed."""
    request = commit_status_request(channel_id, transaction_id, signer.creator)
    return SignedCommit(calls, signer, transaction_id, request)


def rebuild_commit(calls: GatewayCalls, signer: MessageSigner, data: bytes) -> SignedCommit:
    """The commit that `serialize` gave. Raises MessageError."""
    signed = parse(gateway_pb2.SignedCommitStatusRequest, data, "signed_commit_status_request")
    request = parse(gateway_pb2.CommitStatusRequest, signed.request, "commit_status_request")
    commit = SignedCommit(calls, signer, request.transaction_id, signed.request)
    commit.set_signature(signed.signature)
    return commit
