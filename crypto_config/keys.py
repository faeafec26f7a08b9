"""Private keys on file, and the signer over one."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.folders import read_file, write_secret
from tanhui.crypto_config.low_s import to_low_s
from tanhui.crypto_config.signer import HashName

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
KeyAlgorithm = Literal["p256", "p384", "ed25519"]

KEY_ALGORITHMS: Final[tuple[KeyAlgorithm, ...]] = ("p256", "p384", "ed25519")
_CURVES: Final = ("secp256r1", "secp384r1")
_PREHASHED: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
}


def generate_private_key(algorithm: KeyAlgorithm = "p256") -> PrivateKey:
    """A fresh key from the system's random source. CryptoConfigError for an unknown algorithm."""
    match algorithm:
        case "p256":
            return ec.generate_private_key(ec.SECP256R1())
        case "p384":
            return ec.generate_private_key(ec.SECP384R1())
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
    raise CryptoConfigError("algorithm", algorithm, f"must be one of {', '.join(KEY_ALGORITHMS)}")


def checked_public_key(key: object) -> PublicKey:
    """`key`, if Fabric can verify with it: P-256, P-384 or Ed25519. CryptoConfigError otherwise."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return key
    name = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__
    raise CryptoConfigError("public key", name, "must be P-256, P-384 or Ed25519")


def subject_key_identifier(key: PublicKey) -> bytes:
    """SHA-256 of the public key's bits (RFC 7093, section 2, method 4), as Fabric's key stores name a key.

    Fabric: bccsp/sw/ecdsakey.go, bccsp/sw/ed25519key.go.
    """
    if isinstance(key, ed25519.Ed25519PublicKey):
        bits = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    else:
        bits = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return hashlib.sha256(bits).digest()


def private_key_pem(key: PrivateKey, password: bytes | None = None) -> bytes:
    """PKCS#8 in PEM. Without a password it is what Fabric's programs read from a keystore; with one, encrypted."""
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def is_encrypted(pem: bytes) -> bool:
    """Whether a PEM holds an encrypted PKCS#8 key (RFC 5958, RFC 7468 section 11)."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in pem


def load_private_key(pem: bytes, *, source: str = "private key", password: bytes | None = None) -> PrivateKey:
    """A key from PEM (PKCS#8 or SEC 1); `password` is used where it is encrypted.

    Raises:
        CryptoConfigError: it cannot be read, or is encrypted with another password; `source` is named, never the key.
    """
    encrypted = is_encrypted(pem)
    try:
        key = serialization.load_pem_private_key(pem, password=password if encrypted else None)
    except (ValueError, TypeError) as cause:
        wanted = "must open with the custody's passphrase" if encrypted else "must be a PEM private key"
        raise CryptoConfigError(source, f"{len(pem)} bytes", wanted) from cause
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise CryptoConfigError(source, type(key).__name__, "must be P-256, P-384 or Ed25519")
    checked_public_key(key.public_key())
    return key


def save_private_key(path: Path, key: PrivateKey) -> None:
    """Write the key with mode 0600; never over another file's permissions."""
    write_secret(path, private_key_pem(key))


def read_private_key(path: Path) -> PrivateKey:
    """The key in a file. CryptoConfigError names the path."""
    return load_private_key(read_file(path), source=str(path))


class PrivateKeySigner:
    """Signs with a key in memory: ECDSA over a digest (DER, low S) or Ed25519 over the whole message.

    ECDSA nonces are RFC 6979's, so that the same key and digest always give the same signature.
    A peer hashes with SHA-256 for either curve (msp/identities.go, Verify): hence the default.
    """

    def __init__(self, key: PrivateKey, hash_name: HashName | None = None) -> None:
        self._key = key
        wanted: HashName = "none" if isinstance(key, ed25519.Ed25519PrivateKey) else "sha256"
        self._hash_name: HashName = hash_name or wanted
        if (self._hash_name == "none") != (wanted == "none"):
            rule = "must be none for Ed25519, and a hash for ECDSA"
            raise CryptoConfigError("hash_name", self._hash_name, rule)
        self._sign = key.sign if isinstance(key, ed25519.Ed25519PrivateKey) else self._ecdsa_signing(key)

    @property
    def hash_name(self) -> HashName:
        """The hash that the caller applies before `sign`; "none" for Ed25519."""
        return self._hash_name

    @property
    def public_key(self) -> PublicKey:
        """The other half of the key."""
        return self._key.public_key()

    def sign(self, digest: bytes) -> bytes:
        """The signature over `digest`. CryptoConfigError when its length is not that of the hash."""
        return self._sign(digest)

    def _ecdsa_signing(self, key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
        """What does not change from one signature to the next, looked up once."""
        checked_public_key(key.public_key())
        hashed = _PREHASHED[self._hash_name]
        digest_bytes, curve = hashed.digest_size, key.curve
        algorithm = ec.ECDSA(utils.Prehashed(hashed), deterministic_signing=True)

        def sign(digest: bytes) -> bytes:
            if len(digest) != digest_bytes:
                rule = f"must be the {digest_bytes} bytes of {self._hash_name}"
                raise CryptoConfigError("digest", f"{len(digest)} bytes", rule)
            return to_low_s(key.sign(digest, algorithm), curve)

        return sign
