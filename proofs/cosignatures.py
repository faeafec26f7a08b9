"""Cosignatures of checkpoints (C2SP tlog-cosignature, the Ed25519 form, cosignature/v1).

A witness says by one that at the stated time this was the largest tree it had seen of the log, and that it
grew only by appending. A replay auditor says besides, by a key of its own, that it replayed every
transaction of it. The signature field is an 8-byte big-endian POSIX time and 64 bytes of Ed25519 over

    cosignature/v1
    time <decimal>
    <the checkpoint's text>
"""

from tanhui.proofs import ed25519
from tanhui.proofs.errors import FormatError

TIME_MAX = 2**63 - 1
SIGNATURE_BYTES = 8 + ed25519.SIGNATURE_BYTES


def message(text: bytes, time: int) -> bytes:
    """What a cosigner signs: header, time in POSIX seconds, and the note's text with its last newline.

    Raises:
        FormatError: a time that is 0, which a witness must not state, or beyond 2^63 - 1.
    """
    if not 0 < time <= TIME_MAX:
        raise FormatError("cosignature.time", f"time {time}")
    return b"cosignature/v1\ntime %d\n" % time + text


def sign(signer: ed25519.Ed25519Signer, text: bytes, time: int) -> bytes:
    """The signature field of a cosignature, 72 bytes.

    Raises:
        FormatError: a time out of range.
    """
    return time.to_bytes(8, "big") + signer.sign(message(text, time))


def verifies(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Whether a signature field is this key's cosignature of the text, at the time that it carries."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    time = int.from_bytes(signature[:8], "big")
    return 0 < time <= TIME_MAX and ed25519.verify(public_key, message(text, time), signature[8:])


def time_of(signature: bytes) -> int:
    """The POSIX time of a signature field that was verified."""
    return int.from_bytes(signature[:8], "big")
