"""One transaction of a block on its way through validation: read once, whole, while its bytes are at hand.

Everything that its own bytes decide is decided at reading: neither the state nor anybody's signature takes part. What
was found is believed later, in Fabric's order. So of a block's many bytes only what signatures cover is kept, and no
step goes back to memory that the verification of a hundred signatures has driven out of the processor's cache.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.endorsements import endorsed_bytes
from tanhui.network.protocol.envelopes import EnvelopeView, TransactionView, parse_envelope
from tanhui.network.protocol.errors import MessageError, ProtocolError
from tanhui.network.protocol.message_validation import Creators, check_headers, unreadable, validate_body
from tanhui.network.protocol.policies import SignedData
from tanhui.node.validation.action import Action, ActionReader, Refused

Code = transaction_pb2.TxValidationCode
VALID = int(Code.VALID)
CONFIG = int(common_pb2.CONFIG)


@dataclass(slots=True)
class Candidate:
    """One transaction, and what is known of it.

    Attributes:
        code: VALID until something is found.
        txid, channel_id: as the channel header claims, "" when it cannot be read.
        creator: the creator's signature over the payload; None where the headers cannot be read.
        is_config: a CONFIG transaction, by its header.
        config: common.ConfigEnvelope bytes of such a one.
        headers_code: what the headers deserve, whoever signed them.
        body_code: what the body deserves once the creator is known to have signed it.
        action: None where there is none, or where it is refused with `action_code`.
        endorsements: each endorsement as signed data: response payload ‖ endorser.
    """

    code: int
    txid: str = ""
    channel_id: str = ""
    creator: SignedData | None = None
    is_config: bool = False
    config: bytes = b""
    headers_code: int = VALID
    body_code: int = VALID
    action: Action | None = None
    action_code: int = VALID
    endorsements: tuple[SignedData, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Nothing was found so far."""
        return self.code == VALID

    def signatures(self) -> tuple[SignedData, ...]:
        """The creator's signature, then the endorsers': everything that can be verified ahead."""
        return () if self.creator is None else (self.creator, *self.endorsements)

    def judge_form(self, channel_id: str, creators: Creators) -> None:
        """Codes 2 to 8, in the order of `message_validation`."""
        if self.creator is None:
            return
        self.code = self.headers_code
        if self.code != VALID:
            return
        self.code = int(Code.BAD_CREATOR_SIGNATURE)
        if self.channel_id != channel_id:  # a creator nobody here knows
            return
        try:
            creators.verified_creator(*self.creator)
        except ProtocolError:
            return
        self.code = self.body_code


class CandidateReader:
    """Reads one block's transactions. What stands in many of them is kept once, as long as the block."""

    def __init__(self) -> None:
        self._actions = ActionReader()
        self._identities: dict[bytes, bytes] = {}

    def read(self, raw: bytes) -> Candidate:
        """Parse an envelope as far as it goes, before anything in it is believed."""
        try:
            envelope = parse_envelope(raw)
        except MessageError as reason:
            return Candidate(unreadable(reason).code)
        header = envelope.channel_header
        creator = self._one(envelope.creator)
        signed = SignedData(creator, envelope.payload, envelope.signature)
        found = Candidate(VALID, header.tx_id, header.channel_id, signed)
        if header.type == CONFIG:
            found.is_config, found.config = True, envelope.data
        try:
            check_headers(envelope)
        except MessageError:
            found.headers_code = int(Code.BAD_COMMON_HEADER)
            return found
        body = validate_body(envelope)
        found.body_code = body.code
        if body.transaction is not None:
            self._read_action(found, envelope, body.transaction)
        return found

    def _read_action(self, found: Candidate, envelope: EnvelopeView, transaction: TransactionView) -> None:
        payload = transaction.response_payload
        found.endorsements = tuple(
            [
                SignedData(self._one(endorser), endorsed_bytes(payload, endorser), signature)
                for endorser, signature in transaction.endorsements
            ]
        )
        try:
            found.action = self._actions.read(envelope, transaction)
        except Refused as refused:
            found.action_code = refused.code

    def _one(self, identity: bytes) -> bytes:
        """The same bytes, as one object for the whole block."""
        return self._identities.setdefault(identity, identity)


def read_candidates(envelopes: Iterable[bytes]) -> list[Candidate]:
    """A block's transactions, fresh."""
    reader = CandidateReader()
    return [reader.read(raw) for raw in envelopes]
