"""Making bundles: from a log's files and from what a transaction's own envelope states. No network, no ledger.

Whoever holds both makes the same bundle: the registry's API on request, and an auditor from his own copy
without the API. Nothing is taken on trust: what the envelope states must be what the leaf commits to, so a log
of another ledger makes no bundle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tanhui.proofs import certificate, checkpoints, ed25519, effects, leaf, merkle
from tanhui.proofs.bundles import Bundle, Kind, NamedOpening
from tanhui.proofs.effects.retirements import CreditsRetired
from tanhui.proofs.errors import FormatError, ProofError
from tanhui.proofs.leaf import Leaf
from tanhui.proofs.log_reader import LogReader
from tanhui.proofs.notes import Note
from tanhui.proofs.records import Batch, OpenedRecord, open_record
from tanhui.proofs.tlog_proof import TlogProof
from tanhui.proofs.verify import is_transfer_kind

PREFIX_BYTES_MAX = 8
"""What a ledger may write before a batch's records: its version."""


class NotInLogError(ProofError):
    """The log does not cover the transaction, or not yet."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a transaction's envelope states, as far as bundles need it.

    Attributes:
        txid: 64 hex digits.
        block, tx: where it stands.
        envelope: its bytes as they stand in the block.
        document: the payload of its event `tanhui.v1`, b"" without one.
        values: what it wrote, in order: a batch's records are among them.
        seconds: its own timestamp, POSIX.
    """

    txid: str
    block: int
    tx: int
    envelope: bytes
    document: bytes = b""
    values: tuple[bytes, ...] = ()
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A transaction with its leaf in a log, and the effects that the leaf commits to."""

    stated: Stated
    leaf: Leaf
    index: int
    document: bytes

    def effect(self, number: int) -> effects.Effect:
        """One of its effects. Raises FormatError."""
        listed = effects.entries(self.document) if self.document else ()
        if not 0 <= number < len(listed):
            raise FormatError("bundle.effect", f"effect {number} of {len(listed)}")
        return effects.from_json(listed[number])


def leaf_index(reader: LogReader, block: int, tx: int) -> int:
    """Where a transaction's leaf stands; leaves are sorted by block and position.

    Raises:
        NotInLogError: the log has none for it.
    """
    low, high = 0, reader.size
    while low < high:
        middle = (low + high) // 2
        found = leaf.parse(reader.entry(middle))
        if (found.block, found.tx) < (block, tx):
            low = middle + 1
        else:
            high = middle
    if low < reader.size:
        found = leaf.parse(reader.entry(low))
        if (found.block, found.tx) == (block, tx):
            return low
    raise NotInLogError("bundle.log", f"block {block} transaction {tx} is not in the log of {reader.size}")


def find(stated: Stated, reader: LogReader) -> Found:
    """The transaction's leaf, once it is this very transaction's.

    Raises:
        NotInLogError: the log does not cover it.
        ProofError: the log is of another ledger, or its leaf commits to other effects.
    """
    index = leaf_index(reader, stated.block, stated.tx)
    found = leaf.parse(reader.entry(index))
    if found.env != sha256(stated.envelope).digest() or found.txid != stated.txid:
        raise ProofError("bundle.ledger", f"leaf {index} is not of transaction {stated.txid[:70]}")
    document = stated.document if found.events != effects.NO_EVENTS else b""
    if effects.events_hash(document) != found.events:
        raise ProofError("bundle.events", f"leaf {index} commits to other effects")
    return Found(stated, found, index, document)


def make_bundle(
    found: Found,
    reader: LogReader,
    checkpoint: Note,
    *,
    effect: int | None = None,
    certificate: Mapping[str, Any] | None = None,
    record: int | None = None,
    openings: Sequence[NamedOpening] = (),
) -> bytes:
    """The bundle about a transaction, against a published checkpoint.

    Args:
        found: the transaction and its leaf.
        reader: the log; its size may be beyond the checkpoint's.
        checkpoint: with what cosignatures it has.
        effect: about which of its effects; a transfer then makes a transfer bundle.
        certificate: the registry's, which makes it a retirement bundle; needs `effect`.
        record: opens this one record of the batch that `effect` is about, and no other.
        openings: what opens persons' commitments in that effect.

    Raises:
        NotInLogError: the checkpoint does not cover the leaf.
        FormatError: no such effect or record, or a certificate without a retirement.
    """
    size = checkpoints.parse(checkpoint.text).size
    if found.index >= size:
        raise NotInLogError("bundle.log", f"leaf {found.index} is beyond the checkpoint of {size}")
    about = None if effect is None else found.effect(effect)
    opened = None if record is None else open_one(found.stated.values, about, record)
    return Bundle(
        kind=_kind(about, certificate, opened),
        leaf=found.leaf,
        proof=TlogProof(found.index, tuple(reader.inclusion_proof(found.index, size)), checkpoint),
        effects=found.document or None,
        effect=effect,
        openings=tuple(openings),
        record=opened,
        certificate=certificate,
    ).encode()


def issue_certificate(found: Found, effect: int, signer: ed25519.Ed25519Signer) -> dict[str, Any]:
    """The certificate of a retirement. `created` is the transaction's own time: the same bytes each time.

    Raises:
        FormatError: no such effect, or one that is no retirement.
    """
    about = found.effect(effect)
    if not isinstance(about, CreditsRetired):
        raise FormatError("bundle.certificate", f"effect {effect} is {about.kind}, no retirement")
    created = datetime.fromtimestamp(found.stated.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return certificate.issue(found.leaf, effect, about, created, signer)


def open_one(values: Sequence[bytes], about: effects.Effect | None, position: int) -> OpenedRecord:
    """Record `position` of the batch that the transaction wrote, found by the root that its effect states.

    Raises:
        FormatError: the effect is no batch, or its records are not among the values.
        MerkleError: a position outside the batch.
    """
    if not isinstance(about, Batch):
        raise FormatError("record.batch", "the effect is no batch of activities")
    length = about.count * about.record_bytes
    for value in values:
        if length <= len(value) <= length + PREFIX_BYTES_MAX:
            blob = value[len(value) - length :]
            if merkle.packed_root(blob, about.record_bytes) == about.records_root:
                return open_record(blob, about.record_bytes, position)
    raise FormatError("record.batch", "the transaction did not write the batch's records")


def _kind(
    about: effects.Effect | None, certificate: Mapping[str, Any] | None, record: OpenedRecord | None
) -> Kind:
    if certificate is not None:
        if not isinstance(about, CreditsRetired):
            kind = "no effect" if about is None else about.kind
            raise FormatError("bundle.certificate", f"a certificate is about a retirement, not {kind}")
        return "retirement"
    return (
        "transfer" if about is not None and record is None and is_transfer_kind(about.kind) else "inclusion"
    )
