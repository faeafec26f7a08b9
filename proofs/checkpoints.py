"""Checkpoints (C2SP tlog-checkpoint): what a log's whole content is, in three lines of a signed note.

<origin>
<size>
<base64 of the root>
"""

from dataclasses import dataclass

from tanhui.proofs import canonical, merkle, notes
from tanhui.proofs.errors import FormatError
from tanhui.proofs.keys import NoteSigner

ORIGIN_BYTES_MAX = 255


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root. This project's logs write no extension lines: no monitor could audit them.

    Raises:
        FormatError: an empty or long origin, one with a control character, a size out of range, a root that
        is
            not 32 bytes, or a size of 0 with another root than the empty tree's.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.origin.encode()) <= ORIGIN_BYTES_MAX or any(one < " " for one in self.origin):
            raise FormatError("checkpoint.origin", f"{self.origin[:60]!r} is no origin")
        if not 0 <= self.size <= merkle.SIZE_MAX:
            raise FormatError("checkpoint.size", f"{self.size} leaves")
        if len(self.root) != merkle.HASH_BYTES:
            raise FormatError("checkpoint.root", f"a root of {len(self.root)} bytes")
        if self.size == 0 and self.root != merkle.EMPTY_ROOT:
            raise FormatError("checkpoint.root", f"an empty log with root {self.root.hex()}")
        if any(not one or any(char < " " for char in one) for one in self.extensions):
            raise FormatError("checkpoint.extension", "an empty extension line, or a control character")

    def text(self) -> bytes:
        """The note's text."""
        lines = (self.origin, str(self.size), canonical.base64(self.root), *self.extensions)
        return "".join(f"{one}\n" for one in lines).encode()

    def sign(self, by: NoteSigner) -> notes.Note:
        """The checkpoint as a note with the log's own signature."""
        text = self.text()
        return notes.Note(text, (notes.signature(text, by),))


def parse(text: bytes) -> Checkpoint:
    """The checkpoint in a note's text; verify the note first.

    Raises:
        FormatError: fewer than three lines, an empty line, a size or root that is not canonical.
    """
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise FormatError("checkpoint.utf8", "the text is not UTF-8") from None
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise FormatError("checkpoint.lines", "a checkpoint is three lines or more, none of them empty")
    origin, size, root, *extensions = lines
    return Checkpoint(
        origin,
        canonical.parse_decimal(size, merkle.SIZE_MAX),
        canonical.parse_base64(root, 32),
        tuple(extensions),
    )
