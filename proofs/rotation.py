"""Replacing trust anchors: both the old file's keepers and the new one's sign, and numbers go up by one.

The keepers' keys lie in safes and sign nothing else, so that no stolen log, witness, auditor or issuer key
can replace the file that would expose it. Both quorums sign: the old one authorises, the new one shows that
it exists.

    tanhui-anchors/v1
    <number of the new file>
    <base64 fingerprint of the old file>
    <base64 fingerprint of the new file>
"""

from collections.abc import Sequence

from tanhui.proofs import anchors, canonical, notes
from tanhui.proofs.anchors import Anchors
from tanhui.proofs.errors import FormatError, SignatureError
from tanhui.proofs.keys import NoteSigner


def statement(old: Anchors, new: Anchors) -> bytes:
    """What keepers sign.

    Raises:
        FormatError: the new file does not follow the old one, or is of another ledger.
    """
    if new.number != old.number + 1:
        raise FormatError("rotation.number", f"file {new.number} does not follow {old.number}")
    if (new.genesis, new.channel, new.origin) != (old.genesis, old.channel, old.origin):
        raise FormatError("rotation.ledger", "another genesis, channel or origin is another ledger")
    if new.keepers.threshold < 1:
        raise FormatError("rotation.keepers", "the new file names no keepers")
    lines = (
        anchors.FORMAT,
        str(new.number),
        canonical.base64(old.fingerprint()),
        canonical.base64(new.fingerprint()),
    )
    return "".join(f"{one}\n" for one in lines).encode()


def approve(old: Anchors, new: Anchors, keepers: Sequence[NoteSigner]) -> notes.Note:
    """The statement with the signatures of the keepers given.

    Raises:
        FormatError: the new file does not follow the old one.
    """
    text = statement(old, new)
    return notes.Note(text, tuple(notes.signature(text, one) for one in keepers))


def accept(old: Anchors, new: Anchors, approval: bytes) -> Anchors:
    """The new anchors, once both quorums of keepers approved them.

    Raises:
        FormatError: the new file does not follow the old one, or the approval is no note.
        SignatureError: the approval is of other files, or a quorum is not reached.
    """
    known = list(dict.fromkeys((*old.keepers.keys, *new.keepers.keys)))
    note, verified = notes.open_note(approval, known)
    if note.text != statement(old, new):
        raise SignatureError("rotation.statement", "the approval is of other files")
    signed = [one.key for one in verified]
    for which, quorum in (("old", old.keepers), ("new", new.keepers)):
        found = len(quorum.signers(signed))
        if quorum.threshold < 1 or found < quorum.threshold:
            raise SignatureError("rotation.quorum", f"{found} of {quorum.threshold} {which} keepers signed")
    return new
