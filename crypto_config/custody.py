"""Keys that a server keeps for others: encrypted on disk by one passphrase, or in a hardware module.

The passphrase comes from a file that the operator provides from outside (a systemd credential, a mounted secret), so
that a copy of the data folder or a backup opens no key. PKCS#8 with PBES2 is `cryptography`'s (RFC 5958, RFC 8018).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.folders import read_file, write_secret
from tanhui.crypto_config.hsm import Pkcs11Signer
from tanhui.crypto_config.identity import Identity, SigningIdentity
from tanhui.crypto_config.keys import PrivateKeySigner, is_encrypted, load_private_key, private_key_pem
from tanhui.crypto_config.member import Member
from tanhui.crypto_config.msp_folder import KEYSTORE

PASSPHRASE_BYTES_MIN: Final = 16
PASSPHRASE_BYTES_MAX: Final = 1_024


@dataclass(frozen=True, slots=True)
class HsmKey:
    """Where an identity's key lies in a module: the module's library, the token, and the file with its PIN."""

    library: Path
    token: str
    pin_file: Path


@dataclass(frozen=True, slots=True)
class Custody:
    """How keys are kept.

    Attributes:
        passphrase: opens and closes encrypted keys; None leaves keys as they are.
        modules: identities whose key is in a module, by name.
    """

    passphrase: bytes | None = None
    modules: dict[str, HsmKey] | None = None

    @classmethod
    def read(cls, passphrase_file: Path | None, modules_file: Path | None) -> Self:
        """From the operator's files. Raises CryptoConfigError when one is missing or malformed."""
        passphrase = None if passphrase_file is None else read_passphrase(passphrase_file)
        return cls(passphrase, None if modules_file is None else read_modules(modules_file))

    def signing_identity(self, name: str, member: Member) -> SigningIdentity:
        """The identity ready to sign, its key in memory or in its module. Raises CryptoConfigError."""
        if name not in (self.modules or {}):
            if self.passphrase is not None:
                encrypt_keystore(member.msp_folder / KEYSTORE, self.passphrase)
            return member.signing_identity(self.passphrase)
        return self._in_module(name, member.identity())

    def signing_identity_of(self, name: str, identity: Identity, key_file: Path) -> SigningIdentity:
        """The same for a certificate and a key that lie anywhere, as a connection.json names them."""
        if name in (self.modules or {}):
            return self._in_module(name, identity)
        if self.passphrase is not None:
            _encrypt(key_file, self.passphrase)
        key = load_private_key(read_file(key_file), source=str(key_file), password=self.passphrase)
        return SigningIdentity(identity, PrivateKeySigner(key))

    def _in_module(self, name: str, identity: Identity) -> SigningIdentity:
        key = (self.modules or {})[name]
        pin = read_file(key.pin_file).decode("utf-8", "replace").strip()
        return SigningIdentity(identity, Pkcs11Signer(key.library, key.token, pin, identity))


def read_passphrase(path: Path) -> bytes:
    """The passphrase in a file, without the line's end. CryptoConfigError when it is too short or too long."""
    passphrase = read_file(path).rstrip(b"\r\n")
    if not PASSPHRASE_BYTES_MIN <= len(passphrase) <= PASSPHRASE_BYTES_MAX:
        wanted = f"must have {PASSPHRASE_BYTES_MIN} to {PASSPHRASE_BYTES_MAX} bytes"
        raise CryptoConfigError("passphrase", f"{len(passphrase)} bytes in {path}", wanted)
    return passphrase


def read_modules(path: Path) -> dict[str, HsmKey]:
    """`{"operator-recorder": {"library": "/usr/lib/…so", "token": "…", "pin_file": "…"}}`; CryptoConfigError."""
    try:
        document = json.loads(read_file(path))
        return {
            name: HsmKey(Path(entry["library"]), str(entry["token"]), Path(entry["pin_file"]))
            for name, entry in document.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        wanted = "must be a JSON object of identities with library, token and pin_file"
        raise CryptoConfigError("modules", str(path), wanted) from cause


def encrypt_keystore(folder: Path, passphrase: bytes) -> int:
    """Encrypt what is not encrypted in a keystore, each file replaced at once; how many there were."""
    return sum(_encrypt(path, passphrase) for path in (sorted(folder.iterdir()) if folder.is_dir() else ()))


def _encrypt(path: Path, passphrase: bytes) -> bool:
    """Encrypt one key unless it is; whether it was plain."""
    pem = read_file(path)
    if is_encrypted(pem):
        return False
    write_secret(path, private_key_pem(load_private_key(pem, source=str(path)), passphrase))
    return True
