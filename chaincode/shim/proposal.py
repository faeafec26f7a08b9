"""What a chaincode learns from the client's proposal (fabric-chaincode-go/shim/stub.go, newChaincodeStub)."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fabric_protos.common.common_pb2 import ChannelHeader, Header, HeaderType, SignatureHeader
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_pb2 import ChaincodeProposalPayload, Proposal
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract.stub import Timestamp
from tanhui.chaincode.shim.errors import MalformedProposalError

_HEADER_TYPES = frozenset({HeaderType.ENDORSER_TRANSACTION, HeaderType.CONFIG})


@dataclass(frozen=True, slots=True)
class Invocation:
    """One INIT or TRANSACTION message, taken apart. `repr` shows neither arguments nor transient data."""

    channel_id: str
    transaction_id: str
    arguments: Sequence[bytes] = field(repr=False)
    decorations: Mapping[str, bytes] = field(repr=False)
    signed_proposal: bytes = field(default=b"", repr=False)
    creator: bytes = field(default=b"", repr=False)
    transient: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    timestamp: Timestamp = field(default_factory=lambda: Timestamp(0, 0))
    binding: bytes = field(default=b"", repr=False)
    """SHA256(nonce ‖ creator ‖ epoch as 8 bytes, little endian): ties a transaction to its proposal."""


def read_invocation(message: ChaincodeMessage) -> Invocation:
    """Take the message apart.

    Raises:
        MalformedProposalError: a part does not parse, or the header is of a type that no chaincode runs for.
    """
    try:
        chaincode_input = ChaincodeInput.FromString(message.payload)
        arguments = tuple(chaincode_input.args)
        decorations = dict(chaincode_input.decorations)
        if not message.HasField("proposal"):
            return Invocation(message.channel_id, message.txid, arguments, decorations)
        proposal = Proposal.FromString(message.proposal.proposal_bytes)
        header = Header.FromString(proposal.header)
        channel_header = ChannelHeader.FromString(header.channel_header)
        signature_header = SignatureHeader.FromString(header.signature_header)
        payload = ChaincodeProposalPayload.FromString(proposal.payload)
    except DecodeError as error:
        raise MalformedProposalError(f"transaction {message.txid[:8]}: {error}") from error
    if channel_header.type not in _HEADER_TYPES:
        raise MalformedProposalError(f"transaction {message.txid[:8]}: header type {channel_header.type}")
    creator = signature_header.creator
    return Invocation(
        channel_id=message.channel_id,
        transaction_id=message.txid,
        arguments=arguments,
        decorations=decorations,
        signed_proposal=message.proposal.SerializeToString(),
        creator=creator,
        transient=dict(payload.TransientMap),
        timestamp=Timestamp(channel_header.timestamp.seconds, channel_header.timestamp.nanos),
        binding=hashlib.sha256(
            signature_header.nonce + creator + struct.pack("<Q", channel_header.epoch)
        ).digest(),
    )
