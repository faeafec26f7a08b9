"""Agreements, transfers and mirrors on the ledger.

| key | what stands there |
| --- | --- |
| `agreement(id)` | which side this ledger is, and which terms are in force: written by governance only |
| `agreement_terms(agreement, hash)` | one version of the terms, and how far it was agreed to |
| `partner_anchors(agreement)` | the partner's anchors, in the file's own form |
| `recognition_counter(agreement, source, scope)` | what a cap has used, by shard |
| `transfer_out(agreement, transfer)` | what left; `transfer_open` beside it while nothing closed it |
| `transfer_in(agreement, transfer)` | the nullifier: minted or never to be minted |
| `recognition_statement(agreement, source, period)` | what crossed one way in a period, filed and co-signed |
| `dispute(agreement, dispute)` | a transfer in question: what stands still here, and the ruling |
| `mirror(batch)` | what a mirrored batch is a mirror of |
"""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec, lacking_defaults
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.recognition.terms import Terms, Use
from tanhui.chaincode.transactions.credits.record import Span
from tanhui.chaincode.transactions.fields import Slug
from tanhui.chaincode.transactions.recognition.halves import IncomingTransfer, OpenTransfer, OutgoingTransfer

PROOF_BYTES_MAX: Final = 600_000
"""A bundle: base64 of it and the rest of an order fit into one argument."""
ANCHORS_CHARACTERS_MAX: Final = 65_536
NOTE_CHARACTERS_MAX: Final = 16_384
TRANSFERS_MAX: Final = 200
"""Transfers that one order locks, mints or closes: all under one proof."""

AgreementStatus: TypeAlias = Literal["proposed", "in_force", "suspended", "ended"]
DisputeStatus: TypeAlias = Literal["open", "dismissed", "upheld"]

Proof = Annotated[bytes, msgspec.Meta(min_length=1, max_length=PROOF_BYTES_MAX)]
"""A bundle of the partner's ledger, base64."""
TransferId = Slug
TransferIds = Annotated[tuple[TransferId, ...], msgspec.Meta(min_length=1, max_length=TRANSFERS_MAX)]
NoteText = Annotated[str, msgspec.Meta(min_length=1, max_length=NOTE_CHARACTERS_MAX)]
"""A signed note, its text and signature lines."""
NoteTextOrNone = Annotated[str, msgspec.Meta(max_length=NOTE_CHARACTERS_MAX)]
AnchorsText = Annotated[str, msgspec.Meta(max_length=ANCHORS_CHARACTERS_MAX)]
Shard = Annotated[int, msgspec.Meta(ge=0, le=63)]


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement as this side keeps it."""

    id: str
    own: int
    """Which of the two parties this ledger is: 0 or 1."""
    status: AgreementStatus
    version: int
    """Of the terms in force; 0 before the first."""
    terms: str
    """Their hash, hex; empty before the first."""
    proposed: int
    """The newest version proposed here."""
    proposed_terms: str
    """Its hash, hex."""
    ended_seconds: int
    """When it was ended; 0 while it was not. What was locked before may still be minted."""


class AgreementTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the terms. What both agreed to once stays good for what was locked under it."""

    terms: Terms
    concluded: bool
    transaction: str
    """In which this side's regulator agreed."""
    partner_transaction: str
    """In which the partner's did, on its ledger; empty before that is proven."""


class PartnerAnchors(msgspec.Struct, frozen=True, kw_only=True):
    """By what the partner's proofs are judged."""

    agreement: str
    number: int
    fingerprint: str
    file: str


class CapCounter(msgspec.Struct, frozen=True):
    """What one cap has used, in source units."""

    used: Amount


class Mirror(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of another region whose serials stand here."""

    id: str
    agreement: str
    origin: str
    batch: str
    project: str
    methodology: str
    vintage: int
    spans: tuple[Span, ...]
    """Its serials, in order: a transfer may bring several parts of one batch."""
    uses: tuple[Use, ...]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What crossed one way in a period, as this side's regulator filed it (proofs/statements)."""

    agreement: str
    source: int
    """Which party the units left: 0 or 1."""
    period: str
    root: str
    """Hex."""
    lines: int
    opening: Amount
    out: Amount
    minted: Amount
    aborted: Amount
    closing: Amount
    cosigned: bool
    transaction: str
    """In which it was filed."""
    partner_transaction: str
    """In which the partner filed the same; empty before that is proven."""


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer in question, as this side keeps it."""

    id: str
    agreement: str
    terms: str
    transfer: str
    source: int
    """Which party the transfer left."""
    spans: tuple[Span, ...]
    """Serials that stand still on this ledger."""
    evidence: str
    deadline: str
    reason: str
    opened_here: bool
    status: DisputeStatus
    owed_by: str
    """Genesis hash of who owes by the ruling; empty before."""
    owed: Amount
    ruled_seconds: int = 0
    """When the arbiter ruled, by its own word: the same on both ledgers. 0 before."""
    ruled_in: str = ""
    """The transaction that took the ruling here; empty before."""


AGREEMENT: Final = KeyType("agreement", ("id",), JsonCodec(Agreement))
AGREEMENT_TERMS: Final = KeyType("agreement_terms", ("agreement", "hash"), JsonCodec(AgreementTerms))
DISPUTE: Final = KeyType(
    "dispute", ("agreement", "dispute"), JsonCodec(Dispute, 2, {1: lacking_defaults(Dispute)})
)
MIRROR: Final = KeyType("mirror", ("batch",), JsonCodec(Mirror))
PARTNER_ANCHORS: Final = KeyType("partner_anchors", ("agreement",), JsonCodec(PartnerAnchors))
RECOGNITION_COUNTER: Final = KeyType(
    "recognition_counter", ("agreement", "source", "scope"), JsonCodec(CapCounter)
)
RECOGNITION_STATEMENT: Final = KeyType(
    "recognition_statement", ("agreement", "source", "period"), JsonCodec(Statement)
)
TRANSFER_IN: Final = KeyType("transfer_in", ("agreement", "transfer"), JsonCodec(IncomingTransfer))
TRANSFER_OPEN: Final = KeyType("transfer_open", ("agreement", "transfer"), JsonCodec(OpenTransfer))
TRANSFER_OUT: Final = KeyType("transfer_out", ("agreement", "transfer"), JsonCodec(OutgoingTransfer))
