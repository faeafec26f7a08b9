"""A transaction: what the peers endorsed, to be signed by the client and handed to the orderers."""

from asyncio import Future
from typing import Protocol

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2

from tanhui.network.gateway.call_options import CallOptions
from tanhui.network.gateway.calls import GatewayCalls
from tanhui.network.gateway.commit import Commit, SignedCommit, new_commit
from tanhui.network.gateway.signing import MessageSigner, Signable
from tanhui.network.gateway.status import Status
from tanhui.network.protocol.envelopes import parse_transaction
from tanhui.network.protocol.messages import parse


class SubmittedTransaction(Commit, Protocol):
    """A transaction on its way into a block: its result, and the question what became of it."""

    @property
    def result(self) -> bytes:
        """What the chaincode answered at endorsement; meaningful once `status` says VALID."""


class Transaction(Signable, Protocol):
    """An endorsed transaction, not yet ordered."""

    @property
    def transaction_id(self) -> str:
        """64 lowercase hex digits."""

    @property
    def result(self) -> bytes:
        """What the chaincode answered. Raises MessageError when the envelope cannot be read."""

    async def submit(self, options: CallOptions | None = None) -> SubmittedTransaction:
        """Sign once and hand to the orderers, without waiting for the block.

        Raises:
            SubmitError: it was not accepted, or nobody knows.
            NoSignerError: no signature was attached and the gateway has no signer.
        """


class CommitWatch(Protocol):
    """Learns outcomes from one shared stream of blocks instead of a call each."""

    async def watch(self, transaction_id: str) -> Future[Status]:
        """Look out for a transaction that is about to be submitted; cancel the future to stop.

        The future is also cancelled when the watch cannot go on: then the Gateway is asked instead.
        """

    async def wait(
        self, outcome: Future[Status], commit: SignedCommit, options: CallOptions | None
    ) -> Status:
        """The outcome, as soon as the block arrives. Raises CommitStatusError."""


class SignedTransaction:
    """`Transaction` with the envelope's bytes as the Gateway gave them."""

    def __init__(
        self,
        calls: GatewayCalls,
        signer: MessageSigner,
        *,
        channel_id: str,
        transaction_id: str,
        payload: bytes,
        watch: CommitWatch | None = None,
    ) -> None:
        self._calls = calls
        self._signer = signer
        self._channel_id = channel_id
        self._transaction_id = transaction_id
        self._payload = payload
        self._signature = b""
        self._watch = watch
        self._result: bytes | None = None

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self._transaction_id

    @property
    def result(self) -> bytes:
        """The chaincode's answer, looked up when first asked for: many callers never do."""
        if self._result is None:
            self._result = chaincode_result(self._payload)
        return self._result

    def serialize(self) -> bytes:
        """gateway.PreparedTransaction."""
        return gateway_pb2.PreparedTransaction(
            transaction_id=self._transaction_id, envelope=self._envelope()
        ).SerializeToString()

    def digest(self) -> bytes:
        """The hash of the envelope's payload."""
        return self._signer.digest(self._payload)

    def set_signature(self, signature: bytes) -> None:
        """Attach a signature made elsewhere."""
        self._signature = signature

    async def submit(self, options: CallOptions | None = None) -> "OrderedTransaction":
        """Sign, submit, and give the handle on the outcome."""
        if not self._signature:
            self._signature = await self._signer.sign(self._payload)
        request = gateway_pb2.SubmitRequest(
            transaction_id=self._transaction_id,
            channel_id=self._channel_id,
            prepared_transaction=self._envelope(),
        ).SerializeToString()
        outcome = await self._watch.watch(self._transaction_id) if self._watch else None
        try:
            await self._calls.submit(request, self._transaction_id, options)
        except BaseException:
            if outcome is not None:
                outcome.cancel()
            raise
        commit = new_commit(self._calls, self._signer, self._channel_id, self._transaction_id)
        return OrderedTransaction(commit, self, self._watch, outcome)

    def _envelope(self) -> common_pb2.Envelope:
        return common_pb2.Envelope(payload=self._payload, signature=self._signature)


class OrderedTransaction:
    """`SubmittedTransaction`: a commit that also knows the chaincode's answer."""

    def __init__(
        self,
        commit: SignedCommit,
        transaction: SignedTransaction,
        watch: CommitWatch | None,
        outcome: Future[Status] | None,
    ) -> None:
        self._commit = commit
        self._transaction = transaction
        self._watch = watch
        self._outcome = outcome

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self._commit.transaction_id

    @property
    def result(self) -> bytes:
        """The chaincode's answer at endorsement."""
        return self._transaction.result

    def serialize(self) -> bytes:
        """gateway.SignedCommitStatusRequest."""
        return self._commit.serialize()

    def digest(self) -> bytes:
        """The hash of gateway.CommitStatusRequest."""
        return self._commit.digest()

    def set_signature(self, signature: bytes) -> None:
        """Attach a signature made elsewhere."""
        self._commit.set_signature(signature)

    async def status(self, options: CallOptions | None = None) -> Status:
        """Wait for the block: by a call, or from the shared stream where the gateway has one."""
        if self._watch is None or self._outcome is None:
            return await self._commit.status(options)
        return await self._watch.wait(self._outcome, self._commit, options)


def rebuild_transaction(
    calls: GatewayCalls, signer: MessageSigner, data: bytes, watch: CommitWatch | None
) -> SignedTransaction:
    """The transaction that `serialize` gave. Raises MessageError."""
    prepared = parse(gateway_pb2.PreparedTransaction, data, "prepared_transaction")
    payload = parse(common_pb2.Payload, prepared.envelope.payload, "envelope.payload")
    channel = parse(common_pb2.ChannelHeader, payload.header.channel_header, "channel_header")
    transaction = SignedTransaction(
        calls,
        signer,
        channel_id=channel.channel_id,
        transaction_id=prepared.transaction_id,
        payload=prepared.envelope.payload,
        watch=watch,
    )
    transaction.set_signature(prepared.envelope.signature)
    return transaction


def chaincode_result(envelope_payload: bytes) -> bytes:
    """The chaincode's response payload inside an endorsed transaction. Raises MessageError."""
    payload = parse(common_pb2.Payload, envelope_payload, "envelope.payload")
    return parse_transaction(payload.data).action.response.payload
