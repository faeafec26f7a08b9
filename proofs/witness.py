"""A witness's judgement (C2SP tlog-witness): cosign a log's checkpoint only when it grew by appending.

The server that speaks HTTP is elsewhere; here is what it decides and remembers. The state of a log is one
small file, replaced and synced before any cosignature leaves, and judged and written under one lock, so
that no two requests roll it back. A replay auditor uses the same with its own key and its own condition for
signing.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tanhui.proofs import canonical, checkpoints, merkle, notes
from tanhui.proofs.checkpoints import Checkpoint
from tanhui.proofs.errors import FormatError, MerkleError, ProofError, SignatureError
from tanhui.proofs.keys import NoteSigner, VerifierKey
from tanhui.proofs.notes import Note, NoteSignature

PROOF_LINES_MAX = 63
REQUEST_BYTES_MAX = notes.NOTE_BYTES_MAX + 64 * 64


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """The body of an add-checkpoint request."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Note

    def encode(self) -> bytes:
        """The body's bytes."""
        lines = [f"old {self.old_size}", *(canonical.base64(one) for one in self.proof), ""]
        return "".join(f"{one}\n" for one in lines).encode() + self.checkpoint.encode()


class WitnessRefusal(ProofError):  # noqa: N818 - what the protocol answers, not a fault
    """A request that is not cosigned. `status` is the HTTP status that tlog-witness assigns.

    `size` accompanies 409: the size of the latest cosigned checkpoint.
    """

    def __init__(self, status: int, reason: str, detail: str, size: int | None = None) -> None:
        super().__init__(reason, detail)
        self.status = status
        self.size = size


class Witness:
    """Judges, remembers, cosigns.

    Args:
        folder: where the latest checkpoint of each log is kept; made when absent.
        signer: the cosigning key.
        logs: the keys trusted for each origin.
    """

    def __init__(self, folder: Path, signer: NoteSigner, logs: Mapping[str, Sequence[VerifierKey]]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._signer = signer
        self._logs = dict(logs)
        self._lock = threading.Lock()

    def add_checkpoint(self, request: AddCheckpoint, time: int) -> NoteSignature:
        """The cosignature of a checkpoint that extends the latest one, at POSIX `time`.

        Raises:
            WitnessRefusal: unknown log, bad signature, another old size, or no consistent growth.
            OSError: the state could not be written; nothing was signed.
        """
        checkpoint = self._signed(request.checkpoint)
        if request.old_size > checkpoint.size:
            raise WitnessRefusal(400, "witness.old_size", f"{request.old_size} above {checkpoint.size}")
        with self._lock:
            latest = self.latest(checkpoint.origin)
            if latest.size != request.old_size:
                detail = f"the latest size is {latest.size}, not {request.old_size}"
                raise WitnessRefusal(409, "witness.conflict", detail, latest.size)
            try:
                merkle.verify_consistency(
                    latest.size, checkpoint.size, request.proof, latest.root, checkpoint.root
                )
            except MerkleError as error:
                raise WitnessRefusal(422, error.reason, error.detail) from None
            cosignature = notes.signature(request.checkpoint.text, self._signer, time)
            self._persist(checkpoint.origin, request.checkpoint.with_signatures((cosignature,)))
        return cosignature

    def latest(self, origin: str) -> Checkpoint:
        """The latest checkpoint cosigned for a log; an empty tree before the first.

        Raises:
            SignatureError: the state is not what this witness wrote.
        """
        note = self.latest_note(origin)
        if note is None:
            return Checkpoint(origin, 0, merkle.EMPTY_ROOT)
        found = checkpoints.parse(note.text)
        if found.origin != origin:
            raise SignatureError("witness.state", f"the state of {origin!r} is of {found.origin!r}")
        return found

    def latest_note(self, origin: str) -> Note | None:
        """The latest checkpoint with the log's signatures and this witness's, as it may be served.

        Raises:
            SignatureError: the state is not what this witness wrote.
        """
        path = self._path(origin)
        if not path.exists():
            return None
        # Its own cosignature guards the state: an edited file stops the witness instead of rolling it back.
        note, _ = notes.open_note(path.read_bytes(), [self._signer.key])
        return note

    def _signed(self, note: Note) -> Checkpoint:
        try:
            checkpoint = checkpoints.parse(note.text)
        except FormatError as error:
            status = 422 if error.reason == "checkpoint.root" else 400
            raise WitnessRefusal(status, error.reason, error.detail) from None
        known = self._logs.get(checkpoint.origin)
        if known is None:
            raise WitnessRefusal(404, "witness.origin", f"the log {checkpoint.origin[:80]!r} is not known")
        try:
            notes.verify(note, known)
        except SignatureError as error:
            raise WitnessRefusal(403, error.reason, error.detail) from None
        return checkpoint

    def _path(self, origin: str) -> Path:
        return self._folder / sha256(origin.encode()).hexdigest()

    def _persist(self, origin: str, note: Note) -> None:
        path = self._path(origin)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def parse_request(body: bytes) -> AddCheckpoint:
    """An add-checkpoint body.

    Raises:
        WitnessRefusal: status 400, anything that is not well formed.
    """
    try:
        return _parse_request(body)
    except FormatError as error:
        raise WitnessRefusal(400, error.reason, error.detail) from None


def _parse_request(body: bytes) -> AddCheckpoint:
    if len(body) > REQUEST_BYTES_MAX:
        raise FormatError("witness.too_long", f"{len(body)} bytes, at most {REQUEST_BYTES_MAX}")
    head, blank, note = body.partition(b"\n\n")
    if not blank or not head.isascii():
        raise FormatError("witness.form", "no blank line before the checkpoint")
    first, *lines = head.decode("ascii").split("\n")
    if not first.startswith("old "):
        raise FormatError("witness.form", "no line of the old size")
    if len(lines) > PROOF_LINES_MAX:
        raise FormatError("witness.proof", f"{len(lines)} hashes, at most {PROOF_LINES_MAX}")
    proof = tuple(canonical.parse_base64(one, merkle.HASH_BYTES) for one in lines)
    old_size = canonical.parse_decimal(first.removeprefix("old "), merkle.SIZE_MAX)
    return AddCheckpoint(old_size, proof, notes.parse(note))
