"""One record of a bulk transaction, opened alone: that it stands in the batch, and nothing of the others.

A batch's effect carries the RFC 6962 root over its fixed-width records. The holder shows the record, its
position and the path to that root, and opens the salted commitment that the record carries.
"""

from dataclasses import dataclass

from tanhui.proofs import canonical, merkle
from tanhui.proofs.canonical import Json
from tanhui.proofs.effects.activities import ActivitiesRecorded, ActivitiesSubmitted
from tanhui.proofs.effects.commitments import Opening, commit
from tanhui.proofs.errors import FormatError, ProofError
from tanhui.proofs.tree import Tree

RECORD_BYTES_MAX = 4096
PATH_MAX = 64

Batch = ActivitiesRecorded | ActivitiesSubmitted
"""Effects whose records can be opened alone: credited at once, or waiting for a review."""
BATCH_KINDS = (ActivitiesRecorded.kind, ActivitiesSubmitted.kind)


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A record of a batch with its path, and what opens the commitment in it, if it is to be opened."""

    position: int
    record: bytes
    path: tuple[bytes, ...]
    opening: Opening | None = None

    def to_json(self) -> Json:
        """The record as it stands in a bundle."""
        value: dict[str, Json] = {
            "position": canonical.decimal(self.position),
            "record": self.record.hex(),
            "path": [canonical.base64(one) for one in self.path],
        }
        if self.opening is not None:
            value["opening"] = {"salt": self.opening.salt.hex(), "value": self.opening.value}
        return value

    def check(self, batch: Batch) -> None:
        """Refuse a record that is not the batch's, or an opening that opens nothing in it.

        Raises:
            MerkleError: the path does not lead to the batch's root.
            ProofError: a record of another width, or without the commitment that is opened.
        """
        if len(self.record) != batch.record_bytes:
            raise ProofError("record.width", f"{len(self.record)} bytes, not {batch.record_bytes}")
        leaf = merkle.leaf_hash(self.record)
        merkle.verify_inclusion(leaf, self.position, batch.count, self.path, batch.records_root)
        # The commitment is a SHA256: wherever it stands in the record, it does not stand there by chance.
        opening = self.opening
        if opening is not None and commit(opening.salt, opening.value) not in self.record:
            raise ProofError("record.opening", "the record carries no commitment that this opens")


def open_record(blob: bytes, width: int, position: int, opening: Opening | None = None) -> OpenedRecord:
    """Open record `position` of a packed batch.

    Raises:
        MerkleError: a position outside the batch, or a blob of no whole number of records.
    """
    tree = Tree(merkle.packed_leaf_hashes(blob, width))
    path = tuple(tree.inclusion_proof(position))
    return OpenedRecord(position, blob[position * width : (position + 1) * width], path, opening)


def from_json(value: Json) -> OpenedRecord:
    """The record in a bundle.

    Raises:
        FormatError: anything that is not well formed.
    """
    found = canonical.members(value, ("position", "record", "path"), ("opening",), "record")
    record = canonical.parse_hex(found["record"])
    if not 0 < len(record) <= RECORD_BYTES_MAX:
        raise FormatError("record.width", f"a record of {len(record)} bytes")
    path = canonical.list_of(found["path"], "path", PATH_MAX)
    return OpenedRecord(
        position=canonical.parse_decimal(found["position"]),
        record=record,
        path=tuple(canonical.parse_base64(one, merkle.HASH_BYTES) for one in path),
        opening=opening_from_json(found["opening"]) if "opening" in found else None,
    )


def opening_from_json(value: Json) -> Opening:
    """An opening in a bundle.

    Raises:
        FormatError: anything that is not well formed.
    """
    found = canonical.members(value, ("salt", "value"), of="opening")
    return Opening(canonical.parse_hex(found["salt"], 32), canonical.text_of(found["value"], "value"))
