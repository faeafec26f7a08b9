"""The two halves of a transfer: what left, and what arrived or never will.

Their keys and the key of the queue stand in record.py.
"""

from typing import Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.rules.recognition.terms import Lane
from tanhui.chaincode.rules.serials import Serial

OutgoingStatus: TypeAlias = Literal["locked", "finalised", "unlocked"]
IncomingStatus: TypeAlias = Literal["minted", "aborted"]


class TransferPortion(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one lot, as they left."""

    source: str
    vintage: int
    issue: str
    expires: str
    points: Amount


class TransferParcel(msgspec.Struct, frozen=True, kw_only=True):
    """Serials, by the batch under which they stand here and the one in which they were issued."""

    batch: str
    origin_batch: str
    origin: str
    """Genesis hash of the ledger that issued them."""
    project: str
    methodology: str
    vintage: int
    first: Serial
    last: Serial


class TransferHalf(msgspec.Struct, frozen=True, kw_only=True):
    """What both ledgers keep of a transfer. Of `portions` and `parcels` one is empty, as the lane says."""

    id: str
    agreement: str
    terms: str
    lane: Lane
    programme: str
    receiver: str
    portions: tuple[TransferPortion, ...]
    parcels: tuple[TransferParcel, ...]
    quantity: Amount
    counted: Amount
    """What of it the caps counted: all but what goes home."""
    target_quantity: Amount
    person: str
    shard: int
    seconds: int
    """When it was locked here, or decided here."""
    transaction: str
    """In which it was."""


class OutgoingTransfer(TransferHalf, frozen=True, kw_only=True):
    """What left for the other region."""

    status: OutgoingStatus
    holder: str
    """The account, or the organisation."""
    target_programme: str
    binding: str
    """The same-person statement, a signed note."""
    deadline: int
    settled_seconds: int
    """When the other region minted or aborted it, or the arbiter ruled; 0 while it waits."""
    settled_in: str
    """In which of its transactions; empty for a ruling."""
    closed_in: str
    """The transaction that finalised or unlocked it."""
    closed_seconds: int


class OpenTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """Says that a transfer waits: its lock's transaction, to find the proof, and since when."""

    transfer: str
    transaction: str
    seconds: int
    deadline: int


class IncomingTransfer(TransferHalf, frozen=True, kw_only=True):
    """What came from the other region, or never will. Its key is the transfer's nullifier."""

    status: IncomingStatus
    locked_seconds: int
    source_transaction: str
    """The lock, on the partner's ledger; empty for an arbiter's ruling."""
    reason: str
