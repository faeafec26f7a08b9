"""Signed notes (C2SP signed-note): a text and the lines of its signers.

    <text, ending in a newline>
    <blank line>
    — <key name> base64(key id[4] ‖ signature)

The text ends at the last blank line. A signature of a known key that fails rejects the whole note; one of an
unknown key is ignored; a note without any verified signature is refused. The text means nothing before that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tanhui.proofs import canonical, cosignatures
from tanhui.proofs.errors import FormatError, SignatureError
from tanhui.proofs.keys import KeyType, NoteSigner, VerifierKey, check_name

NOTE_BYTES_MAX = 256 * 1024
SIGNATURES_MAX = 64
SIGNATURE_BYTES_MAX = 8 * 1024
_DASH = "— "


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key that it names, and the bytes after the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def encode(self) -> bytes:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {canonical.base64(self.key_id + self.signature)}\n".encode()


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was written, nothing verified. `text` ends in a newline."""

    text: bytes
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """The note's bytes."""
        return self.text + b"\n" + b"".join(one.encode() for one in self.signatures)

    def with_signatures(self, more: Sequence[NoteSignature]) -> "Note":
        """The same text with further signature lines; a line that stands already is not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


@dataclass(frozen=True, slots=True)
class Verified:
    """A known key whose signature on the note verified; `time` only for cosignatures, POSIX seconds."""

    key: VerifierKey
    time: int | None


def parse(data: bytes) -> Note:
    """The note in `data`, nothing verified.

    Raises:
        FormatError: too long, not UTF-8, a control character, no signature block, or a malformed line in it.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise FormatError("note.too_long", f"{len(data)} bytes, at most {NOTE_BYTES_MAX}")
    try:
        decoded = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("note.utf8", f"byte {error.start} is not UTF-8") from None
    if any(one < " " and one != "\n" for one in decoded):
        raise FormatError("note.control", "a control character other than newline")
    at = decoded.rfind("\n\n")
    if at < 0:
        raise FormatError("note.unsigned", "no blank line before signatures")
    block = decoded[at + 2 :]
    if not block or not block.endswith("\n"):
        raise FormatError("note.signature_line", "the signatures do not end in a newline")
    lines = block[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise FormatError("note.signatures", f"{len(lines)} signatures, at most {SIGNATURES_MAX}")
    return Note(decoded[: at + 1].encode(), tuple(_line(one) for one in lines))


def parse_signature_lines(data: bytes) -> tuple[NoteSignature, ...]:
    """Signature lines alone, as a witness answers them.

    Raises:
        FormatError: anything else.
    """
    return parse(b"\n\n" + data).signatures


def verify(note: Note, known: Sequence[VerifierKey]) -> tuple[Verified, ...]:
    """Which known keys signed the note, each once, in the order of its lines.

    Raises:
        SignatureError: a known key's signature fails, or no known key signed.
    """
    by_name = {(key.name, key.key_id): key for key in known}
    if len(by_name) != len(known):
        raise SignatureError("note.ambiguous", "two known keys share name and id")
    verified: dict[VerifierKey, Verified] = {}
    for one in note.signatures:
        key = by_name.get((one.name, one.key_id))
        if key is None:
            continue
        if not key.verifies(note.text, one.signature):
            raise SignatureError("note.signature", f"the signature of {key.name} does not verify")
        time = cosignatures.time_of(one.signature) if key.key_type is KeyType.COSIGNATURE else None
        verified.setdefault(key, Verified(key, time))
    if not verified:
        raise SignatureError("note.unknown", "no signature of a known key")
    return tuple(verified.values())


def open_note(data: bytes, known: Sequence[VerifierKey]) -> tuple[Note, tuple[Verified, ...]]:
    """Parse and verify: the text may be believed as far as the keys returned are.

    Raises:
        FormatError: no note.
        SignatureError: a known key's signature fails, or no known key signed.
    """
    note = parse(data)
    return note, verify(note, known)


def signature(text: bytes, by: NoteSigner, time: int | None = None) -> NoteSignature:
    """A signature line over a note's text; `time`, in POSIX seconds, for a cosigning key and only for it.

    Raises:
        FormatError: a text without its last newline, or a time missing or superfluous.
    """
    if not text.endswith(b"\n"):
        raise FormatError("note.text", "the text does not end in a newline")
    if (time is None) == (by.key.key_type is KeyType.COSIGNATURE):
        raise FormatError("cosignature.time", "a cosigning key states a time, others none")
    made = by.signer.sign(text) if time is None else cosignatures.sign(by.signer, text, time)
    return NoteSignature(by.key.name, by.key.key_id, made)


def _line(line: str) -> NoteSignature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise FormatError("note.signature_line", f"{line[:60]!r} is no signature line")
    name, encoded = parts
    check_name(name)
    data = canonical.parse_base64(encoded, SIGNATURE_BYTES_MAX)
    if len(data) < 5:
        raise FormatError("note.signature_line", f"a signature of {len(data)} bytes with its key id")
    return NoteSignature(name, data[:4], data[4:])
