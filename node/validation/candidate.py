"""One transaction of a block on its way through validation."""

from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.endorsements import endorsed_bytes
from tanhui.network.protocol.envelopes import (
    EnvelopeView,
    TransactionView,
    parse_envelope,
    parse_transaction,
)
from tanhui.network.protocol.errors import MessageError
from tanhui.network.protocol.message_validation import Creators, unreadable, validate_view
from tanhui.network.protocol.policies import SignedData

Code = transaction_pb2.TxValidationCode
VALID = int(Code.VALID)
CONFIG = int(common_pb2.CONFIG)
ENDORSER_TRANSACTION = int(common_pb2.ENDORSER_TRANSACTION)


@dataclass(slots=True)
class Candidate:
    """One transaction, and what is known of it.

    Attributes:
        envelope: None when its headers cannot be read.
        transaction: None when it is no endorser transaction, or its body is damaged.
        code: VALID until something is found.
        txid: as the channel header claims, "" when it cannot be read.
        creator: the creator's signature over the payload; None where the headers cannot be read.
        endorsements: each endorsement as signed data: response payload ‖ endorser.
    """

    envelope: EnvelopeView | None
    transaction: TransactionView | None
    code: int
    txid: str
    creator: SignedData | None = None
    endorsements: tuple[SignedData, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Nothing was found so far."""
        return self.code == VALID

    @property
    def is_config(self) -> bool:
        """A CONFIG transaction, by its header."""
        return self.envelope is not None and self.envelope.type == CONFIG

    def signatures(self) -> list[SignedData]:
        """The creator's signature, then the endorsers': everything that can be verified ahead."""
        return [] if self.creator is None else [self.creator, *self.endorsements]

    def judge_form(self, channel_id: str, creators: Creators) -> None:
        """Codes 2 to 8, by `message_validation`."""
        if self.envelope is not None:
            self.code = validate_view(self.envelope, channel_id, creators, self.transaction).code


def _endorsements(transaction: TransactionView) -> tuple[SignedData, ...]:
    payload = transaction.response_payload
    return tuple(
        [
            SignedData(endorser, endorsed_bytes(payload, endorser), signature)
            for endorser, signature in transaction.endorsements
        ]
    )


def read_candidate(raw: bytes) -> Candidate:
    """Parse an envelope as far as it goes, before anything in it is believed."""
    try:
        envelope = parse_envelope(raw)
    except MessageError as reason:
        return Candidate(None, None, unreadable(reason).code, "")
    transaction = None
    header = envelope.channel_header
    if header.type == ENDORSER_TRANSACTION:
        try:
            transaction = parse_transaction(envelope.data)
        except MessageError:
            transaction = None  # `judge_form` finds it again, behind what Fabric looks at first
    endorsements = () if transaction is None else _endorsements(transaction)
    creator = SignedData(envelope.creator, envelope.payload, envelope.signature)
    return Candidate(envelope, transaction, VALID, header.tx_id, creator, endorsements)
