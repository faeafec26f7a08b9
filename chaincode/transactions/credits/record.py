"""Batches, ranges, holdings and offers on the ledger.

A range stands under its batch and first serial. Beside it stands one small key under its holder, so that what
one organisation holds is one range of keys and no list that everybody writes to.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec, lacking_defaults
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.serials import Range, Serial
from tanhui.chaincode.transactions.fields import Slug

PIECES_MAX: Final = 200
"""Pieces that one order names."""

OfferStatus: TypeAlias = Literal["offered", "accepted", "withdrawn", "rejected"]
BatchId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)", max_length=128)]
OfferId = Slug


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Serials first..last, cut out of the recorded range that begins with serial `range`."""

    batch: BatchId
    range: Serial
    first: Serial
    last: Serial


Pieces = Annotated[tuple[Piece, ...], msgspec.Meta(min_length=1, max_length=PIECES_MAX)]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Serials first..last of a batch, however they are cut: what an offer or a retirement is about."""

    batch: str
    first: Serial
    last: Serial


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One issuance, never changed. Its serials run from 1 to `quantity`, a kilogram CO2e each."""

    id: str
    project: str
    period: int
    methodology: str
    version: int
    vintage: int
    first_day: date
    last_day: date
    requested: Amount
    """Kilograms that the issuance asked for; always equal to what was executed."""
    quantity: Amount
    buffer: Amount
    """The last so many serials went to the buffer."""
    owner: str


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Says that a holder's range begins there; the range itself has the rest."""

    batch: str
    first: Serial


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that waits for its receiver. Its ranges are held until it is answered."""

    id: str
    sender: str
    receiver: str
    spans: tuple[Span, ...]
    quantity: Amount
    payment: str
    """What the delivery is against: a payment's or trade's reference; empty for none."""
    status: OfferStatus
    retire_on_receipt: bool = False
    """Taken only by credits:AcceptAndRetire."""


def serial_key(serial: int) -> str:
    """A serial as a key's part: 16 decimal digits, enough for 2^53."""
    return f"{serial:016d}"


BATCH: Final = KeyType("batch", ("id",), JsonCodec(Batch))
HOLDING: Final = KeyType("holding", ("holder", "batch", "first"), JsonCodec(Holding))
OFFER: Final = KeyType("offer", ("id",), JsonCodec(Offer, 2, {1: lacking_defaults(Offer)}))
RANGE: Final = KeyType("range", ("batch", "first"), JsonCodec(Range, 2, {1: lacking_defaults(Range)}))
