"""Ed25519 (RFC 8032) by one library, libsodium through PyNaCl, so that every edge case has one answer.

Endorsers must agree on whether a signature verifies, and RFC 8032 leaves edges open. libsodium's answers,
which tests pin: S must be below the group order, a public key must be canonical and of large order, R must
not be of small order. A signature is 64 bytes, a public key 32, a seed 32.
"""

from typing import Protocol

from nacl.exceptions import BadSignatureError
from nacl.exceptions import ValueError as SodiumValueError
from nacl.signing import SigningKey as SodiumSigningKey
from nacl.signing import VerifyKey as SodiumVerifyKey

from tanhui.proofs.errors import FormatError

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64


class Ed25519Signer(Protocol):
    """What signs: a key in memory, or one that never leaves its device."""

    @property
    def public_key(self) -> bytes:
        """32 bytes (RFC 8032 section 5.1.5)."""

    def sign(self, message: bytes) -> bytes:
        """64 bytes over the whole message (RFC 8032 section 5.1.6)."""


class MemorySigner:
    """A private key in memory.

    Raises:
        FormatError: the seed is not 32 bytes.
    """

    __slots__ = ("_key",)

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise FormatError("ed25519.seed", f"a seed of {len(seed)} bytes, not {SEED_BYTES}")
        self._key = SodiumSigningKey(seed)

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return bytes(self._key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """64 bytes over the whole message."""
        return self._key.sign(message).signature


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """True when `signature` over `message` verifies under `public_key`; False for any other bytes."""
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        SodiumVerifyKey(public_key).verify(message, signature)
    except (BadSignatureError, SodiumValueError):
        return False
    return True
