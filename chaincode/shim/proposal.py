"""What a chaincode learns from the client's proposal (fabric-chaincode-go/shim/stub.go, newChaincodeStub)."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from functools import cached_property

from fabric_protos.common.common_pb2 import ChannelHeader, Header, HeaderType, SignatureHeader
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_pb2 import ChaincodeProposalPayload, Proposal
from google.protobuf.message import DecodeError

from tanhui.chaincode.contract.stub import Timestamp
from tanhui.chaincode.shim.errors import MalformedProposalError

_HEADER_TYPES = frozenset({HeaderType.ENDORSER_TRANSACTION, HeaderType.CONFIG})


class Invocation:
    """One INIT or TRANSACTION message, taken apart; what few chaincodes ask for, when it is asked for.

    `repr` shows neither arguments nor transient data.

    Attributes:
        channel_id, transaction_id: as the peer names them.
        arguments: function name first.
    """

    def __init__(self, message: ChaincodeMessage) -> None:
        """The channel header is read at once.

        Raises:
            MalformedProposalError: a part does not parse, or the header is of a type that no chaincode runs for.
        """
        self.channel_id = message.channel_id
        self.transaction_id = message.txid
        self._message = message
        self._proposal: Proposal | None = None
        try:
            self._input = ChaincodeInput.FromString(message.payload)
            self.arguments: Sequence[bytes] = tuple(self._input.args)
            if not message.HasField("proposal"):
                self._header, self._channel_header = Header(), ChannelHeader()
                return
            self._proposal = Proposal.FromString(message.proposal.proposal_bytes)
            self._header = Header.FromString(self._proposal.header)
            self._channel_header = ChannelHeader.FromString(self._header.channel_header)
        except DecodeError as error:
            raise self._malformed(str(error)) from error
        if self._channel_header.type not in _HEADER_TYPES:
            raise self._malformed(f"header type {self._channel_header.type}")

    def __repr__(self) -> str:
        return f"Invocation({self.channel_id!r}, {self.transaction_id!r})"

    @property
    def creator(self) -> bytes:
        """msp.SerializedIdentity of the client. Raises MalformedProposalError."""
        return self._signature_header.creator

    @property
    def timestamp(self) -> Timestamp:
        """As the client put it into the proposal, UTC."""
        stated = self._channel_header.timestamp
        return Timestamp(stated.seconds, stated.nanos)

    @cached_property
    def transient(self) -> Mapping[str, bytes]:
        """Input that the ledger never sees. Raises MalformedProposalError."""
        if self._proposal is None:
            return {}
        try:
            return dict(ChaincodeProposalPayload.FromString(self._proposal.payload).TransientMap)
        except DecodeError as error:
            raise self._malformed(str(error)) from error

    @property
    def decorations(self) -> Mapping[str, bytes]:
        """What the peer's decorators added to the input."""
        return dict(self._input.decorations)

    @property
    def signed_proposal(self) -> bytes:
        """peer.SignedProposal, b"" where the peer gave none."""
        return self._message.proposal.SerializeToString() if self._proposal is not None else b""

    @property
    def binding(self) -> bytes:
        """SHA256(nonce ‖ creator ‖ epoch as 8 bytes, little endian): ties a transaction to its proposal."""
        if self._proposal is None:
            return b""
        header = self._signature_header
        epoch = struct.pack("<Q", self._channel_header.epoch)
        return hashlib.sha256(header.nonce + header.creator + epoch).digest()

    @cached_property
    def _signature_header(self) -> SignatureHeader:
        try:
            return SignatureHeader.FromString(self._header.signature_header)
        except DecodeError as error:
            raise self._malformed(str(error)) from error

    def _malformed(self, reason: str) -> MalformedProposalError:
        return MalformedProposalError(f"transaction {self.transaction_id[:8]}: {reason}")
