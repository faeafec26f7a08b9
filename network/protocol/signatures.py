"""Signatures as Fabric's crypto provider checks them: ECDSA in DER with low S, and Ed25519.

Source: fabric-lib-go bccsp/sw/ecdsa.go (verifyECDSA), bccsp/utils/ecdsa.go, bccsp/sw/ed25519.go. ECDSA covers
SHA-256 of the message whatever the curve (msp/identities.go, getHashOpt). `cryptography` releases the GIL.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, types
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)

from tanhui.network.protocol.errors import IdentityError

_ORDERS: Final = {
    "secp224r1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D,
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": int("ff" * 24 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16),
    "secp521r1": int(
        "01" + "ff" * 32 + "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409", 16
    ),
}

SIGNATURE_BYTES_MAX = 512
"""A P-521 signature in DER has at most 139 bytes; Fabric ignores what follows one, up to this many here."""

_ALGORITHMS: Final = {"SHA2": ec.ECDSA(hashes.SHA256()), "SHA3": ec.ECDSA(hashes.SHA3_256())}
_PREHASHED: Final = ec.ECDSA(Prehashed(hashes.SHA256()))


Verify = Callable[[bytes, bytes], None]
"""Checks a signature, the second argument, over a whole message. Raises IdentityError."""


def verify_signature(
    key: types.PublicKeyTypes, message: bytes, signature: bytes, hash_family: str = "SHA2"
) -> None:
    """Check one signature over `message`: see `signature_verifier`."""
    signature_verifier(key, hash_family)(message, signature)


def signature_verifier(key: types.PublicKeyTypes, hash_family: str = "SHA2") -> Verify:
    """How signatures by one key are checked: DER for ECDSA, 64 bytes for Ed25519. Chosen once a key.

    The result raises IdentityError for a wrong, malformed or high-S signature, and for every signature of a
    key that Fabric does not verify with. `hash_family` is the MSP's signature_hash_family.
    """
    if isinstance(key, ed25519.Ed25519PublicKey):
        return partial(_verify_ed25519, key)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return partial(_refuse, f"{type(key).__name__} cannot verify signatures")
    order = _ORDERS.get(key.curve.name)
    algorithm = _ALGORITHMS.get(hash_family)
    if order is None or algorithm is None:
        return partial(_refuse, f"curve {key.curve.name} with {hash_family} is not known to Fabric")
    if is_p256(key):
        return _p256_verifier(key, algorithm)
    return partial(_verify_ecdsa, key, algorithm, order >> 1)


def digest_verifier(key: types.PublicKeyTypes) -> Verify:
    """The same for P-256 and SHA2, of messages that were hashed elsewhere: it takes their SHA-256.

    For any other key the result refuses every signature.
    """
    if not is_p256(key):
        return partial(_refuse, f"{type(key).__name__} is not on P-256")
    return _p256_verifier(key, _PREHASHED)


def is_p256(key: types.PublicKeyTypes) -> TypeGuard[ec.EllipticCurvePublicKey]:
    """Whether it is a key on P-256, as nearly all of Fabric's are."""
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def _p256_verifier(key: ec.EllipticCurvePublicKey, algorithm: ec.ECDSA) -> Verify:
    long_way = partial(_verify_ecdsa, key, algorithm, _ORDERS["secp256r1"] >> 1)
    return partial(_verify_p256, key.verify, algorithm, long_way)


def _refuse(reason: str, message: bytes, signature: bytes) -> None:
    del message, signature
    raise IdentityError("public_key", reason)


def _verify_ed25519(key: ed25519.Ed25519PublicKey, message: bytes, signature: bytes) -> None:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        raise IdentityError("signature", "is invalid") from None


def _verify_p256(
    verify: Callable[[bytes, bytes, ec.ECDSA], None],
    algorithm: ec.ECDSA,
    long_way: Verify,
    message: bytes,
    signature: bytes,
) -> None:
    """The usual case, and all that a block's many signatures cost beside the curve's own arithmetic."""
    if _is_low(signature):
        try:
            verify(signature, message, algorithm)
        except InvalidSignature:
            pass
        else:
            return
    long_way(message, signature)


_LOW_MAX: Final = (_ORDERS["secp256r1"] >> 1).to_bytes(32, "big")


def _is_low(signature: bytes) -> bool:
    """Whether S is at most half of P-256's order, as far as the signature is DER; False says nothing.

    Where the lengths add up as here and the library, which takes strict DER alone, verifies the signature, S is what
    stands behind the last length.
    """
    try:
        at = 6 + signature[3]
        size = signature[at - 1]
    except IndexError:
        return False
    if size > 32 or at + size != len(signature) or signature[1] + 2 != len(signature):
        return False
    return size < 32 or signature[at:] <= _LOW_MAX


def _verify_ecdsa(
    key: ec.EllipticCurvePublicKey, algorithm: ec.ECDSA, s_max: int, message: bytes, signature: bytes
) -> None:
    exact = without_trailing(signature)
    try:
        r, s = decode_dss_signature(exact)
    except ValueError:
        raise IdentityError("signature", "is not a DER sequence of two integers") from None
    if r <= 0 or s <= 0:
        raise IdentityError("signature", "has an integer that is not larger than zero")
    if s > s_max:
        raise IdentityError("signature", "has a high S: it must be at most half the curve's order")
    try:
        key.verify(exact, message, algorithm)
    except InvalidSignature:
        raise IdentityError("signature", "is invalid") from None


def without_trailing(signature: bytes) -> bytes:
    """The signature's own DER sequence: Fabric's decoder does not look at what follows it."""
    if len(signature) > SIGNATURE_BYTES_MAX:
        raise IdentityError("signature", f"has {len(signature)} bytes, at most {SIGNATURE_BYTES_MAX}")
    if len(signature) > 2 and signature[0] == 0x30:
        short = signature[1] < 0x80
        end = 2 + signature[1] if short else 3 + signature[2]
        if (short or signature[1] == 0x81) and end < len(signature):
            return signature[:end]
    return signature


def low_s(signature: bytes, curve: str) -> bytes:
    """The same signature with the smaller of its two possible S (bccsp/utils.SignatureToLowS)."""
    try:
        r, s = decode_dss_signature(without_trailing(signature))
    except ValueError:
        raise IdentityError("signature", "is not a DER sequence of two integers") from None
    order = _ORDERS.get(curve)
    if order is None:
        raise IdentityError("public_key", f"curve {curve} is not known to Fabric")
    return encode_dss_signature(r, min(s, order - s))
