"""Chaincode proposals: what a client asks endorsers to simulate, and the hash that their answers carry.

Sources: protoutil/proputils.go (CreateChaincodeProposal…, ComputeTxID), protoutil/txutils.go
(GetProposalHash1/2, GetBytesProposalPayloadForTx), fabric-gateway proposalbuilder. Header bytes are kept as
they came: protobuf has more than one encoding of a message, and hashes and signatures cover these.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse

NONCE_BYTES = 24
"""Random bytes that make a transaction id unique (protoutil/commonutils.go, getRandomNonce)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A chaincode proposal with its own bytes.

    Attributes:
        transaction_id: 64 lowercase hex digits.
        raw: peer.Proposal, the message that the client signs.
        header: common.Header, as it stands in `raw`.
        payload: peer.ChaincodeProposalPayload with the transient data, as it stands in `raw`.
    """

    transaction_id: str
    raw: bytes
    header: bytes
    payload: bytes

    def signed(self, signature: bytes) -> bytes:
        """peer.SignedProposal with a signature over `raw`."""
        return signed_proposal(self.raw, signature)


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A received proposal, parsed, with the bytes that hashes and signatures cover.

    `chaincode_id` comes from the channel header's extension, as in Fabric: endorsers do not look at the invocation's
    own name, `invoked`; the Gateway does.
    """

    raw: bytes
    channel_header_bytes: bytes
    signature_header_bytes: bytes
    payload_bytes: bytes
    channel_header: common_pb2.ChannelHeader
    creator: bytes
    nonce: bytes
    chaincode_id: chaincode_pb2.ChaincodeID
    invoked: str
    arguments: tuple[bytes, ...]
    transient: Mapping[str, bytes]
    is_init: bool
    payload_for_transaction: bytes
    """ChaincodeProposalPayload without the transient data: what the transaction will carry."""

    @property
    def channel_id(self) -> str:
        """The channel named in the channel header."""
        return self.channel_header.channel_id

    @property
    def transaction_id(self) -> str:
        """The id named in the channel header; `check_transaction_id` says whether it is the right one."""
        return self.channel_header.tx_id

    @property
    def hash(self) -> bytes:
        """32 bytes: SHA256(channel header ‖ signature header ‖ payload without transient)."""
        return proposal_hash(
            self.channel_header_bytes, self.signature_header_bytes, self.payload_for_transaction
        )


def new_nonce() -> bytes:
    """24 random bytes."""
    return secrets.token_bytes(NONCE_BYTES)


def compute_transaction_id(nonce: bytes, creator: bytes) -> str:
    """hex(SHA256(nonce ‖ creator)), lowercase (protoutil.ComputeTxID)."""
    return hashlib.sha256(nonce + creator).hexdigest()


def check_transaction_id(transaction_id: str, nonce: bytes, creator: bytes) -> None:
    """Raise MessageError unless the id is the one that nonce and creator give (protoutil.CheckTxID)."""
    expected = compute_transaction_id(nonce, creator)
    if transaction_id != expected:
        raise MessageError("channel_header.tx_id", f"is {transaction_id}, nonce and creator give {expected}")


def proposal_hash(channel_header: bytes, signature_header: bytes, payload_for_transaction: bytes) -> bytes:
    """SHA256 over the three, in this order (protoutil.GetProposalHash2)."""
    return hashlib.sha256(channel_header + signature_header + payload_for_transaction).digest()


def build_proposal(
    *,
    creator: bytes,
    channel_id: str,
    chaincode: str,
    arguments: Sequence[bytes],
    timestamp_ns: int,
    transient: Mapping[str, bytes] | None = None,
    nonce: bytes | None = None,
    chaincode_version: str = "",
    is_init: bool = False,
    chaincode_type: chaincode_pb2.ChaincodeSpec.Type.ValueType = chaincode_pb2.ChaincodeSpec.UNDEFINED,
) -> Proposal:
    """A proposal to run `chaincode` with `arguments`, the first of which is the function's name.

    Args:
        creator: msp.SerializedIdentity of the client.
        channel_id: may be "" for system chaincodes that serve the whole peer.
        chaincode: the name under which the definition is committed.
        arguments: bytes, at least the function.
        timestamp_ns: nanoseconds since 1970, UTC; peers refuse one beyond ±15 minutes of theirs.
        transient: input that endorsers see and the ledger never does.
        nonce: 24 random bytes; drawn here unless given.
        chaincode_version: left out by the Gateway clients, given by the `peer` command line.
        is_init: whether the call asks to be the chaincode's initialisation.
        chaincode_type: left out by the Go client; no peer looks at it.
    """
    used_nonce = new_nonce() if nonce is None else nonce
    transaction_id = compute_transaction_id(used_nonce, creator)
    extension, template = _chaincode_messages(chaincode, chaincode_version)
    specification = chaincode_pb2.ChaincodeInvocationSpec.FromString(template)
    specification.chaincode_spec.type = chaincode_type
    specification.chaincode_spec.input.args.extend(arguments)
    if is_init:
        specification.chaincode_spec.input.is_init = True
    seconds, nanos = divmod(timestamp_ns, 1_000_000_000)
    channel_header = common_pb2.ChannelHeader(
        type=common_pb2.ENDORSER_TRANSACTION,
        timestamp=Timestamp(seconds=seconds, nanos=nanos),
        channel_id=channel_id,
        tx_id=transaction_id,
        extension=extension,
    )
    header = common_pb2.Header(
        channel_header=channel_header.SerializeToString(),
        signature_header=signature_header(creator, used_nonce),
    ).SerializeToString()
    payload = proposal_pb2.ChaincodeProposalPayload(
        input=specification.SerializeToString(), TransientMap=transient
    ).SerializeToString(deterministic=True)
    raw = proposal_pb2.Proposal(header=header, payload=payload).SerializeToString()
    return Proposal(transaction_id, raw, header, payload)


@lru_cache(maxsize=256)
def _chaincode_messages(chaincode: str, version: str) -> tuple[bytes, bytes]:
    """The header extension and an invocation without input: the same for every call of one chaincode."""
    chaincode_id = chaincode_pb2.ChaincodeID(name=chaincode, version=version)
    extension = proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode_id).SerializeToString()
    specification = chaincode_pb2.ChaincodeInvocationSpec(
        chaincode_spec=chaincode_pb2.ChaincodeSpec(
            chaincode_id=chaincode_id, input=chaincode_pb2.ChaincodeInput()
        )
    ).SerializeToString()
    return extension, specification


def signature_header(creator: bytes, nonce: bytes) -> bytes:
    """common.SignatureHeader bytes."""
    return common_pb2.SignatureHeader(creator=creator, nonce=nonce).SerializeToString()


def signed_proposal(proposal: bytes, signature: bytes) -> bytes:
    """peer.SignedProposal bytes; the signature covers `proposal`."""
    return proposal_pb2.SignedProposal(proposal_bytes=proposal, signature=signature).SerializeToString()


def parse_signed_proposal(data: bytes) -> tuple[ProposalView, bytes]:
    """The proposal and the client's signature over its bytes. Raises MessageError."""
    message = parse(proposal_pb2.SignedProposal, data, "signed_proposal")
    return parse_proposal(message.proposal_bytes), message.signature


def parse_proposal(raw: bytes) -> ProposalView:
    """Parse and check the form of a proposal (core/endorser/msgvalidation.go, UnpackProposal and Validate).

    The signature, the transaction id and the identity are checked apart, where their owners are known.

    Raises:
        MessageError: naming the field.
    """
    proposal = parse(proposal_pb2.Proposal, raw, "proposal")
    header = parse(common_pb2.Header, proposal.header, "proposal.header")
    channel_header = parse(common_pb2.ChannelHeader, header.channel_header, "channel_header")
    signer = parse(common_pb2.SignatureHeader, header.signature_header, "signature_header")
    extension = parse(
        proposal_pb2.ChaincodeHeaderExtension, channel_header.extension, "channel_header.extension"
    )
    payload = parse(proposal_pb2.ChaincodeProposalPayload, proposal.payload, "proposal.payload")
    invocation = parse(chaincode_pb2.ChaincodeInvocationSpec, payload.input, "proposal.payload.input")
    specification = invocation.chaincode_spec
    if channel_header.type not in (common_pb2.ENDORSER_TRANSACTION, common_pb2.CONFIG):
        raise MessageError("channel_header.type", f"is {channel_header.type}, which is no proposal")
    if channel_header.epoch != 0:
        raise MessageError("channel_header.epoch", f"is {channel_header.epoch}, expected 0")
    if not signer.nonce:
        raise MessageError("signature_header.nonce", "is empty")
    if not signer.creator:
        raise MessageError("signature_header.creator", "is empty")
    if not extension.chaincode_id.name:
        raise MessageError("channel_header.extension.chaincode_id.name", "is empty")
    if not invocation.HasField("chaincode_spec") or not specification.HasField("input"):
        raise MessageError("chaincode_spec.input", "is missing")
    return ProposalView(
        raw=raw,
        channel_header_bytes=header.channel_header,
        signature_header_bytes=header.signature_header,
        payload_bytes=proposal.payload,
        channel_header=channel_header,
        creator=signer.creator,
        nonce=signer.nonce,
        chaincode_id=extension.chaincode_id,
        invoked=specification.chaincode_id.name,
        arguments=tuple(specification.input.args),
        transient=dict(payload.TransientMap),
        is_init=specification.input.is_init,
        payload_for_transaction=proposal_pb2.ChaincodeProposalPayload(
            input=payload.input
        ).SerializeToString(),
    )
