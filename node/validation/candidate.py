"""Is an envelope well formed, who signed it, and does its transaction hold together: codes 1 to 8.

Source: core/common/validation/msgvalidation.go, in its order. Signatures are judged by the caller between the
header and the body, as there.
"""

from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.endorsements import endorsed_bytes
from tanhui.network.protocol.envelopes import (
    EnvelopeView,
    TransactionView,
    parse_envelope,
    parse_transaction,
    transaction_proposal_hash,
)
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.messages import parse
from tanhui.network.protocol.policies import SignedData
from tanhui.network.protocol.proposals import compute_transaction_id

Code = transaction_pb2.TxValidationCode

_HEADER_TYPES = frozenset(
    {
        common_pb2.HeaderType.ENDORSER_TRANSACTION,
        common_pb2.HeaderType.CONFIG_UPDATE,
        common_pb2.HeaderType.CONFIG,
    }
)


@dataclass(slots=True)
class Candidate:
    """One transaction on its way through validation.

    Attributes:
        raw: the envelope's bytes.
        envelope: None when its headers cannot be read.
        transaction: None when it is no endorser transaction, or its body is damaged.
        code: VALID until something is found.
        txid: as the channel header claims, "" when it cannot be read.
    """

    raw: bytes
    envelope: EnvelopeView | None = None
    transaction: TransactionView | None = None
    code: int = Code.VALID
    txid: str = ""

    @property
    def is_valid(self) -> bool:
        """Nothing was found so far."""
        return self.code == Code.VALID

    def signatures(self) -> list[SignedData]:
        """The creator's signature, then the endorsers': everything that can be verified ahead."""
        if self.envelope is None:
            return []
        envelope = self.envelope
        found = [SignedData(envelope.creator, envelope.payload, envelope.signature)]
        if self.transaction is not None:
            found.extend(endorsement_signatures(self.transaction))
        return found


def endorsement_signatures(transaction: TransactionView) -> list[SignedData]:
    """Each endorsement as signed data: response payload ‖ endorser."""
    payload = transaction.response_payload
    return [
        SignedData(one.endorser, endorsed_bytes(payload, one.endorser), one.signature)
        for one in transaction.endorsements
    ]


def read_candidate(raw: bytes) -> Candidate:
    """Parse an envelope as far as it goes; `code` says what is wrong with its headers."""
    found = Candidate(raw)
    try:
        envelope = parse_envelope(raw)
    except MessageError as error:
        found.code = {"envelope": Code.INVALID_OTHER_REASON, "payload": Code.BAD_PAYLOAD}.get(
            error.field, Code.BAD_COMMON_HEADER
        )
        return found
    found.envelope = envelope
    found.txid = envelope.transaction_id
    header = envelope.channel_header
    if header.type not in _HEADER_TYPES or header.epoch != 0 or not envelope.nonce or not envelope.creator:
        found.code = Code.BAD_COMMON_HEADER
    elif header.type == common_pb2.HeaderType.ENDORSER_TRANSACTION:
        try:
            found.transaction = parse_transaction(envelope.data)
        except MessageError:
            # Judged by `check_body`, after the creator's signature.
            found.transaction = None
    return found


def check_body(found: Candidate) -> None:
    """Set the code of what the creator signed: its transaction id, its body, its type."""
    envelope = found.envelope
    assert envelope is not None, "headers were read"
    if envelope.type == common_pb2.HeaderType.CONFIG:
        return
    if envelope.type != common_pb2.HeaderType.ENDORSER_TRANSACTION:
        found.code = Code.UNSUPPORTED_TX_PAYLOAD
    elif found.txid != compute_transaction_id(envelope.nonce, envelope.creator):
        found.code = Code.BAD_PROPOSAL_TXID
    else:
        found.code = _endorser_transaction_code(envelope, found.transaction)


def _endorser_transaction_code(envelope: EnvelopeView, transaction: TransactionView | None) -> int:
    """validateEndorserTransaction; an unreadable result in a body that holds together is dispatch's."""
    if transaction is None:
        return _damaged_body_code(envelope)
    try:
        header = parse(common_pb2.SignatureHeader, transaction.action_header, "action.header")
    except MessageError:
        return Code.INVALID_ENDORSER_TRANSACTION
    if not header.nonce or not header.creator or not transaction.proposal_payload:
        return Code.INVALID_ENDORSER_TRANSACTION
    if transaction_proposal_hash(envelope, transaction) != transaction.proposal_hash:
        return Code.INVALID_ENDORSER_TRANSACTION
    return Code.VALID


def _damaged_body_code(envelope: EnvelopeView) -> int:
    try:
        parse_transaction(envelope.data)
    except MessageError as error:
        if error.field == "proposal_response_payload.extension":
            return Code.BAD_RESPONSE_PAYLOAD
    return Code.INVALID_ENDORSER_TRANSACTION
