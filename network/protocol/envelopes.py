"""Envelopes as they are ordered and stored: a parsed view, each layer read only when asked for.

Sources: protoutil/txutils.go (GetPayloads), protoutil/commonutils.go (CreateSignedEnvelope),
core/common/validation/msgvalidation.go for what may be missing. Hashes and signatures
cover the bytes kept here.
"""

import time
from typing import NamedTuple

from fabric_protos.common import common_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    chaincode_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp

from tanhui.network.protocol.endorsements import Endorsement
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.policies import SignedData
from tanhui.network.protocol.proposals import proposal_hash, signature_header


class EnvelopeView(NamedTuple):
    """An envelope with its headers parsed.

    Attributes:
        payload: what `signature` covers.
        channel_header_bytes, signature_header_bytes: the headers as they came.
        channel_header: parsed.
        creator, nonce: the signature header's fields.
        data: the body: a peer.Transaction, a common.ConfigEnvelope …, by `type`.
    """

    payload: bytes
    signature: bytes
    channel_header_bytes: bytes
    signature_header_bytes: bytes
    channel_header: common_pb2.ChannelHeader
    creator: bytes
    nonce: bytes
    data: bytes

    @property
    def signed(self) -> SignedData:
        """As policies take it."""
        return SignedData(self.creator, self.payload, self.signature)

    @property
    def type(self) -> int:
        """common.HeaderType."""
        return self.channel_header.type

    @property
    def channel_id(self) -> str:
        """The channel named in the channel header."""
        return self.channel_header.channel_id

    @property
    def transaction_id(self) -> str:
        """The id named in the channel header, "" in config envelopes."""
        return self.channel_header.tx_id


class TransactionView(NamedTuple):
    """The one action of an endorser transaction.

    Attributes:
        action_header: the action's signature header, as it came.
        proposal_payload: peer.ChaincodeProposalPayload without transient data.
        response_payload: peer.ProposalResponsePayload; with an endorser appended, what its signature covers.
        endorsements: in their order.
        proposal_hash: what the endorsers say the proposal was.
        parsed_action: what `action` gives, None where it cannot be parsed.
    """

    action_header: bytes
    proposal_payload: bytes
    response_payload: bytes
    endorsements: tuple[Endorsement, ...]
    proposal_hash: bytes
    parsed_action: proposal_pb2.ChaincodeAction | None

    @property
    def action(self) -> proposal_pb2.ChaincodeAction:
        """Results, events, response and chaincode id.

        Raises:
            MessageError: it cannot be parsed, which Fabric notices late: BAD_RESPONSE_PAYLOAD.
        """
        if self.parsed_action is None:
            raise MessageError(
                "proposal_response_payload.extension", "is missing or no protos.ChaincodeAction"
            )
        return self.parsed_action

    @property
    def results(self) -> bytes:
        """rwset.TxReadWriteSet bytes."""
        return self.action.results

    @property
    def event(self) -> chaincode_event_pb2.ChaincodeEvent | None:
        """The chaincode event, None when the transaction set none. Raises MessageError."""
        if not self.action.events:
            return None
        return parse(chaincode_event_pb2.ChaincodeEvent, self.action.events, "chaincode_action.events")

    @property
    def invocation(self) -> chaincode_pb2.ChaincodeInvocationSpec:
        """What the chaincode was asked. Raises MessageError."""
        payload = parse(
            proposal_pb2.ChaincodeProposalPayload, self.proposal_payload, "chaincode_proposal_payload"
        )
        return parse(chaincode_pb2.ChaincodeInvocationSpec, payload.input, "chaincode_proposal_payload.input")


def parse_envelope(raw: bytes) -> EnvelopeView:
    """Parse an envelope and its headers.

    Raises:
        MessageError: naming the part; nothing is judged beyond that the parts can be read.
    """
    field = "envelope"
    try:
        outer = common_pb2.Envelope.FromString(raw)
        payload_bytes = outer.payload
        field = "payload"
        payload = common_pb2.Payload.FromString(payload_bytes)
        header = payload.header
        field = "channel_header"
        channel_header_bytes = header.channel_header
        channel_header = common_pb2.ChannelHeader.FromString(channel_header_bytes)
        field = "signature_header"
        signature_header_bytes = header.signature_header
        signer = common_pb2.SignatureHeader.FromString(signature_header_bytes)
    except DecodeError:
        raise MessageError(field, "cannot be parsed") from None
    return EnvelopeView(
        payload_bytes,
        outer.signature,
        channel_header_bytes,
        signature_header_bytes,
        channel_header,
        signer.creator,
        signer.nonce,
        payload.data,
    )


def parse_transaction(data: bytes) -> TransactionView:
    """Parse the body of an ENDORSER_TRANSACTION, which has one action.

    Raises:
        MessageError: naming the part, or an action too few or too many.
    """
    field = "transaction"
    try:
        actions = transaction_pb2.Transaction.FromString(data).actions
        if len(actions) != 1:
            raise MessageError("transaction.actions", f"only one is supported, there are {len(actions)}")
        only = actions[0]
        action_header = only.header
        field = "chaincode_action_payload"
        payload = transaction_pb2.ChaincodeActionPayload.FromString(only.payload)
        if not payload.HasField("action"):
            raise MessageError("chaincode_action_payload.action", "is missing")
        action = payload.action
        response_payload = action.proposal_response_payload
        field = "proposal_response_payload"
        response = proposal_response_pb2.ProposalResponsePayload.FromString(response_payload)
    except DecodeError:
        raise MessageError(field, "cannot be parsed") from None
    return TransactionView(
        action_header,
        payload.chaincode_proposal_payload,
        response_payload,
        tuple([Endorsement(one.endorser, one.signature) for one in action.endorsements[:]]),
        response.proposal_hash,
        _parse_action(response.extension),
    )


def _parse_action(extension: bytes) -> proposal_pb2.ChaincodeAction | None:
    try:
        return proposal_pb2.ChaincodeAction.FromString(extension) if extension else None
    except DecodeError:
        return None


def transaction_proposal_hash(view: EnvelopeView, transaction: TransactionView) -> bytes:
    """The hash that endorsers must have signed, from the envelope's own headers and payload."""
    return proposal_hash(view.channel_header_bytes, transaction.action_header, transaction.proposal_payload)


def envelope_payload(
    header_type: int,
    channel_id: str,
    data: bytes,
    *,
    creator: bytes,
    nonce: bytes,
    timestamp_ns: int | None = None,
    version: int = 0,
    transaction_id: str = "",
    tls_certificate_hash: bytes = b"",
) -> bytes:
    """common.Payload bytes of an envelope that is not a transaction (protoutil.CreateSignedEnvelope).

    The timestamp is the clock's when `timestamp_ns` is None. Sign the result and hand it to
    `transactions.envelope`.
    """
    seconds, nanos = divmod(time.time_ns() if timestamp_ns is None else timestamp_ns, 1_000_000_000)
    channel_header = common_pb2.ChannelHeader(
        type=header_type,
        version=version,
        timestamp=Timestamp(seconds=seconds, nanos=nanos),
        channel_id=channel_id,
        tx_id=transaction_id,
        tls_cert_hash=tls_certificate_hash,
    )
    return common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=channel_header.SerializeToString(),
            signature_header=signature_header(creator, nonce),
        ),
        data=data,
    ).SerializeToString()
