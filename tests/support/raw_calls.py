"""Gateway calls made by hand, so that every part of a message can be wrong."""

from collections.abc import Sequence

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_pb2

from tanhui.crypto_config.identity import SigningIdentity
from tanhui.network.protocol.identities import serialize_identity
from tanhui.network.protocol.proposals import Proposal, build_proposal
from tanhui.network.protocol.requests import (
    Position,
    chaincode_events_request,
    commit_status_request,
    seek_payload,
    signed_chaincode_events_request,
    signed_commit_status_request,
)
from tanhui.network.protocol.transactions import envelope
from tanhui.network.protocol.transport import Transport
from tanhui.node.clock import system_clock

CHANNEL = "credits"


class RawClient:
    """One identity's calls, honest unless told otherwise."""

    def __init__(self, transport: Transport, signing: SigningIdentity) -> None:
        self.transport = transport
        self.signing = signing
        self.creator = serialize_identity(signing.msp_id, signing.identity.credentials)

    def proposal(
        self,
        *arguments: str | bytes,
        chaincode: str = "kv",
        channel: str = CHANNEL,
        timestamp_ns: int | None = None,
        creator: bytes | None = None,
    ) -> Proposal:
        return build_proposal(
            creator=self.creator if creator is None else creator,
            channel_id=channel,
            chaincode=chaincode,
            arguments=[one.encode() if isinstance(one, str) else one for one in arguments],
            timestamp_ns=system_clock() if timestamp_ns is None else timestamp_ns,
        )

    def signed(self, proposal: Proposal, signature: bytes | None = None) -> proposal_pb2.SignedProposal:
        return proposal_pb2.SignedProposal(
            proposal_bytes=proposal.raw,
            signature=self.signing.sign(proposal.raw) if signature is None else signature,
        )

    async def evaluate(self, signed: proposal_pb2.SignedProposal) -> bytes:
        request = gateway_pb2.EvaluateRequest(channel_id=CHANNEL, proposed_transaction=signed)
        raw = await self.transport.unary("/gateway.Gateway/Evaluate", request.SerializeToString(), 10)
        return gateway_pb2.EvaluateResponse.FromString(raw).result.payload

    async def endorse(
        self, signed: proposal_pb2.SignedProposal, organisations: Sequence[str] = ()
    ) -> common_pb2.Envelope:
        request = gateway_pb2.EndorseRequest(
            channel_id=CHANNEL, proposed_transaction=signed, endorsing_organizations=organisations
        )
        raw = await self.transport.unary("/gateway.Gateway/Endorse", request.SerializeToString(), 10)
        return gateway_pb2.EndorseResponse.FromString(raw).prepared_transaction

    async def submit(self, transaction: common_pb2.Envelope, channel: str = CHANNEL) -> None:
        request = gateway_pb2.SubmitRequest(channel_id=channel, prepared_transaction=transaction)
        await self.transport.unary("/gateway.Gateway/Submit", request.SerializeToString(), 10)

    async def prepare(
        self, *arguments: str | bytes, chaincode: str = "kv"
    ) -> tuple[str, common_pb2.Envelope]:
        """A transaction id with its endorsed and signed transaction."""
        proposal = self.proposal(*arguments, chaincode=chaincode)
        transaction = await self.endorse(self.signed(proposal))
        transaction.signature = self.signing.sign(transaction.payload)
        return proposal.transaction_id, transaction

    async def status(
        self, transaction_id: str, signature: bytes | None = None, timeout_s: float = 10
    ) -> tuple[int, int]:
        request = commit_status_request(CHANNEL, transaction_id, self.creator)
        used = self.signing.sign(request) if signature is None else signature
        raw = await self.transport.unary(
            "/gateway.Gateway/CommitStatus", signed_commit_status_request(request, used), timeout_s
        )
        status = gateway_pb2.CommitStatusResponse.FromString(raw)
        return status.result, status.block_number

    def events_request(
        self,
        *,
        start: Position = "next",
        after: str = "",
        channel: str = CHANNEL,
        signature: bytes | None = None,
    ) -> bytes:
        request = chaincode_events_request(
            channel, "kv", self.creator, start=start, after_transaction_id=after
        )
        used = self.signing.sign(request) if signature is None else signature
        return signed_chaincode_events_request(request, used)

    def seek(
        self,
        *,
        start: Position = "oldest",
        stop: Position = "newest",
        channel: str = CHANNEL,
        timestamp_ns: int | None = None,
        fail_if_not_ready: bool = False,
        tls_hash: bytes = b"",
        signature: bytes | None = None,
    ) -> bytes:
        payload = seek_payload(
            channel,
            creator=self.creator,
            start=start,
            stop=stop,
            nonce=b"n" * 24,
            timestamp_ns=timestamp_ns,
            fail_if_not_ready=fail_if_not_ready,
            tls_certificate_hash=tls_hash,
        )
        return envelope(payload, self.signing.sign(payload) if signature is None else signature)
