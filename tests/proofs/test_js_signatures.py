"""The edges of Ed25519 in JavaScript: libsodium's answers, whatever the browser's own verification would say.

WebCrypto leaves the edges to the platform. What must be refused everywhere is asked of the verifier on a platform that
takes everything, and then of Node's own, beside libsodium.
"""

import itertools
from typing import Final

import pytest

from tanhui.proofs import ed25519
from tests.support import js_verifier

pytestmark = [
    pytest.mark.node_js,
    pytest.mark.skipif(js_verifier.NODE is None, reason="Node.js is not installed"),
]

L: Final = 2**252 + 27742317777372353535851937790883648493
P: Final = 2**255 - 19
MESSAGE: Final = b"14 kg, retired"
SIGNER: Final = ed25519.MemorySigner(bytes(range(32)))
SIGNATURE: Final = SIGNER.sign(MESSAGE)
R, S = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")

_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL: Final = (0, 1, P - 1, _ORDER_8, P - _ORDER_8)
"""y of every point whose order divides 8."""
NOT_CANONICAL: Final = tuple(range(P, 2**255))
"""y that no encoding may have (RFC 8032, 5.1.3)."""


def point(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def scalar(value: int) -> bytes:
    return value.to_bytes(32, "little")


POINTS: Final = [point(y, sign) for y in (*SMALL, *NOT_CANONICAL) for sign in (0, 1)]
TOO_LARGE: Final = [scalar(value) for value in (S + L, L, L + 1, 2**253, 2**255 - 1, 2**256 - 1)]
FORGED: Final = [
    *((SIGNER.public_key, R + high) for high in TOO_LARGE),
    *((weak, SIGNATURE) for weak in POINTS),
    *((SIGNER.public_key, weak + scalar(S)) for weak in POINTS),
    *((weak, weak + scalar(0)) for weak in POINTS),
]


def answers(kind: str, pairs: list[tuple[bytes, bytes]]) -> list[bool]:
    asked = [{kind: [key.hex(), MESSAGE.hex(), signature.hex()]} for key, signature in pairs]
    return [one["valid"] for one in js_verifier.ask(asked)]


def test_a_second_signature_and_weak_points_are_refused_on_any_platform() -> None:
    """S at or above the group order, keys and R of small order or not canonical: not left to the browser."""
    assert answers("lenient", FORGED) == [False] * len(FORGED)
    honest = [(SIGNER.public_key, SIGNATURE), (SIGNER.public_key, R + scalar(L - 1))]
    assert answers("lenient", honest) == [True, True], "the rest is the platform's to judge"


def test_both_verifiers_answer_alike_at_the_edges() -> None:
    others = itertools.product((SIGNER.public_key, POINTS[0]), (scalar(0), scalar(1), scalar(L - 1)))
    pairs = [*FORGED, *((key, R + low) for key, low in others), (SIGNER.public_key, SIGNATURE)]
    expected = [ed25519.verify(key, MESSAGE, signature) for key, signature in pairs]
    assert answers("ed25519", pairs) == expected
    assert expected == [False] * (len(pairs) - 1) + [True]
