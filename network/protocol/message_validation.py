"""The first judgement of a transaction at commit: form, creator, id, proposal hash.

Source: core/common/validation/msgvalidation.go (ValidateTransaction). Codes are peer.TxValidationCode. Takes
no state: many threads may judge a block's transactions at once.
"""

from typing import NamedTuple, Protocol

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.envelopes import (
    EnvelopeView,
    TransactionView,
    parse_envelope,
    parse_transaction,
    transaction_proposal_hash,
)
from tanhui.network.protocol.errors import MessageError, ProtocolError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.proposals import check_transaction_id


class Creators(Protocol):
    """Who may have signed an envelope: `msp.MspManager`, or a caller that verified signatures ahead."""

    def verified_creator(self, creator: bytes, message: bytes, signature: bytes) -> object:
        """Raise ProtocolError unless the creator is valid and the signature right."""


class Verdict(NamedTuple):
    """What became of an envelope.

    Attributes:
        code: peer.TxValidationCode, 0 when nothing was found so far.
        reason: for logs, "" when valid.
        envelope: None where it could not be read.
        transaction: None unless it is an endorser transaction that could be read.
    """

    code: int
    reason: str
    envelope: EnvelopeView | None
    transaction: TransactionView | None


_CODES = transaction_pb2
_UNREADABLE = {"envelope": _CODES.INVALID_OTHER_REASON, "payload": _CODES.BAD_PAYLOAD}
"""Codes for what cannot be parsed (the first is v20/validator.go's); for headers BAD_COMMON_HEADER."""

_ENDORSER_TRANSACTION = int(common_pb2.ENDORSER_TRANSACTION)
_TYPES = (_ENDORSER_TRANSACTION, int(common_pb2.CONFIG_UPDATE), int(common_pb2.CONFIG))


def validate_envelope(raw: bytes, channel_id: str, identities: Creators) -> Verdict:
    """Judge one envelope of a block. Never raises.

    Args:
        raw: common.Envelope bytes.
        channel_id: this channel; an envelope for another has a creator nobody here knows.
        identities: the channel's organisations, as of the newest config block before this one.
    """
    try:
        view = parse_envelope(raw)
    except MessageError as reason:
        return unreadable(reason)
    return validate_view(view, channel_id, identities)


def unreadable(reason: MessageError) -> Verdict:
    """The verdict on an envelope that `parse_envelope` refused."""
    return Verdict(_UNREADABLE.get(reason.field, _CODES.BAD_COMMON_HEADER), str(reason), None, None)


def validate_view(view: EnvelopeView, channel_id: str, identities: Creators) -> Verdict:
    """`validate_envelope` of a parsed one."""
    try:
        check_headers(view)
    except MessageError as reason:
        return Verdict(_CODES.BAD_COMMON_HEADER, str(reason), view, None)
    try:
        if view.channel_id != channel_id:
            raise MessageError("channel_header.channel_id", f"is {view.channel_id}, this is {channel_id}")
        identities.verified_creator(view.creator, view.payload, view.signature)
    except ProtocolError as reason:
        return Verdict(_CODES.BAD_CREATOR_SIGNATURE, str(reason), view, None)
    return validate_body(view)


def validate_body(view: EnvelopeView) -> Verdict:
    """The rest of `validate_view`, once headers and creator are known to be right: its own bytes decide."""
    kind = view.type
    if kind == _ENDORSER_TRANSACTION:
        return _validate_transaction(view)
    if kind == common_pb2.CONFIG:
        return Verdict(_CODES.VALID, "", view, None)
    return Verdict(_CODES.UNSUPPORTED_TX_PAYLOAD, f"channel_header.type: is {view.type}", view, None)


def _validate_transaction(view: EnvelopeView) -> Verdict:
    try:
        check_transaction_id(view.transaction_id, view.nonce, view.creator)
    except MessageError as reason:
        return Verdict(_CODES.BAD_PROPOSAL_TXID, str(reason), view, None)
    try:
        transaction = parse_transaction(view.data)
        _check_action(view, transaction)
    except MessageError as reason:
        return Verdict(_CODES.INVALID_ENDORSER_TRANSACTION, str(reason), view, None)
    return Verdict(_CODES.VALID, "", view, transaction)


def check_headers(view: EnvelopeView) -> None:
    """Raise MessageError unless type, epoch, nonce and creator are as they must be (validateCommonHeader)."""
    header = view.channel_header
    if header.type not in _TYPES:
        raise MessageError("channel_header.type", f"is {header.type}")
    if header.epoch != 0:
        raise MessageError("channel_header.epoch", f"is {header.epoch}, expected 0")
    if not view.nonce:
        raise MessageError("signature_header.nonce", "is empty")
    if not view.creator:
        raise MessageError("signature_header.creator", "is empty")


def _check_action(view: EnvelopeView, transaction: TransactionView) -> None:
    if transaction.action_header != view.signature_header_bytes:
        header = parse(common_pb2.SignatureHeader, transaction.action_header, "transaction_action.header")
        if not header.nonce:
            raise MessageError("transaction_action.header.nonce", "is empty")
        if not header.creator:
            raise MessageError("transaction_action.header.creator", "is empty")
    if not transaction.proposal_payload:
        raise MessageError("chaincode_action_payload.chaincode_proposal_payload", "is empty")
    if transaction_proposal_hash(view, transaction) != transaction.proposal_hash:
        raise MessageError("proposal_response_payload.proposal_hash", "does not match")
