"""Low-S signatures: of the two ECDSA signatures (r, s) and (r, n - s), Fabric accepts the one with s <= n/2.

bccsp/utils/ecdsa.go. Peers refuse a high S in transactions and rewrite certificates that carry one, which
changes the bytes of an identity; so certificates are issued with a low S, too.
"""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, utils

from tanhui.crypto_config.errors import CryptoConfigError

# The orders of the base points, from SEC 2 (version 2.0), sections 2.4.2 and 2.5.1.
_ORDERS: Final[dict[str, int]] = {
    "secp256r1": 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551,
    "secp384r1": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16
    ),
}


def curve_order(curve: ec.EllipticCurve) -> int:
    """The order n of the curve's base point. CryptoConfigError for a curve that Fabric does not use."""
    order = _ORDERS.get(curve.name)
    if order is None:
        raise CryptoConfigError("curve", curve.name, f"must be one of {', '.join(_ORDERS)}")
    return order


def to_low_s(signature: bytes, curve: ec.EllipticCurve) -> bytes:
    """The DER signature with s <= n/2; the same bytes when it is so already."""
    r, s = utils.decode_dss_signature(signature)
    order = curve_order(curve)
    return signature if s <= order // 2 else utils.encode_dss_signature(r, order - s)


def is_low_s(signature: bytes, curve: ec.EllipticCurve) -> bool:
    """Whether a DER signature has s <= n/2."""
    return utils.decode_dss_signature(signature)[1] <= curve_order(curve) // 2
