"""A signer whose key never leaves a hardware module: ECDSA through PKCS#11 (the `hsm` extra, python-pkcs11).

The module signs a digest (CKM_ECDSA) and answers r ‖ s, each as long as the curve's order (PKCS #11 v2.40,
2.3.1); Fabric wants DER with a low S.
"""

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from cryptography.hazmat.primitives.asymmetric import ec, utils

from tanhui.crypto_config.errors import CryptoConfigError
from tanhui.crypto_config.identity import Identity
from tanhui.crypto_config.keys import subject_key_identifier
from tanhui.crypto_config.low_s import to_low_s
from tanhui.crypto_config.signer import HashName

_DIGEST_BYTES: Final[dict[HashName, int]] = {"sha256": 32, "sha384": 48, "sha3_256": 32, "sha3_384": 48}


class Pkcs11Signer:
    """Signs with the private key that belongs to an identity's certificate; close it, or use it with `with`.

    The key is found by its id (CKA_ID), as fabric-gateway does: SHA-256 of the public key's point, or what is given.
    One session serves all callers, one at a time: a PKCS#11 session may not be shared between threads.
    """

    def __init__(
        self,
        library: Path,
        token_label: str,
        pin: str,
        identity: Identity,
        *,
        key_id: bytes | None = None,
        hash_name: HashName = "sha256",
    ) -> None:
        """CryptoConfigError names the library, token or key that is wrong; never the PIN."""
        public_key = identity.certificate.public_key()
        if not isinstance(public_key, ec.EllipticCurvePublicKey):
            raise CryptoConfigError("certificate", identity.msp_id, "must hold an ECDSA key for an HSM")
        if hash_name not in _DIGEST_BYTES:
            raise CryptoConfigError("hash_name", hash_name, f"must be one of {', '.join(_DIGEST_BYTES)}")
        self._curve = public_key.curve
        self._hash_name = hash_name
        self._lock = threading.Lock()
        wanted = subject_key_identifier(public_key) if key_id is None else key_id
        self._session, self._key = _open(library, token_label, pin, wanted)

    @property
    def hash_name(self) -> HashName:
        """The hash that the caller applies before `sign`."""
        return self._hash_name

    def sign(self, digest: bytes) -> bytes:
        """The signature over `digest` in DER with a low S. CryptoConfigError for a digest of another length."""
        import pkcs11  # noqa: PLC0415 - an optional extra

        wanted = _DIGEST_BYTES[self._hash_name]
        if len(digest) != wanted:
            raise CryptoConfigError("digest", f"{len(digest)} bytes", f"must be {wanted} bytes")
        with self._lock:
            raw = bytes(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        half = len(raw) // 2
        r, s = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        return to_low_s(utils.encode_dss_signature(r, s), self._curve)

    def close(self) -> None:
        """End the session with the module."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open(library: Path, token_label: str, pin: str, key_id: bytes) -> tuple[Any, Any]:
    try:
        import pkcs11  # noqa: PLC0415 - an optional extra
    except ImportError as cause:
        raise CryptoConfigError("python-pkcs11", "missing", "install tanhui[hsm]") from cause
    try:
        session = pkcs11.lib(str(library)).get_token(token_label=token_label).open(user_pin=pin)
    except (pkcs11.PKCS11Error, RuntimeError) as cause:
        what = f"{type(cause).__name__}: must be a token that opens with the PIN"
        raise CryptoConfigError("token", f"{token_label} at {library}", what) from cause
    try:
        return session, session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=key_id)
    except pkcs11.PKCS11Error as cause:
        session.close()
        raise CryptoConfigError("key_id", key_id.hex(), "must name one private key on the token") from cause
