"""Data sources and activity batches on the ledger.

A batch is two keys: its record, which a reversal changes, and its packed records, which nothing changes.
"""

from typing import Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec, UnreadableRecord
from tanhui.chaincode.contract.repository import KeyType

BatchStatus: TypeAlias = Literal["submitted", "checked", "credited", "rejected", "reversed"]


class DataSource(msgspec.Struct, frozen=True, kw_only=True):
    """Who measures: a device or system of an organisation, with the key that signs its claims."""

    id: str
    organisation: str
    key: str
    """Ed25519 public key, hex."""
    keys_before: int
    """How often the key was rotated."""
    status: Literal["active", "revoked"]
    device: bool = False
    """A registered device: its records are credited at once, whatever the scene's review asks."""


class ActivityBatch(msgspec.Struct, frozen=True, kw_only=True):
    """One batch: by what it was credited, and what came of it."""

    id: str
    programme: str
    programme_version: int
    scene: str
    methodology: str
    version: int
    source: str
    source_key: str
    """The key that signed, hex: re-checking needs no history of the source."""
    status: BatchStatus
    """`rejected` when no record was credited; `reversed` when every credited one is."""
    issue: str
    inputs: int
    record_bytes: int
    count: int
    rejected: int
    grams: Amount
    points: Amount
    root: str
    """RFC 6962 root over the records, hex."""
    day: int
    """Day of crediting, since 1970-01-01 in UTC+8."""
    reversed: tuple[int, ...]
    """Positions of reversed records, rising."""
    refused: tuple[int, ...] = ()
    """Positions that a review turned down, rising: neither their points nor their grams are in the totals."""


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """What a verifier's review, or a later sample, said of a batch's evidence."""

    kind: Literal["review", "sample"]
    verifier: str
    model: str
    model_version: str
    day: int
    verdicts: bytes
    """Packed, see rules/attestations.py."""


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """A holder's appeal against a review, filed by their operator, ruled by the regulator."""

    position: int
    reason: str
    evidence: str
    """SHA-256 of what is brought forward."""
    status: Literal["open", "upheld", "dismissed"]
    ruling: str


def place_key(number: int) -> str:
    """A position or an attestation's number as a key's part."""
    return f"{number:04d}"


class RecordsCodec:
    """Version byte and the records one after the other (rules/activity_records.py)."""

    _MARK: Final = b"\x01"

    def encode(self, record: bytes) -> bytes:
        """The stored form."""
        return self._MARK + record

    def decode(self, value: bytes) -> bytes:
        """The packed records; UnreadableRecord when the version is unknown."""
        if value[:1] != self._MARK:
            raise UnreadableRecord(f"activity records of version {value[:1].hex()}")
        return value[1:]


ACTIVITY_BATCH: Final = KeyType("activity_batch", ("programme", "batch"), JsonCodec(ActivityBatch))
ACTIVITY_APPEAL: Final = KeyType("activity_appeal", ("programme", "batch", "position"), JsonCodec(Appeal))
ACTIVITY_ATTESTATION: Final = KeyType(
    "activity_attestation", ("programme", "batch", "number"), JsonCodec(Attestation)
)
ACTIVITY_RECORDS: Final = KeyType("activity_records", ("programme", "batch"), RecordsCodec())
DATA_SOURCE: Final = KeyType("data_source", ("id",), JsonCodec(DataSource))
