"""What the Gateway reads in a proposal before any endorser sees it, and Fabric's words when it cannot.

Sources: internal/pkg/gateway/evaluate.go (getChannelAndChaincodeFromSignedProposal), endorse.go, protoutil.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from google.protobuf.message import DecodeError, Message

from tanhui.network.protocol.errors import MessageError, ProtocolError
from tanhui.network.protocol.identities import parse_identity
from tanhui.network.protocol.proposals import ProposalView, parse_proposal
from tanhui.node.errors import NodeRefusal

MessageT = TypeVar("MessageT", bound=Message)


FUNCTION_BYTES_MAX = 64
"""Of a function's name, what is remembered."""

CREATORS_REMEMBERED_MAX = 4096
"""Creators whose MSP is remembered."""
CREATOR_BYTES_REMEMBERED_MAX = 4096
"""Larger creators, which a caller may send, are read each time; one is about 1 KB."""


class Unreadable(NodeRefusal):
    """The request cannot be read; the message goes into an INVALID_ARGUMENT status."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a proposal wants to go. Not judged: the endorser does that.

    Attributes:
        signed: as it came.
        proposal: the same, parsed; None where an endorser will refuse its form.
    """

    signed: proposal_pb2.SignedProposal
    proposal: ProposalView | None
    channel_id: str
    chaincode: str
    function: bytes
    has_transient: bool
    creator: bytes
    transaction_id: str

    @property
    def kind(self) -> tuple[str, bytes]:
        """Proposals of one kind are expected to take equally long."""
        return self.chaincode, self.function


def read_request(message_type: type[MessageT], raw: bytes) -> MessageT:
    """The outer message of a call. gRPC servers refuse what they cannot parse; so does this.

    Raises:
        Unreadable: the bytes are not such a message.
    """
    return _read(message_type, raw, message_type.DESCRIPTOR.name)


def read_target(signed: proposal_pb2.SignedProposal) -> Target:
    """Channel and chaincode as the proposal's parts name them. Raises Unreadable."""
    raw = signed.proposal_bytes
    if not raw:
        raise Unreadable("a signed proposal is required")
    try:
        found = parse_proposal(raw)
    except MessageError:
        return _read_part_by_part(signed)
    return Target(
        signed,
        found,
        channel_id=found.channel_id,
        chaincode=found.invoked,
        function=found.arguments[0][:FUNCTION_BYTES_MAX] if found.arguments else b"",
        has_transient=bool(found.transient),
        creator=found.creator,
        transaction_id=found.transaction_id,
    )


def _read_part_by_part(signed: proposal_pb2.SignedProposal) -> Target:
    """The same, as far as the Gateway looks at a proposal: its form is the endorser's to refuse."""
    proposal = _read(proposal_pb2.Proposal, signed.proposal_bytes, "Proposal")
    header = _read(common_pb2.Header, proposal.header, "Header")
    channel_header = _read(common_pb2.ChannelHeader, header.channel_header, "ChannelHeader")
    signer = _read(common_pb2.SignatureHeader, header.signature_header, "SignatureHeader")
    payload = _read(proposal_pb2.ChaincodeProposalPayload, proposal.payload, "ChaincodeProposalPayload")
    invocation = _read(chaincode_pb2.ChaincodeInvocationSpec, payload.input, "ChaincodeInvocationSpec")
    arguments = invocation.chaincode_spec.input.args
    return Target(
        signed,
        None,
        channel_id=channel_header.channel_id,
        chaincode=invocation.chaincode_spec.chaincode_id.name,
        function=arguments[0][:FUNCTION_BYTES_MAX] if arguments else b"",
        has_transient=bool(payload.TransientMap),
        creator=signer.creator,
        transaction_id=channel_header.tx_id,
    )


def require_target(target: Target) -> None:
    """Refuse a proposal that names no channel or no chaincode. Raises Unreadable."""
    if not target.channel_id:
        raise Unreadable("no channel id provided")
    if not target.chaincode:
        raise Unreadable(f"no chaincode name is provided, channel id [{target.channel_id}]")


def preferred(endorsers: Sequence[str], target: Target) -> str:
    """The client's own organisation where it has a peer here, as with the Gateway of its own peer."""
    creator = target.creator
    own = _known_msp_id(creator) if len(creator) <= CREATOR_BYTES_REMEMBERED_MAX else _msp_id(creator)
    return own if own in endorsers else endorsers[0]


def _msp_id(creator: bytes) -> str:
    """The MSP that a creator claims, "" where it cannot be read."""
    try:
        return parse_identity(creator).msp_id
    except ProtocolError:
        return ""


_known_msp_id = lru_cache(CREATORS_REMEMBERED_MAX)(_msp_id)


def _read(message_type: type[MessageT], raw: bytes, name: str) -> MessageT:
    try:
        return message_type.FromString(raw)
    except DecodeError as error:
        raise Unreadable(f"error unmarshalling {name}: {error}") from None
