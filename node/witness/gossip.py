"""Comparing checkpoints that one log gave to different people; what cannot both be true is evidence."""

from collections.abc import Sequence

from tanhui.proofs import checkpoints, gossip, notes
from tanhui.proofs.errors import FormatError
from tanhui.proofs.gossip import ForkEvidence
from tanhui.proofs.keys import VerifierKey
from tanhui.proofs.log_reader import LogReader, Read
from tanhui.proofs.notes import Note


def compare_checkpoints(
    one: Note, other: Note, log_keys: Sequence[VerifierKey], read: Read | None = None
) -> ForkEvidence | None:
    """Evidence when the two contradict each other; None when they agree.

    Args:
        one: a checkpoint of the log.
        other: another.
        log_keys: the log's.
        read: the files of the log that the larger one is of; needed when the sizes differ.

    Raises:
        SignatureError: a note is not the log's: then it convicts nobody.
        FormatError: the sizes differ and the log's files are missing.
        MerkleError: the files are not those of the larger checkpoint.
    """
    for note in (one, other):
        notes.verify(note, log_keys)
    first, second = checkpoints.parse(one.text), checkpoints.parse(other.text)
    if first.origin != second.origin or first.size == second.size:
        return gossip.compare(one, other, log_keys)
    older, newer = (one, other) if first.size < second.size else (other, one)
    small, large = min(first.size, second.size), max(first.size, second.size)
    if small == 0:
        return None
    if read is None:
        raise FormatError(
            "gossip.log", f"sizes {small} and {large} can only be compared with the log's files"
        )
    reader = LogReader(read, large)
    return gossip.convict(older, newer, reader.root(small), reader.consistency_proof(small, large))
