"""Inclusion proofs as text (C2SP tlog-proof): index, hashes, and the checkpoint that they lead to.

c2sp.org/tlog-proof@v1
index <decimal>
<base64 of a hash, from the leaf's sibling upwards>
<blank line>
<the checkpoint, a signed note>
"""

from dataclasses import dataclass

from tanhui.proofs import canonical, checkpoints, merkle, notes
from tanhui.proofs.errors import FormatError

HEADER = "c2sp.org/tlog-proof@v1"
HASHES_MAX = 64
EXTRA_BYTES_MAX = 64 * 1024
BYTES_MAX = notes.NOTE_BYTES_MAX + EXTRA_BYTES_MAX * 2


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof as it was written, nothing verified. `extra` is never authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: notes.Note
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The proof's bytes."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {canonical.base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(canonical.base64(one) for one in self.hashes)
        return "".join(f"{one}\n" for one in lines).encode() + b"\n" + self.checkpoint.encode()

    def check_inclusion(self, leaf_hash: bytes) -> checkpoints.Checkpoint:
        """The checkpoint, once the proof leads from the leaf to its root; verify the note's signatures first.

        Raises:
            FormatError: the note is no checkpoint.
            MerkleError: the proof leads elsewhere.
        """
        checkpoint = checkpoints.parse(self.checkpoint.text)
        merkle.verify_inclusion(leaf_hash, self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint


def parse(data: bytes) -> TlogProof:
    """The proof in `data`, nothing verified.

    Raises:
        FormatError: anything but the one encoding.
    """
    if len(data) > BYTES_MAX:
        raise FormatError("tlog_proof.too_long", f"{len(data)} bytes, at most {BYTES_MAX}")
    head, blank, note = data.partition(b"\n\n")
    if not blank:
        raise FormatError("tlog_proof.form", "no blank line before the checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise FormatError("tlog_proof.form", "a line before the checkpoint is not ASCII") from None
    if lines.pop(0) != HEADER:
        raise FormatError("tlog_proof.header", f"the first line is not {HEADER}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = canonical.parse_base64(lines.pop(0).removeprefix("extra "), EXTRA_BYTES_MAX)
    if not lines or not lines[0].startswith("index "):
        raise FormatError("tlog_proof.index", "no index line")
    index = canonical.parse_decimal(lines.pop(0).removeprefix("index "), merkle.SIZE_MAX)
    if len(lines) > HASHES_MAX:
        raise FormatError("tlog_proof.hashes", f"{len(lines)} hashes, at most {HASHES_MAX}")
    hashes = tuple(canonical.parse_base64(one, merkle.HASH_BYTES) for one in lines)
    return TlogProof(index, hashes, notes.parse(note), extra)
