"""Evidence that a log lied: two checkpoints that it signed and that cannot both be true.

Whoever holds two checkpoints of one log compares them. The evidence is portable: it needs only the log's
key to be checked, by anybody, offline. Two kinds exist: two roots at one size, and two sizes of which the
smaller is not a prefix of the larger, shown by the larger tree's own consistency proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tanhui.proofs import canonical, checkpoints, merkle, notes
from tanhui.proofs.errors import FormatError, ProofError, SignatureError
from tanhui.proofs.keys import VerifierKey
from tanhui.proofs.notes import Note

FORMAT = "tanhui-fork/v1"
EVIDENCE_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class ForkEvidence:
    """Two signed checkpoints of one log that contradict each other.

    `contained` and `proof` are empty for two roots at one size. For two sizes they hold the root that the
    newer tree has at the older size, and the consistency proof that ties it to the newer root.
    """

    older: Note
    newer: Note
    contained: bytes = b""
    proof: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """The evidence as canonical JSON."""
        return canonical.encode(
            {
                "format": FORMAT,
                "older": self.older.encode().decode(),
                "newer": self.newer.encode().decode(),
                "contained": canonical.base64(self.contained),
                "proof": [canonical.base64(one) for one in self.proof],
            }
        )

    def check(self, log_keys: Sequence[VerifierKey]) -> None:
        """Refuse evidence that does not convict the log: both notes signed by it, and truly contradicting.

        Raises:
            SignatureError: a note is not the log's.
            ProofError: the two checkpoints do not contradict each other by this evidence.
        """
        for note in (self.older, self.newer):
            notes.verify(note, log_keys)
        old, new = checkpoints.parse(self.older.text), checkpoints.parse(self.newer.text)
        if old.origin != new.origin:
            raise ProofError("fork.origin", "the checkpoints are of two logs")
        if old.size == new.size and old.root != new.root and not self.contained and not self.proof:
            return
        if not 0 < old.size < new.size or self.contained == old.root:
            raise ProofError("fork.none", "no contradiction is shown")
        # The larger log itself proves what its first `old.size` leaves hash to; it signed something else.
        merkle.verify_consistency(old.size, new.size, self.proof, self.contained, new.root)


def compare(one: Note, other: Note, log_keys: Sequence[VerifierKey]) -> ForkEvidence | None:
    """Evidence when two checkpoints show two roots at one size; None when sizes differ or roots agree.

    Raises:
        SignatureError: a note is not the log's: then it convicts nobody.
    """
    for note in (one, other):
        notes.verify(note, log_keys)
    left, right = checkpoints.parse(one.text), checkpoints.parse(other.text)
    if left.origin != right.origin:
        raise SignatureError("fork.origin", "the checkpoints are of two logs")
    if left.size == right.size and left.root != right.root:
        return ForkEvidence(one, other)
    return None


def convict(older: Note, newer: Note, contained: bytes, proof: Sequence[bytes]) -> ForkEvidence | None:
    """Evidence from what the newer log serves: its root and consistency proof at the older one's size.

    None when the two agree.

    Raises:
        MerkleError: root and proof are not of the newer checkpoint: the server does not answer for its log.
    """
    old, new = checkpoints.parse(older.text), checkpoints.parse(newer.text)
    merkle.verify_consistency(old.size, new.size, proof, contained, new.root)
    return None if contained == old.root else ForkEvidence(older, newer, contained, tuple(proof))


def parse(data: bytes) -> ForkEvidence:
    """The evidence in `data`; it convicts nobody before `check`.

    Raises:
        FormatError: anything but the one encoding.
    """
    value = canonical.parse(data, EVIDENCE_BYTES_MAX)
    found = canonical.members(value, ("format", "older", "newer", "contained", "proof"), of="evidence")
    if found["format"] != FORMAT:
        raise FormatError("fork.format", f"{found['format']!r:.40}, known is {FORMAT}")
    older, newer = (
        notes.parse(canonical.text_of(found[name], name, notes.NOTE_BYTES_MAX).encode())
        for name in ("older", "newer")
    )
    contained = canonical.parse_base64(found["contained"], merkle.HASH_BYTES)
    listed = canonical.list_of(found["proof"], "proof", 128)
    return ForkEvidence(
        older, newer, contained, tuple(canonical.parse_base64(one, merkle.HASH_BYTES) for one in listed)
    )
