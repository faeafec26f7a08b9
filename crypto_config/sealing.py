"""Small secrets in a database: encrypted by the custody's passphrase, bound to the row that they belong to.

AES-256-GCM (NIST SP 800-38D) under a key that scrypt (RFC 7914) makes of the passphrase and a salt. A sealed text is
`sealed1.SALT.NONCE-AND-CIPHERTEXT` in URL-safe base64; `context` is authenticated, so that a secret that is moved to
another row opens nothing there.
"""

import base64
import binascii
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tanhui.crypto_config.errors import CryptoConfigError

PREFIX: Final = "sealed1"
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
SCRYPT_N: Final = 1 << 14
SALTS_KEPT_MAX: Final = 64
"""Keys that are remembered; each process seals under one salt of its own."""


def is_sealed(text: str) -> bool:
    """Whether a text was made by a `Sealer`."""
    return text.startswith(f"{PREFIX}.")


class Sealer:
    """Seals and opens texts by one passphrase."""

    def __init__(self, passphrase: bytes) -> None:
        self._passphrase = passphrase
        self._salt = secrets.token_bytes(SALT_BYTES)
        self._ciphers: dict[bytes, AESGCM] = {}

    def seal(self, text: str, context: str) -> str:
        """The text, encrypted for its place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher(self._salt).encrypt(nonce, text.encode(), context.encode())
        return ".".join((PREFIX, _encoded(self._salt), _encoded(nonce + sealed)))

    def open(self, sealed: str, context: str) -> str:
        """What was sealed. Raises CryptoConfigError for another passphrase, another place, or a changed text."""
        try:
            prefix, salt, rest = sealed.split(".")
            if prefix != PREFIX:
                raise ValueError(prefix)
            raw = _decoded(rest)
            return (
                self._cipher(_decoded(salt))
                .decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
                .decode()
            )
        except (ValueError, binascii.Error, InvalidTag) as cause:
            wanted = "must have been sealed for this place by this passphrase"
            raise CryptoConfigError("sealed", context, wanted) from cause

    def _cipher(self, salt: bytes) -> AESGCM:
        found = self._ciphers.get(salt)
        if found is None:
            key = Scrypt(salt, KEY_BYTES, n=SCRYPT_N, r=8, p=1).derive(self._passphrase)
            if len(self._ciphers) >= SALTS_KEPT_MAX:
                self._ciphers.clear()
            found = self._ciphers[salt] = AESGCM(key)
        return found


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, altchars=b"-_", validate=True)
