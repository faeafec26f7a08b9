"""The replay auditor's cosignature: not only that a log grew, but that his own replay gives its root.

He cosigns "replayed through this size" by a key of its own, and only for what he judged himself: a replay that
began from a snapshot cannot say it. Where the root differs he keeps both checkpoints as evidence.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from tanhui.node.follower.folder import AuditFolder, Basis, write_synced
from tanhui.proofs import canonical, checkpoints, notes
from tanhui.proofs.errors import FormatError, ProofError, SignatureError
from tanhui.proofs.keys import VerifierKey
from tanhui.proofs.log_reader import CHECKPOINT_PATH, LogReader, folder
from tanhui.proofs.notes import Note, NoteSignature
from tanhui.proofs.witness import AddCheckpoint, Witness, WitnessRefusal

DISSENT_FORMAT = "tanhui-dissent/v1"
NOT_YET = 503
"""tlog-witness has no status for "I have not come so far": the client asks again."""


class NotReplayedError(ProofError):
    """The auditor's replay did not begin at genesis: he may witness, and not vouch."""


class ReplayAuditor:
    """Judges a log's checkpoint by the auditor's own log, then cosigns as a witness does.

    Args:
        witness: with the auditor's key, which is not a witness's.
        data: the auditor's folder, which a follower keeps up to date.
        logs: the keys trusted for each origin.

    Raises:
        NotReplayedError: the folder's replay began from a snapshot.
        FormatError: the folder is no auditor's.
    """

    def __init__(
        self, witness: Witness, data: AuditFolder, logs: Mapping[str, Sequence[VerifierKey]]
    ) -> None:
        audited = data.read()
        if audited is None:
            raise FormatError("auditor.folder", f"{data.root} audits nothing yet")
        require_genesis(audited.basis)
        self._witness = witness
        self._data = data
        self._own_key = data.log_key()
        self._logs = dict(logs)

    def add_checkpoint(self, request: AddCheckpoint, time: int) -> NoteSignature:
        """See Witness.add_checkpoint.

        Raises:
            WitnessRefusal: as a witness; 503 beyond what was replayed; 422 for a root that is not the replay's.
        """
        try:
            asked = checkpoints.parse(request.checkpoint.text)
        except FormatError:
            return self._witness.add_checkpoint(request, time)
        note, reader = self._own()
        if asked.origin in self._logs and reader.size < asked.size:
            raise WitnessRefusal(NOT_YET, "auditor.behind", f"replayed {reader.size} of {asked.size} leaves")
        if asked.origin in self._logs and (own_root := reader.root(asked.size)) != asked.root:
            self._dissent(request.checkpoint, note, own_root)
            raise WitnessRefusal(422, "auditor.root", f"the replay's root at {asked.size} is another")
        return self._witness.add_checkpoint(request, time)

    def latest_note(self, origin: str) -> Note | None:
        """See Witness.latest_note."""
        return self._witness.latest_note(origin)

    def _own(self) -> tuple[Note, LogReader]:
        read = folder(self._data.log)
        data = read(CHECKPOINT_PATH)
        if data is None:
            raise WitnessRefusal(NOT_YET, "auditor.behind", "nothing is replayed yet")
        note, _ = notes.open_note(data, [self._own_key])
        return note, LogReader(read, checkpoints.parse(note.text).size)

    def _dissent(self, theirs: Note, own: Note, own_root: bytes) -> Path:
        """Keep a checkpoint that the log signed beside one's own; a note that it did not sign shows nothing."""
        asked = checkpoints.parse(theirs.text)
        try:
            notes.verify(theirs, self._logs[asked.origin])
        except SignatureError as error:
            raise WitnessRefusal(403, error.reason, error.detail) from None
        data = canonical.encode(
            {
                "format": DISSENT_FORMAT,
                "log": theirs.encode().decode(),
                "auditor": own.encode().decode(),
                "size": canonical.decimal(asked.size),
                "root": canonical.base64(own_root),
            }
        )
        self._data.evidence.mkdir(parents=True, exist_ok=True)
        path = self._data.evidence / f"dissent-{asked.size}-{sha256(data).hexdigest()[:12]}.json"
        write_synced(path, data)
        return path


def require_genesis(basis: Basis) -> None:
    """Raise NotReplayedError unless the replay began at genesis."""
    if not basis.is_genesis:
        raise NotReplayedError("auditor.basis", basis.describe())
