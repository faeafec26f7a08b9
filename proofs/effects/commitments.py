r"""Salted commitments: where a person is concerned, the ledger shows a hash that the person can open.

    commitment = SHA256("tanhui commitment v1\n" ‖ salt[32] ‖ value in UTF-8)
    salt i     = HMAC-SHA256(the client's `salt` argument, i as 8 bytes big-endian)

i counts the commitments of one transaction from 0, in the order of its effects and their fields. The client's
salt is an argument of the transaction: a reader of bundles cannot derive the others from one opened salt; a
member of the channel, who sees the arguments, can.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from tanhui.proofs.errors import FormatError, ProofError

SALT_BYTES = 32
VALUE_BYTES_MAX = 1024
INDEX_MAX = 2**32 - 1
_PREFIX = b"tanhui commitment v1\n"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one commitment. Whoever has it can show the value to anybody."""

    salt: bytes
    value: str


def salt_at(client_salt: bytes, index: int) -> bytes:
    """Salt `index` of a transaction, 32 bytes.

    Raises:
        FormatError: the client's salt is not 32 bytes, or the index is out of range.
    """
    if len(client_salt) != SALT_BYTES or not 0 <= index <= INDEX_MAX:
        raise FormatError("commitment.salt", f"salt {index} of {len(client_salt)} bytes, not {SALT_BYTES}")
    return hmac.digest(client_salt, index.to_bytes(8, "big"), "sha256")


def commit(salt: bytes, value: str) -> bytes:
    """The commitment to `value` under one salt, 32 bytes.

    Raises:
        FormatError: the salt is not 32 bytes, or the value is empty, too long, or not UTF-8.
    """
    if len(salt) != SALT_BYTES:
        raise FormatError("commitment.salt", f"a salt of {len(salt)} bytes, not {SALT_BYTES}")
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise FormatError("commitment.value", "a lone surrogate") from None
    if not 0 < len(data) <= VALUE_BYTES_MAX:
        raise FormatError("commitment.value", f"{len(data)} bytes, 1 to {VALUE_BYTES_MAX}")
    return sha256(_PREFIX + salt + data).digest()


def open_commitment(commitment: bytes, opening: Opening) -> str:
    """The value that a commitment hides.

    Raises:
        ProofError: the opening leads to another commitment.
    """
    found = commit(opening.salt, opening.value)
    if not hmac.compare_digest(found, commitment):
        raise ProofError("commitment.mismatch", f"opens {found.hex()}, not {commitment.hex()}")
    return opening.value
