"""Manifests of former registries, and which of their parts are imported, on the ledger."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tanhui.chaincode.contract.amounts import Amount
from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.opening import PARTS_MAX
from tanhui.chaincode.transactions.fields import HexHash

PartKind: TypeAlias = Literal["balances", "batch"]
Hashes = Annotated[tuple[HexHash, ...], msgspec.Meta(max_length=PARTS_MAX)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a former registry hands over as of the end of its cut-off day."""

    registry: str
    name: str
    cut_off: date
    import_until: date
    document: str
    """SHA-256 of the source document that the manifest was made from."""
    key: str
    """Ed25519 public key of the former registry, hex."""
    signature: str
    programme: str
    """Whose accounts the balances belong to; empty where there are none."""
    balances: tuple[str, ...]
    """SHA-256 of each chunk of balance lines."""
    batches: tuple[str, ...]
    """SHA-256 of each batch in canonical JSON."""
    points: Amount
    kilograms: Amount


class ImportedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that was imported: what it came to."""

    kind: PartKind
    number: int
    count: int
    """Balance lines, or ranges."""
    quantity: Amount
    """Points, or kilograms CO2e."""
    batch: str
    """Where a batch stands now; empty for balances."""


class FormerSerials(msgspec.Struct, frozen=True, kw_only=True):
    """Where a batch's serials come from: serial n here was `first` + n − 1 of `batch` there."""

    registry: str
    batch: str
    first: Amount


def part_key(number: int) -> str:
    """A part's number as a key's part."""
    return f"{number:04d}"


FORMER_SERIALS: Final = KeyType("former_serials", ("batch",), JsonCodec(FormerSerials))
MANIFEST: Final = KeyType("manifest", ("registry",), JsonCodec(Manifest))
MANIFEST_PART: Final = KeyType("manifest_part", ("registry", "kind", "number"), JsonCodec(ImportedPart))
