"""P-256 signatures by the short way: never another verdict than the library's and the low-S rule's together."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from tanhui.network.protocol.errors import IdentityError
from tanhui.network.protocol.signatures import low_s, signature_verifier, without_trailing

KEY = ec.derive_private_key(7, ec.SECP256R1())
PUBLIC = KEY.public_key()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
VERIFY = signature_verifier(PUBLIC)
MESSAGES = st.binary(max_size=40)


def signed(message: bytes) -> bytes:
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    return low_s(KEY.sign(message, algorithm), "secp256r1")


def accepted(message: bytes, signature: bytes) -> bool:
    try:
        VERIFY(message, signature)
    except IdentityError:
        return False
    return True


def by_the_book(message: bytes, signature: bytes) -> bool:
    """DER, two integers above zero, S at most half the order, and the curve agrees."""
    try:
        exact = without_trailing(signature)
        r, s = decode_dss_signature(exact)
    except ValueError:
        return False
    if r <= 0 or s <= 0 or s > ORDER >> 1:
        return False
    try:
        PUBLIC.verify(exact, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


@given(MESSAGES)
def test_low_s_passes_and_high_s_does_not(message: bytes) -> None:
    low = signed(message)
    r, s = decode_dss_signature(low)
    VERIFY(message, low)
    with pytest.raises(IdentityError, match="high S"):
        VERIFY(message, encode_dss_signature(r, ORDER - s))
    with pytest.raises(IdentityError, match="is invalid"):
        VERIFY(message + b"x", low)


@given(MESSAGES, st.data())
def test_a_changed_signature_is_judged_by_the_book(message: bytes, data: st.DataObject) -> None:
    edited = bytearray(signed(message))
    for _ in range(data.draw(st.integers(1, 3))):
        edited[data.draw(st.integers(0, len(edited) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(edited[: data.draw(st.integers(0, len(edited)))]) + data.draw(st.binary(max_size=3))
    assert accepted(message, changed) == by_the_book(message, changed)


@given(
    MESSAGES,
    st.integers(0, 2**256),
    st.one_of(
        st.integers(0, 2**256), st.sampled_from([ORDER >> 1, (ORDER >> 1) + 1, ORDER - 1, ORDER, 2**255])
    ),
)
def test_numbers_of_any_size_are_judged_by_the_book(message: bytes, r: int, s: int) -> None:
    signature = encode_dss_signature(r, s)
    assert accepted(message, signature) == by_the_book(message, signature)
